package password_test

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/secure/precis"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
)

// cheap has parameters for tests that aren't about the cost of a hash.
var cheap = password.Params{MemoryKiB: 64, Passes: 1, MaxWait: time.Hour}

func TestHasher(t *testing.T) {
	t.Parallel()
	h := password.NewHasher(cheap)

	t.Run("HashesByDefaultWithOWASPsParameters", func(t *testing.T) {
		t.Parallel()
		hash, err := password.NewHasher(password.Params{}).Hash(t.Context(), "eggs benedict", nil)
		require.NoError(t, err)
		require.Regexp(t, `^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$`, hash)
	})

	t.Run("VerifiesOnlyTheSamePassword", func(t *testing.T) {
		t.Parallel()
		hash, err := h.Hash(t.Context(), "eggs benedict", nil)
		require.NoError(t, err)
		for _, typed := range []string{"eggs benedict", "eggs benedict ", "Eggs benedict", ""} {
			ok, stale, err := h.Verify(t.Context(), typed, hash)
			require.NoError(t, err)
			require.Equal(t, typed == "eggs benedict", ok, "%q", typed)
			require.False(t, stale)
		}
		again, err := h.Hash(t.Context(), "eggs benedict", nil)
		require.NoError(t, err)
		require.NotEqual(t, hash, again, "the salt is new each time")
	})

	t.Run("VerifiesAPasswordTypedOnAnotherSystem", func(t *testing.T) {
		t.Parallel()
		for _, forms := range [][]string{
			{"crème brûlée", "cre\u0300me bru\u0302le\u0301e", "crème\u00a0brûlée", "crème\u3000brûlée"}, {"가지볶음밥을먹자", "\u1100\u1161지볶음밥을먹자"},
		} {
			for _, registered := range forms {
				hash, err := h.Hash(t.Context(), registered, nil)
				require.NoError(t, err)
				for _, typed := range forms {
					ok, _, err := h.Verify(t.Context(), typed, hash)
					require.NoError(t, err)
					require.True(t, ok, "%+q for %+q", typed, registered)
				}
				ok, _, err := h.Verify(t.Context(), strings.ToUpper(registered)+"ａ", hash)
				require.NoError(t, err)
				require.False(t, ok, "neither case nor width are ignored")
			}
		}
	})

	t.Run("ReportsAHashWithOtherParametersAsStale", func(t *testing.T) {
		t.Parallel()
		for _, other := range []password.Params{{MemoryKiB: 128, Passes: 1}, {MemoryKiB: 64, Passes: 2}} {
			hash, err := password.NewHasher(other).Hash(t.Context(), "eggs", nil)
			require.NoError(t, err)
			ok, stale, err := h.Verify(t.Context(), "eggs", hash)
			require.NoError(t, err)
			require.True(t, ok)
			require.True(t, stale)
		}
	})

	t.Run("DoesNotHashIfThePrecheckFails", func(t *testing.T) {
		t.Parallel()
		_, err := h.Hash(t.Context(), "eggs", func() error { return context.Canceled })
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("LeavesAProcessorToOtherRequests", func(t *testing.T) {
		t.Parallel()
		h := password.NewHasher(password.Params{MemoryKiB: 64, Passes: 1, MaxWait: time.Hour, YieldPeriod: time.Hour})
		h.Yield()
		var running, most atomic.Int64
		var calls sync.WaitGroup
		for range 20 * password.Slots() {
			calls.Go(func() {
				_, err := h.Hash(t.Context(), "eggs", func() error {
					if n := running.Add(1); n > most.Load() {
						most.Store(n)
					}
					runtime.Gosched()
					running.Add(-1)
					return nil
				})
				assert.NoError(t, err)
			})
		}
		calls.Wait()
		require.LessOrEqual(t, most.Load(), int64(password.Slots()))
	})

	t.Run("RefusesACallThatWaitsForTwoSeconds", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := password.NewHasher(password.Params{MemoryKiB: 64, Passes: 1})
			release := occupy(t, h)
			before := time.Now()
			_, _, err := h.Verify(t.Context(), "eggs", "")
			requireOverloaded(t, err)
			require.Equal(t, 2*time.Second, time.Since(before))
			release()
		})
	})

	t.Run("RefusesMoreThan32WaitingCallsPerSlot", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			h := password.NewHasher(cheap)
			release := occupy(t, h)
			var refused atomic.Int64
			var calls sync.WaitGroup
			const surplus = 5
			for range 31*password.Slots() + surplus { // each slot has one call already
				calls.Go(func() {
					if _, err := h.Hash(t.Context(), "eggs", nil); err != nil {
						refused.Add(1)
					}
				})
			}
			synctest.Wait()
			assert.EqualValues(t, surplus, refused.Load())
			release()
			calls.Wait()
			require.EqualValues(t, surplus, refused.Load(), "the others wait for their turn")
		})
	})
}

// TestAKnownClientPassesStrangers makes more calls of strangers than may wait, and then one of a client that has logged in before.
func TestAKnownClientPassesStrangers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := password.NewHasher(password.Params{MemoryKiB: 64, Passes: 1, MaxWait: time.Hour})
		release := occupy(t, h)
		var order []string
		var mu sync.Mutex
		done := func(who string) {
			mu.Lock()
			defer mu.Unlock()
			order = append(order, who)
		}
		var calls sync.WaitGroup
		for range 100 * password.Slots() {
			calls.Go(func() {
				if _, err := h.Hash(t.Context(), "eggs", func() error { done("stranger"); return nil }); err != nil {
					requireOverloaded(t, err)
				}
			})
		}
		synctest.Wait()
		calls.Go(func() {
			_, _, err := h.VerifyKnownClient(t.Context(), "eggs", "")
			assert.NoError(t, err)
			done("known")
		})
		synctest.Wait()
		release()
		calls.Wait()
		require.Less(t, slices.Index(order, "known"), 4*password.Slots())
		require.Contains(t, order, "known")
	})
}

// occupy takes all slots of a hasher until release is called.
func occupy(t *testing.T, h *password.Hasher) (release func()) {
	t.Helper()
	done := make(chan struct{})
	h.Yield()
	var busy, calls sync.WaitGroup
	for range password.Slots() {
		busy.Add(1)
		calls.Go(func() {
			_, err := h.Hash(t.Context(), "eggs", func() error {
				busy.Done()
				<-done
				return nil
			})
			assert.NoError(t, err)
		})
	}
	busy.Wait()
	return func() {
		close(done)
		calls.Wait()
	}
}

func requireOverloaded(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.Overloaded, e.Code)
	require.Equal(t, apperr.RetrySoon, e.RetryAfter)
}

// TestNormalizeAgreesWithOpaqueString compares Normalize with another implementation, for passwords that the other one accepts.
func TestNormalizeAgreesWithOpaqueString(t *testing.T) {
	t.Parallel()
	taken := 0
	text := rapid.StringOf(rapid.OneOf(rapid.Rune(), rapid.SampledFrom([]rune("aAé ßİ \u0301\u0307\u00a0\u3000\u200b\u1100\u1161\u2003🍋 "))))
	rapid.Check(t, func(t *rapid.T) {
		typed := text.Draw(t, "password")
		require.Equal(t, password.Normalize(typed), password.Normalize(password.Normalize(typed)))
		want, err := precis.OpaqueString.String(typed)
		if err != nil {
			return
		}
		taken++
		require.Equal(t, want, password.Normalize(typed), "%+q", typed)
	})
	require.Positive(t, taken)
}
