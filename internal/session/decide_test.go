package session

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	grace = 30 * time.Second
	month = 30 * 24 * time.Hour
	tick  = time.Microsecond // the database's clock knows nothing smaller
)

// now is not a whole second, so that a token's iat differs from it.
var now = time.Date(2026, 3, 1, 12, 0, 0, 250_000_000, time.UTC)

// settled is a session whose generations 1 to 4 were presented long ago, the last one 10 minutes ago.
func settled() row {
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	return row{
		gen: 5, ack: 4, genAt: ago(10 * time.Minute).Truncate(time.Second), servedAt: ago(10 * time.Minute),
		ring: []use{
			{4, ago(10 * time.Minute)},
			{3, ago(20 * time.Minute)},
			{2, ago(30 * time.Minute)},
			{1, ago(40 * time.Minute)},
		},
		idleExpiresAt: ago(10 * time.Minute).Add(month), absoluteExpiresAt: now.Add(12 * month),
	}
}

// crowded is a session with this many entries in its ring; each was presented that long ago, the newest first.
func crowded(ages ...time.Duration) row {
	r := settled()
	r.gen, r.ack, r.ring = 20, 19, nil
	for i, age := range ages {
		r.ring = append(r.ring, use{gen: 19 - int64(i), at: now.Add(-age)})
	}
	return r
}

// with returns the row after some changes.
func (r row) with(changes ...func(*row)) row {
	r.ring = slices.Clone(r.ring)
	for _, change := range changes {
		change(&r)
	}
	return r
}

func served(ago time.Duration) func(*row) { return func(r *row) { r.servedAt = now.Add(-ago) } }

func servedNow(r *row) { r.servedAt = now }

func revoked(r *row) { r.revoked = true }

// mintedNow is what minting changes.
func mintedNow(r *row) {
	r.gen++
	r.genAt, r.servedAt, r.idleExpiresAt = now.Truncate(time.Second), now, now.Add(month)
}

// acceptedNow is what the normal case changes before it mints.
func acceptedNow(r *row) {
	r.ack = r.gen
	r.ring = slices.Insert(r.ring, 0, use{r.gen, now})
	r.ring = r.ring[:min(len(r.ring), 8)]
}

// ruling is one line of a table: what becomes of a row when x is presented now.
type ruling struct {
	name    string
	before  row
	x       int64
	verdict verdict
	after   row
}

// same is a ruling that changes nothing.
func same(name string, r row, x int64, v verdict) ruling { return ruling{name, r, x, v, r} }

// ends is a ruling of reuse.
func ends(name string, r row, x int64) ruling { return ruling{name, r, x, reused, r.with(revoked)} }

func check(t *testing.T, with rules, table []ruling) {
	t.Helper()
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			given := c.before.with()

			after, v := decide(given, c.x, now, with)

			require.Equal(t, c.verdict, v)
			require.Equal(t, c.after, after)
			require.Equal(t, c.before, given, "decide is pure: the row that it was given stays as it was")
		})
	}
}

func TestVerdictAnswers(t *testing.T) {
	t.Parallel()
	for v, answers := range map[verdict]bool{
		refused: false, ahead: false, reused: false, unchanged: true, repeated: true, rotated: true, recovered: true,
	} {
		require.Equal(t, answers, v.answers(), "verdict %d", v)
	}
}

func TestDecideOnEndedSessions(t *testing.T) {
	t.Parallel()
	idleAt := func(d time.Duration) func(*row) { return func(r *row) { r.idleExpiresAt = now.Add(d) } }
	absoluteAt := func(d time.Duration) func(*row) {
		return func(r *row) { r.absoluteExpiresAt, r.idleExpiresAt = now.Add(d), now.Add(min(d, time.Hour)) }
	}
	var table []ruling
	for name, change := range map[string]func(*row){
		"Revoked": revoked, "IdleExpiredJustNow": idleAt(0), "IdleExpiredLongAgo": idleAt(-time.Hour),
		"AbsolutelyExpiredJustNow": absoluteAt(0), "AbsolutelyExpiredLongAgo": absoluteAt(-time.Hour),
	} {
		r := settled().with(change)
		table = append(table,
			same(name+"RefusesTheCurrentGeneration", r, 5, refused),
			same(name+"RefusesTheAcknowledgedGeneration", r, 4, refused),
			same(name+"TakesASpentGenerationForNoReuse", r, 2, refused),
			same(name+"RaisesNoAlarm", r, 6, refused),
		)
	}
	alive := settled().with(idleAt(tick))
	table = append(table, ruling{"AnswersUntilTheLastMicrosecond", alive, 5, rotated, alive.with(acceptedNow, mintedNow)})
	last := settled().with(absoluteAt(tick))
	table = append(table, ruling{
		"AnswersUntilTheLastMicrosecondOfAll", last, 5, rotated,
		last.with(acceptedNow, mintedNow, func(r *row) { r.idleExpiresAt = r.absoluteExpiresAt }),
	})
	check(t, rules{grace, month}, table)
}

func TestDecideOnGenerationsNeverMinted(t *testing.T) {
	t.Parallel()
	table := []ruling{
		same("RefusesTheNextGeneration", settled(), 6, ahead),
		same("RefusesTheGreatestGeneration", settled(), math.MaxInt64, ahead),
		same("RefusesTheNextGenerationOfANewSession", fresh(), 2, ahead),
	}
	check(t, rules{grace, month}, table)
	t.Run("WithoutGrace", func(t *testing.T) {
		t.Parallel()
		check(t, rules{0, month}, table)
	})
}

// fresh is a session that began a second ago: nothing was presented yet.
func fresh() row {
	return row{
		gen: 1, genAt: now.Add(-time.Second).Truncate(time.Second), servedAt: now.Add(-time.Second),
		idleExpiresAt: now.Add(month - time.Second), absoluteExpiresAt: now.Add(12 * month),
	}
}
