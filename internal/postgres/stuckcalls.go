package postgres

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/budget"
)

// stuckCalls has the groups of calls that wait for something in the database, such as a locked table, while other calls need their
// connections. A group may keep a quarter of the connections of its kind. Its other calls are canceled, and new ones are rejected at
// once.
type stuckCalls struct {
	any    atomic.Bool // there are groups
	asking atomic.Bool // see [DB.findTableWaits]
	mu     sync.Mutex
	groups map[group]time.Time // new calls are rejected until then
}

const (
	// slowDivisor is the divisor of a call's time after which it is slow: after 1 s of 10 s.
	slowDivisor = 10
	// rejectFor is how long calls of a group are rejected after it was last found stuck.
	rejectFor = time.Second
)

// errStuck is the cause of the errors that rejected calls get.
var errStuck = errors.New("others of its kind are stuck in the database")

// check returns [apperr.Overloaded] if the group of the call is stuck.
func (s *stuckCalls) check(w work) error {
	if w.name == "" || !s.any.Load() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.groups[group{w.kind, w.name}]; ok {
		return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, errStuck)
	}
	return nil
}

func (s *stuckCalls) mark(g group, until time.Time) {
	if g.name == "" { // these calls have nothing in common
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups == nil {
		s.groups = map[group]time.Time{}
	}
	s.groups[g] = until
	s.any.Store(true)
}

func (s *stuckCalls) expire(now time.Time) {
	if !s.any.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for g, until := range s.groups {
		if now.After(until) {
			delete(s.groups, g)
		}
	}
	s.any.Store(len(s.groups) > 0)
}

// group is the calls of one kind and name. The kind matters because one statement can serve a list and a slow search.
type group struct {
	kind kind
	name string
}

// onTick adapts the limits to the load, and ends stuck calls if other calls wait for their connections. The goroutine of [watchdog]
// calls it.
func (d *DB) onTick(ctx context.Context, now time.Time) {
	d.stuck.expire(now)
	if !d.overload.disabled.Load() {
		d.limits.limitQueues()
	}
	d.overload.warn(d.log())
	if d.stuck.any.Load() || d.limits.haveWaiters() {
		d.cancelStuckCalls(ctx, now)
	}
	if d.limits.nearlyFull() {
		d.findTableWaits(ctx, now)
	}
}

// cancelStuckCalls cancels the slow calls of each group that has too many of them.
func (d *DB) cancelStuckCalls(ctx context.Context, now time.Time) {
	for g, calls := range d.watchdog.callsThat(func(c *call) bool { return c.isSlow(now) }) {
		limit := d.limits.maxStuck(g.kind)
		if len(calls) < limit {
			continue
		}
		d.stuck.mark(g, now.Add(rejectFor))
		for _, c := range calls[limit:] {
			if c.mu.TryLock() { // else the call is ending
				c.cancelIfSlow(ctx, now)
			}
		}
	}
}

// callsThat returns the calls that meet a condition, by group.
func (w *watchdog) callsThat(condition func(*call) bool) map[group][]*call {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := map[group][]*call{}
	for _, c := range w.calls {
		if !c.mu.TryLock() { // the call is beginning or ending
			continue
		}
		if condition(c) {
			g := group{c.work.kind, c.work.name}
			found[g] = append(found[g], c)
		}
		c.mu.Unlock()
	}
	return found
}

// isSlow reports whether the call has used its part of the time (slowDivisor), or was found to wait for a locked table. It must be
// called with mu locked.
func (c *call) isSlow(now time.Time) bool {
	took, all := c.times(now)
	return took > all/slowDivisor || c.waitsForTable && took > tableWait
}

// times returns how long the call has run, and how long it may run. Both are 0 if it has no limit, or was canceled. It must be called
// with mu locked.
func (c *call) times(now time.Time) (took, all time.Duration) {
	if c.cancelAt.IsZero() || c.deadline.IsZero() {
		return 0, 0
	}
	all = 2 * c.deadline.Sub(c.cancelAt)
	return all - c.deadline.Sub(now), all
}

// cancelIfSlow cancels the statement of a slow call. It must be called with mu locked; it unlocks mu, after the cancellation if there
// is one.
func (c *call) cancelIfSlow(ctx context.Context, now time.Time) {
	if !c.isSlow(now) { // the connection runs another call by now
		c.mu.Unlock()
		return
	}
	c.canceled, c.cancelAt = true, time.Time{}
	go c.cancel(ctx, min(cancelTimeout, c.deadline.Sub(now)))
}

// haveWaiters reports whether calls wait for a connection.
func (l *connLimits) haveWaiters() bool {
	return slices.ContainsFunc(l.all(), (*budget.Budget).Waiting)
}

// maxStuck returns how many calls of a kind and name may be stuck.
func (l *connLimits) maxStuck(k kind) int {
	switch k {
	case read:
		return max(1, int(l.reads.Total()/4))
	case heavyRead:
		return max(1, int(l.heavy.Total()/4))
	case write:
		return max(1, int(l.writes.Total()/4))
	case other:
	}
	return max(1, int(l.others.Total()/4))
}
