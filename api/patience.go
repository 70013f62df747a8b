package api

import (
	"context"
	"sync"
	"time"
)

// patience is a context whose deadline is set when it is known, and whose timer is made when somebody waits for Done: hardly an
// operation waits for anything but the database, where internal/postgres sets the deadline on the connection itself. With the
// timer, [context.WithTimeout] would be a tenth of what a short request allocates.
type patience struct {
	context.Context // without a deadline of its own

	mu    sync.Mutex
	until time.Time       // when Done is closed; zero: with the Context
	timed context.Context // made by Done once there is a deadline; nil: nobody has waited since
	stop  context.CancelFunc
}

// limit sets the deadline, once. Who waits already doesn't learn of it.
func (p *patience) limit(timeout time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.until = time.Now().Add(timeout) //nolint:forbidigo // of contexts there is but one clock
}

// Deadline returns when the operation must have ended; false: that isn't known yet.
func (p *patience) Deadline() (time.Time, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until, !p.until.IsZero()
}

// Done returns what is closed at the deadline, or when the client has gone.
func (p *patience) Done() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timed == nil && !p.until.IsZero() {
		p.timed, p.stop = context.WithDeadline(p.Context, p.until)
	}
	return p.inner().Done()
}

// Err says why Done is closed, or would be.
func (p *patience) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if err := p.inner().Err(); err != nil {
		return err
	}
	if !p.until.IsZero() && time.Until(p.until) <= 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// Value returns what the context holds. Once there is a timer, it leads to that: so [context.WithCancel] finds what it is
// to follow.
func (p *patience) Value(key any) any {
	p.mu.Lock()
	inner := p.inner()
	p.mu.Unlock()
	return inner.Value(key)
}

// end stops the timer, if there is one.
func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop != nil {
		p.stop()
	}
}

// inner is for those who hold mu.
func (p *patience) inner() context.Context {
	if p.timed == nil {
		return p.Context
	}
	return p.timed
}
