package postgres_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestOneKindOfCallsIsRejectedWhenTooManyOfItWait lets calls of no user hold all their connections while others wait.
func TestOneKindOfCallsIsRejectedWhenTooManyOfItWait(t *testing.T) {
	t.Parallel()
	d := newOneUser(t).openWith(t, "pool_max_conns", "24")
	ctx, cancel := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	defer calls.Wait()
	defer cancel()
	for range 12 + 300 {
		calls.Go(func() {
			for ctx.Err() == nil { // it may be rejected, and waits for only 3 s
				_ = d.Run(ctx, func(*db.Queries) error { <-ctx.Done(); return nil })
				time.Sleep(time.Millisecond)
			}
		})
	}

	var err error
	require.Eventually(t, func() bool { err = d.CheckLoad(false, true); return err != nil }, time.Hour, time.Millisecond)

	var refused *apperr.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, apperr.Overloaded, refused.Code)
	require.Positive(t, refused.RetryAfter)
	require.NoError(t, d.CheckLoad(true, false), "reads of users")
	require.NoError(t, d.CheckLoad(true, true), "writes of users")
}

// BenchmarkCheckLoad measures the cost of CheckLoad for each request.
func BenchmarkCheckLoad(b *testing.B) {
	d, err := postgres.Open(b.Context(), "postgres://localhost/none")
	require.NoError(b, err)
	defer d.Close()
	for b.Loop() {
		if d.CheckLoad(true, false) != nil {
			b.Fatal("rejected")
		}
	}
}
