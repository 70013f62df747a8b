// Package budget shares a bounded amount, of memory or of connections, among users. A user gets at most a share of it, so that
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

// maxWaiters is how many calls of one user may wait. More are refused at once: they would wait in vain.
const maxWaiters = 64

// Budget is an amount that is taken and given back. Create it with [New]. Its methods may be called concurrently.
type Budget struct {
	name         string
	total, share int64
	crowd        atomic.Int64 // waiting calls that make others wait
	maxCrowd     atomic.Int64 // see [Budget.LimitCrowd]; 0: no limit
	fullCrowd    atomic.Int64 // for the first waiting call of a user; 0: no limit

	mu      sync.Mutex
	used    int64
	users   map[int64]usage
	waiting []*waiter // in the order of their calls
	takes   int64     // since the last look
	pace    float64   // takes between two looks, averaged
	queued  bool      // calls waited at the last look
}

// usage is what one user has.
type usage struct {
	taken   int64
	waiters int
}

type waiter struct {
	user, amount int64
	granted      chan struct{}
}

// New returns a budget of which one user gets at most share. The name is for errors.
func New(name string, total, share int64) *Budget {
	return &Budget{name: name, total: total, share: share, users: map[int64]usage{}}
}

// LimitCrowd limits how many calls may wait: more are rejected at once, because they would wait too long. Call it regularly. The
// limit is most. While calls wait all the time, it is as many as are served between so many looks, and at least few; but for a user
// of whom no call waits it stays most, so that those who send much don't shut out those who send little. The calls of a user beyond
// his share don't count: they don't make others wait.
func (b *Budget) LimitCrowd(few, most int64, looks float64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fullCrowd.Store(most)
	limit, takes, waits := most, float64(b.takes), len(b.waiting) > 0
	if b.queued && waits {
		b.pace += (takes - b.pace) / 4
		limit = min(most, max(few, int64(b.pace*looks)))
	} else {
		b.pace = takes
	}
	b.takes, b.queued = 0, waits
	b.maxCrowd.Store(limit)
}

// Crowded reports whether a call that has to wait would be rejected at once because of others. first says that it is of a user of
// whom no call waits.
func (b *Budget) Crowded(first bool) bool {
	crowd, limit := b.crowd.Load(), &b.maxCrowd
	if first {
		limit = &b.fullCrowd
	}
	return crowd > 0 && crowd >= limit.Load() && limit.Load() > 0
}

// Take takes an amount for a user, or for nobody in particular (0). It waits for up to wait until the amount is free and
// within the user's share; calls of others wait behind it only for what is free. The caller must give the amount back. More
// than the share is taken as the share.
//
// It returns [apperr.Overloaded] if the amount doesn't become free in time or too many wait for it, and the error of ctx if ctx ends first.
func (b *Budget) Take(ctx context.Context, user, amount int64, wait time.Duration) error {
	err := b.takeUntil(ctx.Done(), user, amount, wait)
	if errors.Is(err, errLeft) {
		return fmt.Errorf("wait for %s: %w", b.name, ctx.Err())
	}
	return err
}

// TakeWithin is [Budget.Take] for callers without a context: only wait ends the waiting.
func (b *Budget) TakeWithin(user, amount int64, wait time.Duration) error {
	return b.takeUntil(nil, user, amount, wait)
}

// errLeft says that the caller stopped waiting.
var errLeft = errors.New("the caller has left")

func (b *Budget) takeUntil(done <-chan struct{}, user, amount int64, wait time.Duration) error {
	amount = min(amount, b.share)
	b.mu.Lock()
	of := b.users[user]
	if len(b.waiting) == 0 && b.used+amount <= b.total && of.taken+amount <= b.share {
		b.take(user, amount)
		b.mu.Unlock()
		return nil
	}
	if of.waiters >= maxWaiters && user != 0 || wait <= 0 {
		b.mu.Unlock()
		return b.refused(fmt.Errorf("%d calls of the user wait", of.waiters))
	}
	if b.Crowded(user != 0 && of.waiters == 0) {
		b.mu.Unlock()
		return b.refused(errors.New("too many calls wait"))
	}
	w := &waiter{user: user, amount: amount, granted: make(chan struct{})}
	b.countWaiter(user, 1)
	b.waiting = append(b.waiting, w)
	b.grant() // it may pass those before it that wait for their own share
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
		if b.leave(w) {
			return errLeft
		}
	case <-timer.C:
		if b.leave(w) {
			return b.refused(errors.New("waited in vain"))
		}
	}
	return nil
}

func (b *Budget) refused(cause error) error {
	return apperr.Busy(apperr.Overloaded, apperr.Soon, fmt.Errorf("%s: %w", b.name, cause))
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
	of := b.users[user]
	of.taken -= amount
	b.set(user, of)
	if len(b.waiting) > 0 {
		b.grant()
	}
}

// grant gives to those who wait what has become free, in their order. Those at their share are passed over.
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

// leave ends the waiting. It returns false if the amount was granted in the meantime.
func (b *Budget) leave(w *waiter) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.Index(b.waiting, w)
	if i < 0 {
		return false
	}
	b.waiting = slices.Delete(b.waiting, i, i+1)
	b.countWaiter(w.user, -1)
	b.grant() // those behind it may need less
	return true
}

func (b *Budget) take(user, amount int64) {
	b.used += amount
	b.takes++
	of := b.users[user]
	of.taken += amount
	b.users[user] = of
}

func (b *Budget) countWaiter(user int64, by int) {
	of := b.users[user]
	before := b.crowdOf(user, of)
	of.waiters += by
	b.crowd.Add(b.crowdOf(user, of) - before)
	b.set(user, of)
}

// crowdOf returns how many of a user's waiting calls make others wait.
func (b *Budget) crowdOf(user int64, of usage) int64 {
	if user == 0 {
		return int64(of.waiters)
	}
	return min(int64(of.waiters), b.share)
}

// set forgets a user who has nothing and waits for nothing.
func (b *Budget) set(user int64, of usage) {
	if of == (usage{}) {
		delete(b.users, user)
		return
	}
	b.users[user] = of
}
