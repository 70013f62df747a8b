package session

import (
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

// settledRow returns a session whose generations 1 to 4 were accepted long ago, the last one 10 minutes ago.
func settledRow() row {
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	return row{
		gen: 5, newestAccepted: 4, genAt: ago(10 * time.Minute).Truncate(time.Second), servedAt: ago(10 * time.Minute),
		recent: []accepted{
			{4, ago(10 * time.Minute)},
			{3, ago(20 * time.Minute)},
			{2, ago(30 * time.Minute)},
			{1, ago(40 * time.Minute)},
		},
		idleExpiresAt: ago(10 * time.Minute).Add(month), absoluteExpiresAt: now.Add(12 * month),
	}
}

// rowWithRecent returns a session with recent generations of these ages, the newest first.
func rowWithRecent(ages ...time.Duration) row {
	r := settledRow()
	r.gen, r.newestAccepted, r.recent = 20, 19, nil
	for i, age := range ages {
		r.recent = append(r.recent, accepted{gen: 19 - int64(i), at: now.Add(-age)})
	}
	return r
}

// newRow returns a session that was started a second ago.
func newRow() row {
	return row{
		gen: 1, genAt: now.Add(-time.Second).Truncate(time.Second), servedAt: now.Add(-time.Second),
		idleExpiresAt: now.Add(month - time.Second), absoluteExpiresAt: now.Add(12 * month),
	}
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

// expires sets both expiries.
func expires(idle, absolute time.Duration) func(*row) {
	return func(r *row) { r.idleExpiresAt, r.absoluteExpiresAt = now.Add(idle), now.Add(absolute) }
}

func revoked(r *row) { r.revoked = true }

// after returns the row as it must be after a verdict.
func (r row) after(v verdict) row {
	r = r.with()
	if v == rotated {
		r.newestAccepted = r.gen
		r.recent = slices.Insert(r.recent, 0, accepted{r.gen, now})
		r.recent = r.recent[:min(len(r.recent), 8)]
	}
	switch v {
	case rotated, recovered, resumed:
		r.gen++
		r.genAt, r.servedAt = now.Truncate(time.Second), now
		r.idleExpiresAt = earlier(now.Add(month), r.absoluteExpiresAt)
	case repeated:
		r.servedAt = now
	case reused:
		r.revoked = true
	case rejected, neverIssued, unchanged:
	}
	return r
}

// decisionCase is one line of a table: the verdict on presenting a generation now.
type decisionCase struct {
	name      string
	before    row
	presented int64
	verdict   verdict
}

func check(t *testing.T, with rules, table []decisionCase) {
	t.Helper()
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			given := c.before.with()

			after, v := decide(given, c.presented, now, with)

			require.Equal(t, c.verdict, v)
			require.Equal(t, c.before.after(v), after)
			require.Equal(t, c.before, given, "decide doesn't modify its argument")
		})
	}
}

func TestDecideOnEndedSessions(t *testing.T) {
	t.Parallel()
	var table []decisionCase
	for name, change := range map[string]func(*row){
		"Revoked": revoked, "IdleExpiredJustNow": expires(0, time.Hour), "IdleExpiredLongAgo": expires(-time.Hour, time.Hour),
		"AbsolutelyExpiredJustNow": expires(time.Hour, 0), "AbsolutelyExpiredLongAgo": expires(time.Hour, -time.Hour),
	} {
		r := settledRow().with(change)
		table = append(table,
			decisionCase{name + "RefusesTheCurrentGeneration", r, 5, rejected},
			decisionCase{name + "RefusesTheAcknowledgedGeneration", r, 4, rejected},
			decisionCase{name + "DoesNotTakeASpentGenerationForReuse", r, 2, rejected},
			decisionCase{name + "ReportsNoUnknownGeneration", r, 6, rejected},
		)
	}
	check(t, rules{grace, month}, append(table,
		decisionCase{"IsAcceptedUntilTheLastMicrosecondOfTheIdleTime", settledRow().with(expires(tick, time.Hour)), 5, rotated},
		decisionCase{"IsAcceptedUntilTheLastMicrosecondOfTheSession", settledRow().with(expires(tick, tick)), 5, rotated},
	))
}

// presentations has presented generations with their verdicts.
var presentations = []struct {
	name string
	row  row
	gen  int64
	want verdict
}{
	{"Rotated", rowWithRecent(1*time.Hour, 2*time.Hour, 3*time.Hour, 4*time.Hour, 5*time.Hour, 6*time.Hour, 7*time.Hour, 8*time.Hour), 20, rotated},
	{"Repeated", settledRow().with(served(time.Second)), 4, repeated},
	{"Recovered", settledRow(), 4, recovered},
	{"Reused", settledRow(), 1, reused},
	{"Refused", settledRow().with(revoked), 5, rejected},
	{"Resumed", settledRow().with(restoredNow), 7, resumed},
}

func BenchmarkDecide(b *testing.B) {
	for _, p := range presentations {
		b.Run(p.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				decide(p.row, p.gen, now, rules{grace, month})
			}
		})
	}
}

// TestDecideAllocatesOnlyWhenItRotates is not parallel: it counts the allocations of the whole process.
func TestDecideAllocatesOnlyWhenItRotates(t *testing.T) {
	for _, p := range presentations {
		t.Run(p.name, func(t *testing.T) {
			got, limit := verdict(0), 0.0
			if p.want == rotated || p.want == resumed {
				limit = 2 // the new entry, and the slice that begins with it
			}
			count := testing.AllocsPerRun(100, func() { _, got = decide(p.row, p.gen, now, rules{grace, month}) })
			require.Equal(t, p.want, got)
			require.LessOrEqual(t, count, limit)
		})
	}
}
