package main

import (
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestTheStackAddsFewAllocationsToTheFloor is not parallel: it counts the allocations of the whole process. Both sides do
// pgx's, so that the difference is what checks, authentication, the log line, headers and the deadline cost.
func TestTheStackAddsFewAllocationsToTheFloor(t *testing.T) {
	const most = 25 // the target is 80, and 12 it is; with the race detector pools forget, which costs some
	p := newPair(t)
	askServer, ofServer := p.ask(t, p.server)
	askFloor, ofFloor := p.ask(t, p.floor)
	askServer()
	askFloor()
	require.Equal(t, strings.TrimSpace(string(ofServer.body)), strings.TrimSpace(string(ofFloor.body)), "both do the same")

	defer debug.SetGCPercent(debug.SetGCPercent(-1)) // it would empty pools of buffers
	server, floor := allocations(askServer), allocations(askFloor)

	require.LessOrEqual(t, server-floor, float64(most), "GET of a recipe: %v allocations of the server, %v of the floor", server, floor)
	require.Greater(t, server, floor, "or it was miscounted")
}

// allocations of a call: the median of some runs, as a timer or the pool of connections may allocate meanwhile.
func allocations(do func()) float64 {
	counts := make([]float64, 9)
	for i := range counts {
		counts[i] = testing.AllocsPerRun(100, do)
	}
	slices.Sort(counts)
	return counts[len(counts)/2]
}

// BenchmarkGetRecipe compares both sides without what net/http does around them: by the CPU time of this process, since the
// time itself is mostly spent waiting for PostgreSQL.
func BenchmarkGetRecipe(b *testing.B) {
	p := newPair(b)
	for name, side := range map[string]http.Handler{"Server": p.server, "Floor": p.floor} {
		b.Run(name, func(b *testing.B) {
			ask, _ := p.ask(b, side)
			ask()
			b.ReportAllocs()
			before := cpuTime(b)
			for b.Loop() {
				ask()
			}
			b.ReportMetric(float64((cpuTime(b)-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
		})
	}
}

// cpuTime is what this process has used.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
