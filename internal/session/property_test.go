package session

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// checkInvariants fails unless the row is valid and follows from the one before. Time never goes back in a history.
func (h *history) checkInvariants(before row) {
	r, recent := h.row, h.row.recent
	newestFirst := slices.IsSortedFunc(recent, func(a, b accepted) int { return b.at.Compare(a.at) })
	descending := true
	for i := 1; i < len(recent); i++ {
		descending = descending && recent[i-1].gen > recent[i].gen
	}
	switch {
	case r.gen <= r.newestAccepted, r.gen < before.gen, r.newestAccepted < before.newestAccepted:
		h.Fatalf("generations: %+v after %+v", r, before)
	case len(recent) > 8, !newestFirst, !descending, (len(recent) == 0) != (r.newestAccepted == 0), len(recent) > 0 && recent[0].gen != r.newestAccepted:
		h.Fatalf("recent: %+v after %+v", r, before)
	case r.idleExpiresAt.After(r.absoluteExpiresAt), !r.absoluteExpiresAt.Equal(before.absoluteExpiresAt):
		h.Fatalf("expiry: %+v after %+v", r, before)
	case !r.genAt.Equal(r.genAt.Truncate(time.Second)), r.genAt.After(r.servedAt), r.servedAt.After(h.now):
		h.Fatalf("times: %+v after %+v", r, before)
	}
}

// checkOutlived presents all generations once everything is older than the grace. Only the current and the acknowledged
// one may be accepted, and once one of them was used, the other must not be accepted forever.
func (h *history) checkOutlived() {
	if h.hasEnded() {
		return
	}
	later := h.now.Add(h.rules.grace)
	for x := int64(1); x <= h.row.gen; x++ {
		h.seen.outlived++
		after, v := decide(h.row, x, later, h.rules)
		if v.grantsTokens() && x != h.row.gen && x != h.row.newestAccepted {
			h.Fatalf("generation %d is still accepted: %+v", x, h.row)
		}
		if !v.grantsTokens() {
			continue
		}
		for _, other := range []int64{h.row.gen, h.row.newestAccepted} {
			if _, v := decide(after, other, later.Add(h.rules.grace), h.rules); v.grantsTokens() && other != after.newestAccepted {
				h.Fatalf("generation %d was accepted, %d still is: %+v", x, other, after)
			}
		}
	}
}

// checkSpent presents all spent generations. A generation is spent if a newer one was issued and it was never accepted,
// or if a newer one was accepted as long ago as the grace. A spent token must end the session, however busy it is.
func (h *history) checkSpent() {
	if h.hasEnded() {
		return
	}
	newer := h.now // when the first of the newer generations was accepted
	for x := h.row.gen - 1; x >= 1; x-- {
		at, isAccepted := h.accepted[x]
		if isSpent := !isAccepted || h.now.Sub(newer) >= h.rules.grace; isSpent && x != h.row.newestAccepted {
			h.seen.spent++
			if after, v := decide(h.row, x, h.now, h.rules); v != reused || !after.revoked {
				h.Fatalf("verdict %d for spent generation %d at %s: %+v", v, x, h.now, h.row)
			}
		}
		if isAccepted {
			newer = at
		}
	}
}

// checkRevoked fails if any token of a revoked session works or changes it.
func (h *history) checkRevoked() {
	for x := int64(0); x <= h.row.gen+1; x++ {
		for _, wait := range []time.Duration{0, time.Second, time.Hour} {
			h.seen.revoked++
			if after, v := decide(h.row, x, h.now.Add(wait), h.rules); v != rejected || after.gen != h.row.gen || !after.revoked {
				h.Fatalf("verdict %d for generation %d of a revoked session: %+v", v, x, after)
			}
		}
	}
}

// TestHonestClients plays histories without a thief. [history.arrive] checks that no session ends.
func TestHonestClients(t *testing.T) {
	t.Parallel()
	t.Run("AreNeverLoggedOutBeforeTheSessionExpires", func(t *testing.T) {
		t.Parallel()
		seen := checkHistories(t, func(h *history) {
			if rapid.IntRange(0, 2).Draw(h.T, "expires soon") == 2 {
				h.row.absoluteExpiresAt = now.Add(time.Duration(rapid.IntRange(1, 60*24).Draw(h.T, "minutes")) * time.Minute)
				h.row.idleExpiresAt = h.row.absoluteExpiresAt
			}
			if rapid.IntRange(0, 2).Draw(h.T, "a bad network") == 2 {
				h.events = lossyEvents
			}
			h.play(80, h.act)
			h.checkOutlived()
			h.checkSpent()
		}, unchanged, repeated, rotated, recovered)
		require.Positive(t, seen.outlived)
		require.Positive(t, seen.spent)
	})

	t.Run("AreNeverLoggedOutInABurst", func(t *testing.T) {
		t.Parallel()
		checkHistories(t, func(h *history) {
			h.play(10, h.act)
			// Requests under way while quick tabs refresh far more often than the session can remember.
			for range rapid.IntRange(1, 3).Draw(h.T, "slow tabs") {
				h.send()
			}
			h.responses = nil // lost
			h.play(20, func() {
				h.send()
				h.arrive(h.pick(&h.requests, len(h.requests)-1))
				h.deliver()
				h.advance(time.Duration(rapid.IntRange(0, 1_500).Draw(h.T, "milliseconds")) * time.Millisecond)
			})
			h.play(20, h.act)
		}, unchanged, repeated, rotated, recovered)
	})
}

// settle lets all messages arrive, and then lets more time than the grace pass.
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
	v := h.decide(*cookie)
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
		}, rotated, recovered, reused, rejected)
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
					h.decide(int64(rapid.IntRange(0, int(h.row.gen)).Draw(h.T, "with")))
				}
			})
			h.checkOutlived()
			if h.row.revoked {
				h.checkRevoked()
			}
		}, repeated, rotated, recovered, reused)
		require.Positive(t, seen.revoked)
		require.Positive(t, seen.outlived)
		require.Positive(t, seen.spent)
	})
}
