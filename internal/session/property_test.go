package session

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// checkInvariants fails if the row isn't one that the rest may rely on. Time never goes back in a world.
func (w *world) checkInvariants(before row) {
	r, ring := w.row, w.row.ring
	newestFirst := slices.IsSortedFunc(ring, func(a, b use) int { return b.at.Compare(a.at) })
	descending := true
	for i := 1; i < len(ring); i++ {
		descending = descending && ring[i-1].gen > ring[i].gen
	}
	switch {
	case r.gen <= r.ack, r.gen < before.gen, r.ack < before.ack:
		w.Fatalf("generations: %+v after %+v", r, before)
	case len(ring) > 8, !newestFirst, !descending, (len(ring) == 0) != (r.ack == 0), len(ring) > 0 && ring[0].gen != r.ack:
		w.Fatalf("ring: %+v after %+v", r, before)
	case r.idleExpiresAt.After(r.absoluteExpiresAt), !r.absoluteExpiresAt.Equal(before.absoluteExpiresAt):
		w.Fatalf("expiry: %+v after %+v", r, before)
	case !r.genAt.Equal(r.genAt.Truncate(time.Second)), r.genAt.After(r.servedAt), r.servedAt.After(w.now):
		w.Fatalf("times: %+v after %+v", r, before)
	case before.revoked && !r.revoked:
		w.Fatalf("alive again: %+v after %+v", r, before)
	}
}

// checkLive fails if, once all is older than the grace, any other tokens get an answer than the current generation and
// the acknowledged one, or if both of them would go on getting answers when one has been used.
func (w *world) checkLive() {
	later := w.now.Add(w.rules.grace)
	try := func(r row, x int64, at time.Time) (row, bool) {
		r, v := decide(r, x, at, w.rules)
		return r, v.answers()
	}
	for x := int64(1); x <= w.row.gen; x++ {
		after, ok := try(w.row, x, later)
		if ok && x != w.row.gen && x != w.row.ack {
			w.Fatalf("generation %d lives on: %+v", x, w.row)
		}
		if !ok {
			continue
		}
		for _, other := range []int64{w.row.gen, w.row.ack} {
			if _, both := try(after, other, later.Add(w.rules.grace)); both && other != after.ack {
				w.Fatalf("generation %d was answered, %d still is: %+v", x, other, after)
			}
		}
	}
}

// checkSpent fails if a generation gets an answer now that was never accepted though a newer one was made, or has a
// newer one that was accepted as long ago as the grace: however busy the session is, such a token ends it.
func (w *world) checkSpent() {
	newer := w.now // when the first of the newer generations was accepted
	for x := w.row.gen - 1; x >= 1; x-- {
		at, once := w.accepted[x]
		spent := !once || w.now.Sub(newer) >= w.rules.grace
		if _, v := decide(w.row, x, w.now, w.rules); spent && x != w.row.ack && v != reused && !w.over() && !w.row.revoked {
			w.Fatalf("verdict %d for spent generation %d at %s: %+v", v, x, w.now, w.row)
		}
		if once {
			newer = at
		}
	}
}

// checkDead fails if anything of a revoked session works, or changes it.
func (w *world) checkDead() {
	for x := int64(0); x <= w.row.gen+1; x++ {
		for _, wait := range []time.Duration{0, time.Second, time.Hour} {
			if after, v := decide(w.row, x, w.now.Add(wait), w.rules); v != refused || after.gen != w.row.gen || !after.revoked {
				w.Fatalf("verdict %d for generation %d of an ended session: %+v", v, x, after)
			}
		}
	}
}

// TestHonestClients plays histories without a thief. That none of them ends is checked wherever a request arrives.
func TestHonestClients(t *testing.T) {
	t.Parallel()
	t.Run("AreNeverLoggedOut", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.play(80, w.act)
			w.checkLive()
			w.checkSpent()
		})
	})

	t.Run("AreNeverLoggedOutAtTheEndOfTheSession", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			// Every mint is capped by the absolute expiry.
			w.row.absoluteExpiresAt = now.Add(time.Duration(rapid.IntRange(1, 60*24).Draw(t, "minutes")) * time.Minute)
			w.row.idleExpiresAt = w.row.absoluteExpiresAt
			w.play(40, w.act)
		})
	})

	t.Run("AreNeverLoggedOutWhenAnswersAreLostAgainAndAgain", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.habits = losses
			w.play(60, w.act)
		})
	})

	t.Run("AreNeverLoggedOutInABurst", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.play(10, w.act)
			// Requests that are under way while quick tabs refresh far more often than the ring has entries.
			for range rapid.IntRange(1, 3).Draw(t, "slow tabs") {
				w.send()
			}
			quick := func() {
				w.send()
				w.arrive(w.pick(&w.requests, len(w.requests)-1))
				w.deliver()
				w.pass(time.Duration(rapid.IntRange(0, 1_500).Draw(t, "milliseconds")) * time.Millisecond)
			}
			w.answers = nil // lost
			w.play(20, quick)
			w.play(20, w.act)
		})
	})
}
