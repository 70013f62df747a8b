package apitoken

import (
	"crypto/sha256"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// A token has the form of GitHub's tokens: the prefix, 30 random characters (178 bits), and the CRC-32 of these 30 in 6
// characters. With the checksum, servers reject typing errors without a query, and secret scanners skip texts that only look
// like tokens.
const (
	// Prefix begins every API token, and no other token.
	Prefix = "ocipe_pat_"

	randomLength   = 30
	checksumLength = 6
	length         = len(Prefix) + randomLength + checksumLength
)

// base62 are the digits of both parts, in the order of their values.
const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// generate returns a new token, or the error of random.
func generate(random io.Reader) (string, error) {
	token := make([]byte, 0, length)
	token = append(token, Prefix...)
	var b [1]byte
	for len(token) < len(Prefix)+randomLength {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", fmt.Errorf("read random bytes: %w", err)
		}
		if limit := 256 - 256%len(base62); int(b[0]) < limit { // else the first digits would be more frequent
			token = append(token, base62[int(b[0])%len(base62)])
		}
	}
	sum := checksum(token[len(Prefix):])
	return string(append(token, sum[:]...)), nil
}

// isWellFormed reports whether a text has the form of a token and the right checksum.
func isWellFormed(text string) bool {
	if len(text) != length || !strings.HasPrefix(text, Prefix) {
		return false
	}
	random, sum := text[len(Prefix):length-checksumLength], text[length-checksumLength:]
	for _, c := range []byte(random) {
		if strings.IndexByte(base62, c) < 0 {
			return false
		}
	}
	want := checksum([]byte(random))
	return sum == string(want[:])
}

// checksum returns the CRC-32 (IEEE 802.3) of the random characters in base 62, with leading zeros.
func checksum(random []byte) (digits [checksumLength]byte) {
	sum := crc32.ChecksumIEEE(random)
	for i := checksumLength - 1; i >= 0; i-- {
		digits[i] = base62[sum%uint32(len(base62))]
		sum /= uint32(len(base62))
	}
	return digits
}

// hashOf returns the hash of a token. The database stores only the hash.
func hashOf(token string) [sha256.Size]byte { return sha256.Sum256([]byte(token)) }
