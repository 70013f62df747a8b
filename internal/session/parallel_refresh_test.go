package session

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/activity"
)

// refreshAtOnce presents several tokens of one session at once. All must be accepted. It returns the generations of the
// new tokens, sorted.
func (r *race) refreshAtOnce(t *testing.T, presented ...string) (generations []int64) {
	t.Helper()
	tokens, errs := make([]Tokens, len(presented)), make([]error, len(presented))
	var calls []func()
	for i := range presented {
		calls = append(calls, func() {
			yield()
			tokens[i], errs[i] = r.Service.Refresh(t.Context(), presented[i:i+1], activity.Client{})
		})
	}
	runConcurrently(calls...)
	texts, access := map[int64]string{}, map[string]bool{}
	for i, err := range errs {
		require.NoError(t, err)
		gen := r.read(t, tokens[i].Refresh).Generation
		if first, ok := texts[gen]; ok {
			require.Equal(t, first, tokens[i].Refresh, "the token of a generation is always the same, byte for byte")
		}
		texts[gen] = tokens[i].Refresh
		require.False(t, access[tokens[i].Access], "each response has a new access token")
		access[tokens[i].Access] = true
		generations = append(generations, gen)
	}
	slices.Sort(generations)
	return generations
}

func TestParallelRefreshes(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	t.Run("WithOneTokenReturnTheSameNextOne", func(t *testing.T) {
		t.Parallel()
		for range rounds(t, 10) {
			r := e.race(t)
			require.Equal(t, []int64{2, 2, 2, 2, 2, 2}, r.refreshAtOnce(t, slices.Repeat(r.tokens, 6)...))
			require.Equal(t, int64(2), e.row(t, r.SessionID, r.UserID).gen)
		}
	})

	t.Run("AfterALostResponseReturnTheSameNextOne", func(t *testing.T) {
		t.Parallel()
		for range rounds(t, 10) {
			r := e.race(t)
			e.refresh(t, r.tokens[0])
			e.age(t, r.SessionID, time.Hour)
			require.Equal(t, []int64{3, 3, 3, 3}, r.refreshAtOnce(t, slices.Repeat(r.tokens, 4)...), "one recovers, the others repeat")
		}
	})

	t.Run("OfASlowTabAndAQuickOneLoseNoRotation", func(t *testing.T) {
		t.Parallel()
		repeat(t, func(t *testing.T) (slowFirst bool) {
			r := e.race(t)
			second, ok := e.refresh(t, r.tokens[0])
			require.True(t, ok)

			generations := r.refreshAtOnce(t, r.tokens[0], second.Refresh, r.tokens[0])

			require.Equal(t, int64(3), generations[2], "the quick one")
			after := e.row(t, r.SessionID, r.UserID)
			require.Equal(t, []int64{3, 2}, []int64{after.gen, after.newestAccepted})
			_, ok = e.refresh(t, e.tokenOf(t, r.SessionID, r.UserID, 3))
			require.True(t, ok)
			return generations[0] == 2
		})
	})
}
