package api

import (
	"context"
	"sync"
	"time"
)

// patience is a context with a deadline whose timer is made when somebody waits for Done, and not before: hardly an operation
// waits for anything but the database, where internal/postgres sets the deadline on the connection itself. With the timer,
// [context.WithTimeout] would be a tenth of what a short request allocates.
type patience struct {
	context.Context           // without a deadline of its own
	until           time.Time // when Done is closed

	mu    sync.Mutex
	timed context.Context // made by Done; nil: nobody has waited yet
	stop  context.CancelFunc
}

func withTimeout(ctx context.Context, timeout time.Duration) *patience {
	return &patience{Context: ctx, until: time.Now().Add(timeout)} //nolint:forbidigo // of contexts there is but one clock
}

// Deadline returns when the operation must have ended.
func (p *patience) Deadline() (time.Time, bool) { return p.until, true }

// Done returns what is closed at the deadline, or when the client has gone.
func (p *patience) Done() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timed == nil {
		p.timed, p.stop = context.WithDeadline(p.Context, p.until)
	}
	return p.timed.Done()
}

// Err says why Done is closed, or would be.
func (p *patience) Err() error {
	if err := p.inner().Err(); err != nil {
		return err
	}
	if time.Until(p.until) <= 0 {
		return context.DeadlineExceeded
	}
	return nil
}

// Value returns what the context holds. Once there is a timer, it leads to that: so [context.WithCancel] finds what it is
// to follow.
func (p *patience) Value(key any) any { return p.inner().Value(key) }

// end stops the timer, if there is one.
func (p *patience) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stop != nil {
		p.stop()
	}
}

func (p *patience) inner() context.Context {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timed == nil {
		return p.Context
	}
	return p.timed
}
