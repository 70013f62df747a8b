package session

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// atOnce presents several tokens of one session at once. All must be answered; it returns the generations in order.
func (c *contest) atOnce(t *testing.T, presented ...string) (generations []int64) {
	t.Helper()
	tokens, errs := make([]Tokens, len(presented)), make([]error, len(presented))
	var acts []func()
	for i := range presented {
		acts = append(acts, func() {
			yield()
			tokens[i], errs[i] = c.Service.Refresh(t.Context(), presented[i:i+1])
		})
	}
	together(acts...)
	texts := map[int64]string{}
	for i, err := range errs {
		require.NoError(t, err)
		gen := c.read(t, tokens[i].Refresh).Generation
		if first, ok := texts[gen]; ok {
			require.Equal(t, first, tokens[i].Refresh, "one generation is one token, byte for byte")
		}
		texts[gen] = tokens[i].Refresh
		generations = append(generations, gen)
	}
	slices.Sort(generations)
	return generations
}

func TestParallelRefreshes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	t.Run("OfOneTokenAllGetTheSameNext", func(t *testing.T) {
		t.Parallel()
		workers(t, 100, func(t *testing.T) {
			c := h.contest(t)
			tok := c.held[0]
			require.Equal(t, []int64{2, 2, 2, 2, 2, 2}, c.atOnce(t, tok, tok, tok, tok, tok, tok))
			require.Equal(t, int64(2), h.row(t, c.SessionID, c.UserID).gen)
		})
	})

	t.Run("OfALostAnswerAllGetTheSameNext", func(t *testing.T) {
		t.Parallel()
		workers(t, 100, func(t *testing.T) {
			c := h.contest(t)
			tok := c.held[0]
			h.refresh(t, tok)
			h.age(t, c.SessionID, time.Hour)
			require.Equal(t, []int64{3, 3, 3, 3}, c.atOnce(t, tok, tok, tok, tok), "one of them recovers, the others repeat")
		})
	})

	t.Run("OfASlowTabAndAQuickOneLoseNoRotation", func(t *testing.T) {
		t.Parallel()
		workers(t, 400, func(t *testing.T) {
			c := h.contest(t)
			second, ok := h.refresh(t, c.held[0])
			require.True(t, ok)

			generations := c.atOnce(t, c.held[0], second.Refresh, c.held[0])

			require.Equal(t, int64(3), generations[2], "the quick one")
			r := h.row(t, c.SessionID, c.UserID)
			require.Equal(t, []int64{3, 2}, []int64{r.gen, r.ack})
			_, ok = h.refresh(t, c.tokenOf(t, c.SessionID, c.UserID, 3))
			require.True(t, ok)
		})
	})
}
