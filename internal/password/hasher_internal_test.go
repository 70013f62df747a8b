package password

import (
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
)

// TestAnUnknownAccountCostsTheSameWork shows that verifying the hash for an account that doesn't exist takes the same work as
// verifying a real one; the same code verifies both.
func TestAnUnknownAccountCostsTheSameWork(t *testing.T) {
	t.Parallel()
	for _, params := range []Params{{}, {MemoryKiB: 64, Passes: 1}} {
		h := NewHasher(params)
		real, err := h.Hash(t.Context(), "anything", nil)
		require.NoError(t, err)
		want, _, _, err := argon2id.DecodeHash(real)
		require.NoError(t, err)
		used, salt, key, err := argon2id.DecodeHash(h.dummyHash)
		require.NoError(t, err)
		require.Equal(t, want, used)
		require.Len(t, salt, int(used.SaltLength))
		require.Len(t, key, int(used.KeyLength))

		ok, stale, err := h.Verify(t.Context(), "anything", "")
		require.NoError(t, err)
		require.False(t, ok)
		require.False(t, stale)
	}
}
