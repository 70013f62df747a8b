package budget_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/budget"
)

func requireRefused(t *testing.T, err error) {
	t.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.Overloaded, e.Code)
	require.Positive(t, e.RetryAfter)
}

func TestAUserGetsHisShareAndOthersTheRest(t *testing.T) {
	t.Parallel()
	b := budget.New("memory", 10, 6)
	require.NoError(t, b.Take(t.Context(), 1, 6, 0))
	requireRefused(t, b.Take(t.Context(), 1, 1, time.Nanosecond))
	require.NoError(t, b.Take(t.Context(), 2, 4, 0))
	requireRefused(t, b.Take(t.Context(), 3, 1, 0))
	b.Give(1, 6)
	require.NoError(t, b.Take(t.Context(), 3, 100, 0), "more than the share is the share")
	b.Give(3, 100)
	b.Give(2, 4)
	require.NoError(t, b.Take(t.Context(), 0, 6, 0))
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	b := budget.New("memory", 1, 1)
	require.NoError(t, b.Take(t.Context(), 1, 1, 0))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, b.Take(ctx, 2, 1, time.Hour), context.Canceled)
	b.Give(1, 1)
	require.NoError(t, b.Take(t.Context(), 2, 1, 0), "who has left takes nothing")
}

// TestWaitingForTheOwnShareHoldsUpNobodyElse lets a user wait for the user's own share while a later user calls.
func TestWaitingForTheOwnShareHoldsUpNobodyElse(t *testing.T) {
	t.Parallel()
	b := budget.New("connections", 3, 2)
	require.NoError(t, b.Take(t.Context(), 1, 2, 0))
	own := make(chan error)
	go func() { own <- b.Take(t.Context(), 1, 1, time.Hour) }()
	require.NoError(t, b.Take(t.Context(), 2, 1, time.Hour))
	b.Give(1, 1)
	require.NoError(t, <-own)
}

func TestNobodyTakesMoreThanThereIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.Int64Range(1, 20).Draw(t, "total")
		share := rapid.Int64Range(1, total).Draw(t, "share")
		b := budget.New("memory", total, share)
		var all atomic.Int64
		var of [4]atomic.Int64
		var exceeded atomic.Bool
		var wg sync.WaitGroup
		for range rapid.IntRange(2, 40).Draw(t, "calls") {
			user := rapid.Int64Range(0, 3).Draw(t, "user")
			amount := rapid.Int64Range(1, share).Draw(t, "amount")
			wg.Go(func() {
				if b.Take(context.Background(), user, amount, time.Hour) != nil {
					exceeded.Store(true)
					return
				}
				if all.Add(amount) > total || of[user].Add(amount) > share {
					exceeded.Store(true)
				}
				all.Add(-amount)
				of[user].Add(-amount)
				b.Give(user, amount)
			})
		}
		wg.Wait()
		if exceeded.Load() || b.Take(context.Background(), 0, share, 0) != nil {
			t.Fatal("the budget was exceeded, or not all of it came back")
		}
	})
}

// TestMoreCallsThanAreServedSoonAreRejected makes calls wait all the time, while fewer and fewer are served.
func TestMoreCallsThanAreServedSoonAreRejected(t *testing.T) {
	t.Parallel()
	const least, most, intervals = 4, 12, 5
	b := budget.New("connections", 1, 1)
	interval := func() { b.LimitQueue(least, most, intervals) }
	require.False(t, b.QueueHalfFull(), "there is no limit yet")
	interval()
	require.False(t, b.QueueHalfFull())
	require.NoError(t, b.Take(t.Context(), 0, 1, 0))
	ctx, cancel := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	var served atomic.Int64
	for range most {
		calls.Go(func() {
			if b.Take(ctx, 0, 1, time.Hour) == nil {
				served.Add(1)
			}
		})
	}
	require.Eventually(t, func() bool { return b.QueueFull(false) }, time.Hour, time.Millisecond)
	requireRefused(t, b.Take(t.Context(), 0, 1, time.Hour))
	require.True(t, b.QueueHalfFull())

	interval()
	b.Give(0, 1) // the next one takes it
	require.False(t, b.QueueFull(false), "a burst may wait")
	interval()
	require.True(t, b.QueueFull(false), "now as many may wait as are served in five intervals")

	require.True(t, b.QueueFull(true), "and twice as many of users without waiting calls")
	b.Give(0, 1)
	b.Give(0, 1)
	require.False(t, b.QueueFull(true), "one call of a user may still wait")
	calls.Go(func() { assert.ErrorIs(t, b.Take(ctx, 7, 1, time.Hour), context.Canceled) })
	require.Eventually(t, func() bool {
		err := b.Take(t.Context(), 7, 1, time.Nanosecond)
		return err != nil && strings.Contains(errors.Unwrap(err).Error(), "too many calls wait")
	}, time.Hour, time.Millisecond, "a second one may not")
	cancel()
	calls.Wait()
	require.False(t, b.QueueFull(false))
	require.Positive(t, served.Load())
}

func TestCallsBeyondAUsersShareDontCountInTheQueue(t *testing.T) {
	t.Parallel()
	b := budget.New("connections", 10, 2)
	b.LimitQueue(3, 3, 1)
	require.NoError(t, b.Take(t.Context(), 1, 2, 0))
	ctx, cancel := context.WithCancel(t.Context())
	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() { assert.ErrorIs(t, b.Take(ctx, 1, 1, time.Hour), context.Canceled) })
	}
	require.Eventually(t, b.Waiting, time.Hour, time.Millisecond)
	require.False(t, b.QueueFull(false))
	require.NoError(t, b.Take(t.Context(), 2, 2, time.Hour))
	cancel()
	calls.Wait()
}
