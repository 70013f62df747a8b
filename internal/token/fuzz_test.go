package token

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzVerify searches for a text that is accepted although the issuer has not issued it.
func FuzzVerify(f *testing.F) {
	seed := make([]byte, ed25519.SeedSize) // the same key in every process that fuzzes
	k, err := newKey(ed25519.NewKeyFromSeed(seed), now, time.Time{})
	require.NoError(f, err)
	i := NewIssuer(name, Keys{k})
	issued := []string{issueAccess(f, i, now), issueRefresh(f, i, now)}
	for _, text := range issued {
		parts := strings.Split(text, ".")
		header, payload := decoded(f, parts[0]), decoded(f, parts[1])
		for _, seed := range []string{
			text, text + ".", text + "=", " " + text, text[:len(text)-1], parts[0] + "." + parts[1] + ".",
			`{"payload":"` + parts[1] + `"}`,
			forged(k, `{"alg":"none"}`, payload), forged(k, header, "{}"), forged(k, header, payload+"{}"), parts[1] + "." + parts[0] + "." + parts[2],
			strings.ToUpper(text), strings.ReplaceAll(text, "e", "\n"), "..", "", "\x00", strings.Repeat("a", MaxLength+1),
		} {
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !slices.Contains(issued, text) {
			requireInvalid(t, i, text)
			return
		}
		_, errAccess := i.VerifyAccess(text, now)
		_, errRefresh := i.VerifyRefresh(text, now)
		require.NotEqual(t, errAccess == nil, errRefresh == nil, "a token is of one kind")
	})
}
