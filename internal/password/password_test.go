package password_test

import (
	"context"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/password"
)

func TestHasher(t *testing.T) {
	t.Parallel()
	h := password.NewHasher()
	ctx := context.Background()

	t.Run("WritesArgon2idWithTheParametersAsked", func(t *testing.T) {
		t.Parallel()
		hash, err := h.Hash(ctx, "eggs benedict", nil)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$"))
		ok, stale, err := h.Verify(ctx, "eggs benedict", hash)
		require.NoError(t, err)
		require.True(t, ok)
		require.False(t, stale)
		ok, _, err = h.Verify(ctx, "eggs benedict ", hash)
		require.NoError(t, err)
		require.False(t, ok)
		again, err := h.Hash(ctx, "eggs benedict", nil)
		require.NoError(t, err)
		require.NotEqual(t, hash, again, "salted")
	})

	t.Run("TellsAHashWithOtherParameters", func(t *testing.T) {
		t.Parallel()
		weak, err := argon2id.CreateHash("eggs", &argon2id.Params{Memory: 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
		require.NoError(t, err)
		ok, stale, err := h.Verify(ctx, "eggs", weak)
		require.NoError(t, err)
		require.True(t, ok)
		require.True(t, stale)
	})

	t.Run("StopsBeforeTheWorkIfThatIsInVain", func(t *testing.T) {
		t.Parallel()
		_, err := h.Hash(ctx, "eggs", func() error { return context.Canceled })
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("HashesInParallel", func(t *testing.T) {
		t.Parallel()
		var wg sync.WaitGroup
		for range 2 * runtime.GOMAXPROCS(0) { // each slot twice: of more, the last are turned away on a busy machine, rightly
			wg.Go(func() {
				_, err := h.Hash(ctx, "eggs", nil)
				require.NoError(t, err)
			})
		}
		wg.Wait()
	})
}

func TestPolicy(t *testing.T) {
	t.Parallel()
	policy := password.Policy{MinLength: 8}
	for _, c := range []struct{ password, username, code string }{
		{"eggs benedict", "ada", ""},
		{"        ", "ada", ""}, // as typed
		{"12345678", "ada", "too_common"},
		{"Password1", "ada", "too_common"},
		{"  QWERTYUIOP", "ada", "too_common"},
		{"qwertyuiop\nqwertyui", "ada", ""},
		{"", "ada", "blank"},
		{"1234567", "ada", "too_short"},
		{"ééééééé", "ada", "too_short"},
		{"\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373\U0001F373", "ada", ""},
		{strings.Repeat("x", 1024), "ada", ""},
		{strings.Repeat("x", 1025), "ada", "too_long"},
		{"eggs\x00benedict", "ada", "invalid_characters"},
		{"Bartholomew", "bartholomew", "same_as_username"},
		{"Bartholomew", "", ""},
		{"ａｂｃｄｅｆｇｈｉ", "abcdefghi", "same_as_username"},
		{"  somename99  ", "somename99", "same_as_username"},
		{"STRASSENNAME9", "straßenname9", "same_as_username"},
	} {
		flaws := policy.Check(c.password, c.username)
		if c.code == "" {
			require.Empty(t, flaws, c.password)
			continue
		}
		require.Len(t, flaws, 1, c.password)
		require.Equal(t, c.code, flaws[0].Code, c.password)
		require.Equal(t, "password", flaws[0].Path)
	}
}
