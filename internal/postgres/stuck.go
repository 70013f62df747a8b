package postgres

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// stuck has the groups of calls that wait for something in the database, such as a locked table, while other calls need their
// connections. A quarter of a room may keep waiting. The other calls of a group are canceled, and new ones are rejected at once.
type stuck struct {
	any    atomic.Bool // there are groups
	mu     sync.Mutex
	groups map[group]time.Time // new calls are rejected until then
}

const (
	// slowPart is the divisor of a call's time after which it is slow: after 1 s of 10 s.
	slowPart = 10
	// rejectFor is how long calls of a group are rejected after it was last found stuck.
	rejectFor = time.Second
)

// errStuck is the cause of the errors that rejected calls get.
var errStuck = errors.New("others of its kind are stuck in the database")

// check returns [apperr.Overloaded] if the group of the call is stuck.
func (s *stuck) check(w work) error {
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

func (s *stuck) mark(of group, until time.Time) {
	if of.name == "" { // these calls have nothing in common
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.groups == nil {
		s.groups = map[group]time.Time{}
	}
	s.groups[of] = until
	s.any.Store(true)
}

func (s *stuck) expire(now time.Time) {
	if !s.any.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for of, until := range s.groups {
		if now.After(until) {
			delete(s.groups, of)
		}
	}
	s.any.Store(len(s.groups) > 0)
}

// group is the calls of one kind and name. The kind matters because one statement can serve a list and a slow search.
type group struct {
	kind kind
	name string
}

// relieve ends stuck calls if other calls wait for their connections. The goroutine of [watch] calls it.
func (d *DB) relieve(ctx context.Context, now time.Time) {
	d.stuck.expire(now)
	d.rooms.limitQueues()
	d.overload.warn(d.log())
	if !d.stuck.any.Load() && !d.rooms.haveWaiters() {
		return
	}
	for of, calls := range d.watch.slow(now) {
		limit := d.rooms.patience(of.kind)
		if len(calls) < limit {
			continue
		}
		d.stuck.mark(of, now.Add(rejectFor))
		for _, c := range calls[limit:] {
			if c.mu.TryLock() { // else the call is ending
				c.cancelIfSlow(ctx, now)
			}
		}
	}
}

// slow returns the slow calls by group.
func (w *watch) slow(now time.Time) map[group][]*call {
	w.mu.Lock()
	defer w.mu.Unlock()
	found := map[group][]*call{}
	for _, c := range w.calls {
		if !c.mu.TryLock() { // the call is beginning or ending
			continue
		}
		if c.isSlow(now) {
			of := group{c.work.kind, c.work.name}
			found[of] = append(found[of], c)
		}
		c.mu.Unlock()
	}
	return found
}

// isSlow reports whether the call has used its part of the time (slowPart). It must be called with mu locked.
func (c *call) isSlow(now time.Time) bool {
	if c.cancelAt.IsZero() || c.deadline.IsZero() { // the call has no limit, or was canceled
		return false
	}
	all := 2 * c.deadline.Sub(c.cancelAt)
	return all-c.deadline.Sub(now) > all/slowPart
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
func (r *rooms) haveWaiters() bool {
	return r.reads.Waiting() || r.heavy.Waiting() || r.writes.Waiting() || r.users.Waiting() || r.others.Waiting()
}

// patience returns how many calls of a kind and name may be stuck.
func (r *rooms) patience(k kind) int {
	switch k {
	case read:
		return max(1, int(r.reads.Total()/4))
	case heavyRead:
		return max(1, int(r.heavy.Total()/4))
	case write:
		return max(1, int(r.writes.Total()/4))
	case other:
	}
	return max(1, int(r.others.Total()/4))
}
