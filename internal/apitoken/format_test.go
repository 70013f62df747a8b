package apitoken

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestATokenHasTheFormThatTheContractDescribes(t *testing.T) {
	t.Parallel()
	form := regexp.MustCompile(`^ocipe_pat_[0-9A-Za-z]{36}$`)
	seen, counts := map[string]bool{}, map[rune]int{}
	for range 5000 {
		token, err := generate(rand.Reader)
		require.NoError(t, err)
		require.Regexp(t, form, token)
		require.True(t, isWellFormed(token))
		require.False(t, seen[token])
		seen[token] = true
		for _, c := range token[len(Prefix) : length-checksumLength] {
			counts[c]++
		}
		// The checksum, computed with another library.
		text := new(big.Int).SetUint64(uint64(crc32.ChecksumIEEE([]byte(token[10:40])))).Text(62) // digits, a to z, A to Z
		require.Equal(t, strings.Map(swapCase, fmt.Sprintf("%06s", text)), token[40:])
	}
	mean := 5000 * randomLength / len(base62)
	for _, c := range base62 { // one in 10^9 tests would fail by chance: 6 standard deviations
		require.InDelta(t, mean, counts[c], 6*49, "%c", c)
	}
}

func swapCase(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z':
		return r - 'a' + 'A'
	case 'A' <= r && r <= 'Z':
		return r - 'A' + 'a'
	}
	return r
}

func TestAKnownTokenIsWellFormed(t *testing.T) {
	t.Parallel()
	// Computed with Python: binascii.crc32(b"0123456789ABCDEFGHIJKLMNOPQRST").
	require.True(t, isWellFormed("ocipe_pat_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp"))
}

func TestATypingErrorIsFoundWithoutTheDatabase(t *testing.T) {
	t.Parallel()
	token, err := generate(rand.Reader)
	require.NoError(t, err)
	for i := len(Prefix); i < length; i++ { // CRC-32 finds every burst of up to 32 bits
		for _, c := range base62 + "-_.+/= é\x00" {
			wrong := token[:i] + string(c) + token[i+1:]
			if wrong != token {
				require.False(t, isWellFormed(wrong), wrong)
			}
		}
		if i+1 < length && token[i] != token[i+1] {
			require.False(t, isWellFormed(token[:i]+token[i+1:i+2]+token[i:i+1]+token[i+2:]), "two characters swapped")
		}
	}
	for _, wrong := range []string{
		"", "ocipe_pat_", token[1:], token[:length-1], token + "0", " " + token, token + "\n", strings.ToUpper(token),
		strings.Replace(token, "pat", "xyz", 1), strings.Repeat(token, 1000),
	} {
		require.False(t, isWellFormed(wrong), wrong)
	}
}

func TestNoOtherTextIsWellFormed(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		require.False(t, isWellFormed(rapid.String().Draw(t, "text")))
		require.False(t, isWellFormed(Prefix+rapid.StringMatching(`[0-9A-Za-z]{30}zzzzzz`).Draw(t, "random")), "zzzzzz is more than 2^32")
	})
}

func TestWithoutRandomnessThereIsNoToken(t *testing.T) {
	t.Parallel()
	_, err := generate(io.MultiReader(bytes.NewReader(make([]byte, 29)), brokenReader{}))
	require.ErrorIs(t, err, errBroken)
}

var errBroken = errors.New("broken")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }
