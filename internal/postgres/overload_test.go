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
	d := newOneUser(t).with(t, "pool_max_conns", "24")
	ctx, cancel := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	defer calls.Wait()
	defer cancel()
	for range 12 + 300 {
		calls.Go(func() {
			_ = d.Run(ctx, func(*db.Queries) error { <-ctx.Done(); return nil }) // or it is rejected
		})
	}

	require.Eventually(t, func() bool { return d.Admit(false, true) != nil }, time.Hour, time.Millisecond)

	var refused *apperr.Error
	require.ErrorAs(t, d.Admit(false, true), &refused)
	require.Equal(t, apperr.Overloaded, refused.Code)
	require.Positive(t, refused.RetryAfter)
	require.NoError(t, d.Admit(true, false), "reads of users")
	require.NoError(t, d.Admit(true, true), "writes of users")
}

// BenchmarkAdmit measures the cost of Admit for each request.
func BenchmarkAdmit(b *testing.B) {
	d, err := postgres.Open(b.Context(), "postgres://localhost/none")
	require.NoError(b, err)
	defer d.Close()
	for b.Loop() {
		if d.Admit(true, false) != nil {
			b.Fatal("rejected")
		}
	}
}
