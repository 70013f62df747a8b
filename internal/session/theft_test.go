package session

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

// quiet lets everything arrive that is under way, and then more than the grace go by.
func (w *world) quiet() {
	for len(w.requests) > 0 {
		w.arrive(w.pick(&w.requests, 0))
	}
	for len(w.answers) > 0 {
		w.deliver()
	}
	wait := rapid.IntRange(0, 48*60*60).Draw(w.T, "seconds beyond the grace")
	w.now = w.now.Add(w.rules.grace + time.Duration(wait)*time.Second)
}

// refreshes is a holder of a cookie who refreshes, and gets the answer.
func (w *world) refreshes(cookie *int64) {
	if v := w.present(*cookie); v.answers() {
		*cookie = w.row.gen
	}
}

func TestThief(t *testing.T) {
	t.Parallel()
	t.Run("IsFoundOutWhenBothGoOnRefreshing", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.play(30, w.act)
			stolen := w.jar
			w.play(30, w.act)
			w.quiet()
			w.infested = true
			holders := []*int64{&w.jar, &stolen}
			first := rapid.IntRange(0, 1).Draw(t, "who is first")
			// One of them, then the other, then the first again: by then at the latest.
			for turn := range 3 {
				for range rapid.IntRange(1, 3).Draw(t, "refreshes") {
					w.refreshes(holders[(first+turn)%2])
					w.quiet()
				}
			}
			if !w.row.revoked && !w.over() {
				t.Fatalf("both live on, with %d and %d: %+v", w.jar, stolen, w.row)
			}
		})
	})

	t.Run("LeavesNothingThatWorksAfterReuse", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.infested = true
			w.play(40, func() {
				w.act()
				if !w.over() && rapid.IntRange(0, 3).Draw(t, "thief acts") == 0 {
					w.present(int64(rapid.IntRange(0, int(w.row.gen)).Draw(t, "with")))
				}
			})
			if w.row.revoked {
				w.checkDead()
			}
		})
	})

	t.Run("NeverMakesTwoTokensLiveOnBeyondTheGrace", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.infested = true
			stolen := w.jar
			w.play(60, func() {
				w.act()
				switch rapid.IntRange(0, 7).Draw(t, "thief") {
				case 0:
					stolen = w.jar
				case 1, 2:
					if !w.over() {
						w.refreshes(&stolen)
					}
				case 3:
					w.checkLive()
				case 4, 5:
					w.checkSpent()
				}
			})
			if !w.over() {
				w.checkLive()
			}
		})
	})

	t.Run("GetsNothingForASpentTokenWithoutGrace", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(t *rapid.T) {
			w := newWorld(t)
			w.rules.grace = 0
			for range rapid.IntRange(0, 20).Draw(t, "refreshes") {
				w.refreshes(&w.jar)
				w.pass(time.Duration(rapid.IntRange(0, 100).Draw(t, "seconds")) * time.Second)
			}
			spent := int64(rapid.IntRange(0, int(w.row.gen)-1).Draw(t, "spent"))
			if w.jar != w.row.gen || w.present(spent) != reused {
				t.Fatalf("generation %d, once more: %+v", spent, w.row)
			}
			w.checkDead()
		})
	})
}
