package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// presentations are presented generations with their verdicts.
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
			if p.want == rotated {
				limit = 2 // the new entry, and the slice that begins with it
			}
			count := testing.AllocsPerRun(100, func() { _, got = decide(p.row, p.gen, now, rules{grace, month}) })
			require.Equal(t, p.want, got)
			require.LessOrEqual(t, count, limit)
		})
	}
}
