// Package budget shares a limited amount, of memory or of connections, among users. A user gets at most a share of it, so that
// something remains for others.
package budget

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxWaiters is how many calls of one user may wait. Further calls are rejected at once: they would time out.
const maxWaiters = 64

// Budget is an amount that is taken and given back. Create it with [New]. Its methods may be called concurrently.
type Budget struct {
	name         string
	total, share int64
	queue        atomic.Int64 // waiting calls that make others wait
	queueLimit   atomic.Int64 // see [Budget.LimitQueue]; 0: no limit
	firstLimit   atomic.Int64 // for the first waiting call of a user; 0: no limit

	mu               sync.Mutex
	used             int64
	users            map[int64]usage
	waiting          []*waiter // in the order of their calls
	takes            int64     // since the last call of LimitQueue
	takesPerInterval float64   // takes between two calls of LimitQueue, averaged
	queued           bool      // calls waited at the last call of LimitQueue
}

// usage is the use of a budget by one user.
type usage struct {
	taken   int64
	waiters int
}

type waiter struct {
	user, amount int64
	granted      chan struct{}
}

// New returns a budget of which a user gets at most share. The name is for errors.
func New(name string, total, share int64) *Budget {
	return &Budget{name: name, total: total, share: share, users: map[int64]usage{}}
}

// LimitQueue limits how many calls may wait. Further calls are rejected at once, because they would wait too long. Call it at regular
// intervals. The limit is maxLimit. If calls waited at the last call of LimitQueue and still do, it is the number of calls that are
// served in so many intervals, but at least minLimit. A user without waiting calls may exceed it twofold, so that users who send many
// requests don't shut out others. Calls beyond the share of their user don't count, because they don't make others wait.
func (b *Budget) LimitQueue(minLimit, maxLimit int64, intervals float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	limit, takes, waits := maxLimit, float64(b.takes), len(b.waiting) > 0
	if b.queued && waits {
		b.takesPerInterval += (takes - b.takesPerInterval) / 4
		limit = min(maxLimit, max(minLimit, int64(b.takesPerInterval*intervals)))
	} else {
		b.takesPerInterval = takes
	}
	b.takes, b.queued = 0, waits
	b.queueLimit.Store(limit)
	b.firstLimit.Store(min(maxLimit, 2*limit))
}

// QueueFull reports whether a call that has to wait would be rejected at once because too many others wait. first says that no other
// call of its user waits.
func (b *Budget) QueueFull(first bool) bool {
	queue, limit := b.queue.Load(), &b.queueLimit
	if first {
		limit = &b.firstLimit
	}
	return queue > 0 && queue >= limit.Load() && limit.Load() > 0
}

// QueueHalfFull reports whether half as many calls wait as may wait. It is false without a limit.
func (b *Budget) QueueHalfFull() bool {
	limit := b.queueLimit.Load()
	return limit > 0 && b.queue.Load() >= limit/2
}

// Take takes an amount for a user, or for no user (0). It waits for up to wait until the amount is free and within the user's share.
// A call that waits for its user's share doesn't delay calls of other users. The caller must give the amount back. An amount above
// the share counts as the share.
//
// It returns [apperr.Overloaded] if the amount doesn't become free in time or too many calls wait, and the error of ctx if ctx ends
// first.
func (b *Budget) Take(ctx context.Context, user, amount int64, wait time.Duration) error {
	err := b.takeUntil(ctx.Done(), user, amount, wait)
	if errors.Is(err, errCanceled) {
		return fmt.Errorf("wait for %s: %w", b.name, ctx.Err())
	}
	return err
}

// TakeWithin is [Budget.Take] for callers without a context: only wait ends the waiting.
func (b *Budget) TakeWithin(user, amount int64, wait time.Duration) error {
	return b.takeUntil(nil, user, amount, wait)
}

// errCanceled says that the caller stopped waiting.
var errCanceled = errors.New("the caller has left")

func (b *Budget) takeUntil(done <-chan struct{}, user, amount int64, wait time.Duration) error {
	amount = min(amount, b.share)
	b.mu.Lock()
	u := b.users[user]
	if len(b.waiting) == 0 && b.used+amount <= b.total && u.taken+amount <= b.share {
		b.take(user, amount)
		b.mu.Unlock()
		return nil
	}
	if u.waiters >= maxWaiters && user != 0 || wait <= 0 {
		b.mu.Unlock()
		return b.rejected(fmt.Errorf("%d calls of the user wait", u.waiters))
	}
	if b.QueueFull(user != 0 && u.waiters == 0) {
		b.mu.Unlock()
		return b.rejected(errors.New("too many calls wait"))
	}
	w := &waiter{user: user, amount: amount, granted: make(chan struct{})}
	b.countWaiter(user, 1)
	b.waiting = append(b.waiting, w)
	b.grant() // it may pass earlier calls that wait for their user's share
	b.mu.Unlock()
	return b.wait(done, w, wait)
}

func (b *Budget) wait(done <-chan struct{}, w *waiter, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-w.granted:
		return nil
	case <-done:
		if b.cancelWait(w) {
			return errCanceled
		}
	case <-timer.C:
		if b.cancelWait(w) {
			return b.rejected(errors.New("waited in vain"))
		}
	}
	return nil
}

func (b *Budget) rejected(cause error) error {
	return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, fmt.Errorf("%s: %w", b.name, cause))
}

// Waiting reports whether calls wait for the budget.
func (b *Budget) Waiting() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.waiting) > 0
}

// Total returns the whole amount.
func (b *Budget) Total() int64 { return b.total }

// Give gives back an amount that [Budget.Take] took for the user.
func (b *Budget) Give(user, amount int64) {
	amount = min(amount, b.share)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used -= amount
	u := b.users[user]
	u.taken -= amount
	b.set(user, u)
	if len(b.waiting) > 0 {
		b.grant()
	}
}

// grant gives the free amount to waiting calls, in their order. It skips calls that would exceed the share of their user.
func (b *Budget) grant() {
	for i := 0; i < len(b.waiting); {
		w := b.waiting[i]
		if b.users[w.user].taken+w.amount > b.share {
			i++
			continue
		}
		if b.used+w.amount > b.total {
			return
		}
		b.waiting = slices.Delete(b.waiting, i, i+1)
		b.countWaiter(w.user, -1)
		b.take(w.user, w.amount)
		close(w.granted)
	}
}

// cancelWait ends the waiting. It returns false if the amount was granted in the meantime.
func (b *Budget) cancelWait(w *waiter) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(b.waiting, w)
	if i < 0 {
		return false
	}
	b.waiting = slices.Delete(b.waiting, i, i+1)
	b.countWaiter(w.user, -1)
	b.grant() // calls behind it may need less
	return true
}

func (b *Budget) take(user, amount int64) {
	b.used += amount
	b.takes++
	u := b.users[user]
	u.taken += amount
	b.users[user] = u
}

func (b *Budget) countWaiter(user int64, by int) {
	u := b.users[user]
	before := b.queuedOf(user, u)
	u.waiters += by
	b.queue.Add(b.queuedOf(user, u) - before)
	b.set(user, u)
}

// queuedOf returns how many of a user's waiting calls make others wait.
func (b *Budget) queuedOf(user int64, u usage) int64 {
	if user == 0 {
		return int64(u.waiters)
	}
	return min(int64(u.waiters), b.share)
}

// set stores the usage of a user, or forgets a user without any.
func (b *Budget) set(user int64, u usage) {
	if u == (usage{}) {
		delete(b.users, user)
		return
	}
	b.users[user] = u
}
