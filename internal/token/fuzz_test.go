package token

import (
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// FuzzVerify searches for a text that is accepted although the issuer has not issued it, or as both kinds of token.
func FuzzVerify(f *testing.F) {
	seed := make([]byte, ed25519.SeedSize) // the same key in every process that fuzzes
	k, err := newKey(ed25519.NewKeyFromSeed(seed), now, time.Time{})
	require.NoError(f, err)
	i := NewIssuer(name, Keys{k})
	issued := []string{issueAccess(f, i, now), issueRefresh(f, i, now)}
	for _, text := range issued {
		f.Add(text)
		f.Add(strings.Replace(text, ".", "..", 1))
	}
	f.Fuzz(func(t *testing.T, text string) {
		if !slices.Contains(issued, text) {
			requireInvalid(t, i, text)
			return
		}
		_, errAccess := i.VerifyAccess(text, now)
		_, errRefresh := i.VerifyRefreshOfAnyAge(text, now)
		require.NotEqual(t, errAccess == nil, errRefresh == nil, "a token is of one kind")
	})
}
