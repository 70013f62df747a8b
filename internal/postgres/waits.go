package postgres

import (
	"context"
	"sync/atomic"
	"time"
)

// sharing is for how long one context serves all who ask for a connection.
const sharing = 100 * time.Millisecond

// waits hands out contexts that end [acquireTimeout] from now, or at most [sharing] later. That is ten timers a second; one for
// each request would be a twelfth of what a short one allocates.
type waits struct {
	shared atomic.Pointer[shared]
}

type shared struct {
	context.Context
	since time.Time
}

func (w *waits) context() context.Context {
	now, s := time.Now(), w.shared.Load() //nolint:forbidigo // of contexts there is but one clock
	if s == nil || now.Sub(s.since) >= sharing {
		ctx, cancel := context.WithTimeout(context.Background(), acquireTimeout+sharing)
		context.AfterFunc(ctx, cancel) // nobody knows when the last one has stopped waiting
		s = &shared{ctx, now}
		w.shared.Store(s)
	}
	return s
}
