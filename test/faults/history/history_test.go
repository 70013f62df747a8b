// Package history checks that clients see servers and their database as one machine, even after failures. Clients call operations with
// the SDK of the repository, and record the times of the calls and their outcomes. Porcupine then looks for an order of the operations
// that explains all outcomes. Each operation takes effect at one moment between its call and its response. If its outcome is unknown, it
// takes effect at any time after its call, or never.
package history

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestHistoriesAreLinearizable kills servers, restarts PostgreSQL and fails over, while clients use all servers.
func TestHistoriesAreLinearizable(t *testing.T) {
	servers, rounds := 3, 8
	if testing.Short() {
		servers, rounds = 2, 1
	}
	f := startFleet(t, servers)
	for range rounds {
		f.round(t)
	}
	t.Logf("%d responses were lost, %d requests were delivered twice", f.balancer.lost.Load(), f.balancer.repeated.Load())
	require.Positive(t, f.balancer.lost.Load())
	require.Positive(t, f.balancer.repeated.Load())
}

// round causes each failure once while clients work, and checks their histories. It uses new accounts, because the time of the check grows
// with the square of a history's length.
func (f *fleet) round(t *testing.T) {
	t.Helper()
	items, sessions, plans := newRecorder(), newRecorder(), newRecorder()
	ctx, stop := context.WithCancel(t.Context())
	var running sync.WaitGroup
	defer running.Wait()
	defer stop()
	startChecklistClients(ctx, t, f, items, &running, 3)
	startSessionClients(ctx, t, f, sessions, &running, 3)
	startPlanClients(ctx, t, f, plans, &running, 2)
	progress := func() {
		t.Helper()
		for _, r := range []*recorder{items, sessions, plans} {
			known := r.known.Load()
			pgtest.Eventually(t, func() bool { return r.known.Load() >= known+perSecond/2 }, "the servers serve")
		}
	}

	progress()
	for i := range f.servers {
		f.kill(i)
		progress()
		f.launch(t, i)
		progress()
	}
	f.primary.restart(t)
	progress()
	f.failOver(t)
	progress()
	stop()
	running.Wait()

	items.check(t, "items", itemModel)
	sessions.check(t, "sessions", sessionModel)
	plans.check(t, "plans", planModel)
}
