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
	tick  = time.Microsecond // the resolution of the database's clock
)

// now isn't a whole second, so that it differs from the iat of a token.
var now = time.Date(2026, 3, 1, 12, 0, 0, 250_000_000, time.UTC)

// settled returns a session whose generations 1 to 4 were accepted long ago, the last one 10 minutes ago.
func settled() row {
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	return row{
		gen: 5, ack: 4, genAt: ago(10 * time.Minute).Truncate(time.Second), servedAt: ago(10 * time.Minute),
		recent: []accepted{
			{4, ago(10 * time.Minute)},
			{3, ago(20 * time.Minute)},
			{2, ago(30 * time.Minute)},
			{1, ago(40 * time.Minute)},
		},
		idleExpiresAt: ago(10 * time.Minute).Add(month), absoluteExpiresAt: now.Add(12 * month),
	}
}

// crowded returns a session with recent generations of these ages, the newest first.
func crowded(ages ...time.Duration) row {
	r := settled()
	r.gen, r.ack, r.recent = 20, 19, nil
	for i, age := range ages {
		r.recent = append(r.recent, accepted{gen: 19 - int64(i), at: now.Add(-age)})
	}
	return r
}

// with returns a changed copy of the row.
func (r row) with(changes ...func(*row)) row {
	r.recent = slices.Clone(r.recent)
	for _, change := range changes {
		change(&r)
	}
	return r
}

func served(ago time.Duration) func(*row) { return func(r *row) { r.servedAt = now.Add(-ago) } }

func servedNow(r *row) { r.servedAt = now }

func revoked(r *row) { r.revoked = true }

// nextIssued makes the changes of issuing the next generation.
func nextIssued(r *row) {
	r.gen++
	r.genAt, r.servedAt, r.idleExpiresAt = now.Truncate(time.Second), now, now.Add(month)
}

// acceptedNow makes the changes of accepting the current generation.
func acceptedNow(r *row) {
	r.ack = r.gen
	r.recent = slices.Insert(r.recent, 0, accepted{r.gen, now})
	r.recent = r.recent[:min(len(r.recent), 8)]
}

// ruling is one line of a table: the result of presenting x now.
type ruling struct {
	name    string
	before  row
	x       int64
	verdict verdict
	after   row
}

// same returns a ruling that changes nothing.
func same(name string, r row, x int64, v verdict) ruling { return ruling{name, r, x, v, r} }

// ends returns a ruling of reuse.
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
			require.Equal(t, c.before, given, "decide doesn't modify its argument")
		})
	}
}

func TestVerdictsThatGrantTokens(t *testing.T) {
	t.Parallel()
	for v, answers := range map[verdict]bool{
		refused: false, ahead: false, reused: false, unchanged: true, repeated: true, rotated: true, recovered: true,
	} {
		require.Equal(t, answers, v.grantsTokens(), "verdict %d", v)
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
			same(name+"DoesNotTakeASpentGenerationForReuse", r, 2, refused),
			same(name+"ReportsNoUnknownGeneration", r, 6, refused),
		)
	}
	alive := settled().with(idleAt(tick))
	table = append(table, ruling{"IsAcceptedUntilTheLastMicrosecondOfTheIdleTime", alive, 5, rotated, alive.with(acceptedNow, nextIssued)})
	last := settled().with(absoluteAt(tick))
	table = append(table, ruling{
		"IsAcceptedUntilTheLastMicrosecondOfTheSession", last, 5, rotated,
		last.with(acceptedNow, nextIssued, func(r *row) { r.idleExpiresAt = r.absoluteExpiresAt }),
	})
	check(t, rules{grace, month}, table)
}

func TestDecideOnGenerationsNeverIssued(t *testing.T) {
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

// fresh returns a session that was started a second ago.
func fresh() row {
	return row{
		gen: 1, genAt: now.Add(-time.Second).Truncate(time.Second), servedAt: now.Add(-time.Second),
		idleExpiresAt: now.Add(month - time.Second), absoluteExpiresAt: now.Add(12 * month),
	}
}
