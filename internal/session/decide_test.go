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

// fresh returns a session that was started a second ago.
func fresh() row {
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
		r.ack = r.gen
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
	case refused, ahead, unchanged:
	}
	return r
}

// ruling is one line of a table: the verdict on presenting x now.
type ruling struct {
	name    string
	before  row
	x       int64
	verdict verdict
}

func check(t *testing.T, with rules, table []ruling) {
	t.Helper()
	for _, c := range table {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			given := c.before.with()

			after, v := decide(given, c.x, now, with)

			require.Equal(t, c.verdict, v)
			require.Equal(t, c.before.after(v), after)
			require.Equal(t, c.before, given, "decide doesn't modify its argument")
		})
	}
}

func TestDecideOnEndedSessions(t *testing.T) {
	t.Parallel()
	var table []ruling
	for name, change := range map[string]func(*row){
		"Revoked": revoked, "IdleExpiredJustNow": expires(0, time.Hour), "IdleExpiredLongAgo": expires(-time.Hour, time.Hour),
		"AbsolutelyExpiredJustNow": expires(time.Hour, 0), "AbsolutelyExpiredLongAgo": expires(time.Hour, -time.Hour),
	} {
		r := settled().with(change)
		table = append(table,
			ruling{name + "RefusesTheCurrentGeneration", r, 5, refused},
			ruling{name + "RefusesTheAcknowledgedGeneration", r, 4, refused},
			ruling{name + "DoesNotTakeASpentGenerationForReuse", r, 2, refused},
			ruling{name + "ReportsNoUnknownGeneration", r, 6, refused},
		)
	}
	check(t, rules{grace, month}, append(table,
		ruling{"IsAcceptedUntilTheLastMicrosecondOfTheIdleTime", settled().with(expires(tick, time.Hour)), 5, rotated},
		ruling{"IsAcceptedUntilTheLastMicrosecondOfTheSession", settled().with(expires(tick, tick)), 5, rotated},
	))
}

// presentations has presented generations with their verdicts.
var presentations = []struct {
	name string
	row  row
	gen  int64
	want verdict
}{
	{"Rotated", crowded(1*time.Hour, 2*time.Hour, 3*time.Hour, 4*time.Hour, 5*time.Hour, 6*time.Hour, 7*time.Hour, 8*time.Hour), 20, rotated},
	{"Repeated", settled().with(served(time.Second)), 4, repeated},
	{"Recovered", settled(), 4, recovered},
	{"Reused", settled(), 1, reused},
	{"Refused", settled().with(revoked), 5, refused},
	{"Resumed", settled().with(restoredNow), 7, resumed},
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
