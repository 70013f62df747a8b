package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// settle lets all messages arrive, and then more time pass than the grace.
func (h *history) settle() {
	for len(h.requests) > 0 {
		h.arrive(h.pick(&h.requests, 0))
	}
	for len(h.responses) > 0 {
		h.deliver()
	}
	wait := rapid.IntRange(0, 48*60*60).Draw(h.T, "seconds beyond the grace")
	h.now = h.now.Add(h.rules.grace + time.Duration(wait)*time.Second)
}

// refresh presents a cookie, which gets the response at once.
func (h *history) refresh(cookie *int64) verdict {
	v := h.present(*cookie)
	if v.grantsTokens() {
		*cookie = h.row.gen
	}
	return v
}

func TestThief(t *testing.T) {
	t.Parallel()
	t.Run("IsNoticedIfBothGoOnRefreshing", func(t *testing.T) {
		t.Parallel()
		checkHistories(t, func(h *history) {
			h.play(30, h.act)
			stolen := h.cookie
			h.play(30, h.act)
			h.settle()
			h.hasThief = true
			holders := []*int64{&h.cookie, &stolen}
			first := rapid.IntRange(0, 1).Draw(h.T, "who is first")
			// One of them, then the other, then the first again: by then at the latest.
			for turn := range 3 {
				for range rapid.IntRange(1, 3).Draw(h.T, "refreshes") {
					h.refresh(holders[(first+turn)%2])
					h.settle()
				}
			}
			if !h.hasEnded() {
				h.Fatalf("both can refresh, with %d and %d: %+v", h.cookie, stolen, h.row)
			}
		}, rotated, recovered, reused, refused)
	})

	t.Run("NeverHasASecondTokenThatWorksBeyondTheGrace", func(t *testing.T) {
		t.Parallel()
		seen := checkHistories(t, func(h *history) {
			h.hasThief = true
			stolen := h.cookie
			h.play(60, func() {
				h.act()
				switch rapid.IntRange(0, 7).Draw(h.T, "thief") {
				case 0:
					stolen = h.cookie
				case 1, 2:
					if !h.hasEnded() {
						h.refresh(&stolen)
					}
				case 3:
					h.checkOutlived()
				case 4, 5:
					h.checkSpent()
				case 6:
					h.present(int64(rapid.IntRange(0, int(h.row.gen)).Draw(h.T, "with")))
				}
			})
			h.checkOutlived()
			if h.row.revoked {
				h.checkDead()
			}
		}, repeated, rotated, recovered, reused)
		require.Positive(t, seen.dead)
		require.Positive(t, seen.outlived)
		require.Positive(t, seen.spent)
	})

	t.Run("GetsNothingForASpentTokenWithoutGrace", func(t *testing.T) {
		t.Parallel()
		seen := checkHistories(t, func(h *history) {
			h.rules.grace = 0
			for range rapid.IntRange(1, 20).Draw(h.T, "refreshes") {
				if v := h.refresh(&h.cookie); v != rotated {
					h.Fatalf("verdict %d for the current token", v)
				}
				h.pass(time.Duration(rapid.IntRange(0, 100).Draw(h.T, "seconds")) * time.Second)
			}
			spent := int64(rapid.IntRange(0, int(h.row.gen)-1).Draw(h.T, "spent"))
			if v := h.present(spent); v != reused {
				h.Fatalf("verdict %d for the spent generation %d: %+v", v, spent, h.row)
			}
			h.checkDead()
		}, rotated, reused)
		require.Positive(t, seen.dead)
	})
}
