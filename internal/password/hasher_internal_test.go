package password

import (
	"context"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"
)

// TestNobodyCostsTheSameWork shows that the hash verified for an account that doesn't exist asks for the same
// work as a real one; the code that verifies them is the same.
func TestNobodyCostsTheSameWork(t *testing.T) {
	t.Parallel()
	h := NewHasher()
	used, salt, key, err := argon2id.DecodeHash(h.dummy)
	require.NoError(t, err)
	require.Equal(t, params, *used)
	require.Len(t, salt, int(params.SaltLength))
	require.Len(t, key, int(params.KeyLength))
	ok, stale, err := h.Verify(context.Background(), "anything", "")
	require.NoError(t, err)
	require.False(t, ok)
	require.False(t, stale)
}
