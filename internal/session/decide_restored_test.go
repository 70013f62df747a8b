package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// restoreGap is the number that a restore adds to the generation of a session.
const restoreGap = 1_000_000

// restoredNow changes a row as a restore does.
func restoredNow(r *row) { r.restoredGen, r.gen = r.gen, r.gen+restoreGap }

func TestDecideAfterARestore(t *testing.T) {
	t.Parallel()
	r := settledRow().with(restoredNow) // generation 5 was current, 4 acknowledged
	for _, c := range []struct {
		name      string
		presented int64
		with      rules
		verdict   verdict
	}{
		{"AcceptsTheCurrentGenerationOfTheBackup", 5, rules{grace, month}, resumed},
		{"AcceptsAGenerationOfTheLostTime", 7, rules{grace, month}, resumed},
		{"AcceptsTheAcknowledgedGeneration", 4, rules{grace, month}, resumed},
		{"EndsTheSessionForASpentGeneration", 3, rules{grace, month}, reused},
		{"RefusesAGenerationBeyondTheGap", 5 + restoreGap + 1, rules{grace, month}, neverIssued},
		{"AcceptsAGenerationOfTheLostTimeWithoutGrace", 7, rules{0, month}, resumed},
		{"EndsTheSessionForTheAcknowledgedGenerationWithoutGrace", 4, rules{0, month}, reused},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			after, v := decide(r, c.presented, now, c.with)
			require.Equal(t, c.verdict, v)
			if v != resumed {
				return
			}
			require.Equal(t, row{
				gen: 5 + restoreGap + 1, newestAccepted: c.presented, genAt: now.Truncate(time.Second), servedAt: now, recent: []accepted{{c.presented, now}},
				idleExpiresAt: now.Add(month), absoluteExpiresAt: r.absoluteExpiresAt,
			}, after)
			for x := int64(1); x < 20; x++ { // of all tokens that were issued after the backup, one is accepted
				if _, again := decide(after, x, now.Add(time.Hour), rules{grace, month}); x != c.presented {
					require.Equal(t, reused, again, x)
				} else {
					require.Equal(t, recovered, again, "its response may have been lost")
				}
			}
		})
	}
}

// TestHonestClientsAfterARestore plays histories in which the server loses the latest part and continues from a backup.
func TestHonestClientsAfterARestore(t *testing.T) {
	t.Parallel()
	checkHistories(t, func(h *history) {
		acts := func(name string) {
			for range rapid.IntRange(0, 30).Draw(h.T, name) {
				h.act()
			}
		}
		acts("before the backup")
		backup := h.row.with()
		acts("lost")
		if h.hasEnded() {
			return
		}
		h.requests, h.responses = nil, nil // the server was down
		h.row = backup.with(restoredNow)
		h.arrive(message{gen: h.cookie})
		if len(h.responses) > 0 { // else the session has expired
			h.deliver()
			h.arrive(message{gen: h.cookie})
		}
	}, resumed)
}
