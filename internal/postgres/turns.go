package postgres

import (
	"context"
	"sync"
)

// turns lets the transactions of one user's wait for each other before they take a connection: those of one user
// would otherwise hold all connections while they wait for the user's lock.
type turns struct {
	mu    sync.Mutex
	users map[int64]*turn
}

type turn struct {
	taken   chan struct{} // holds one token while a transaction goes on
	waiting int           // transactions that go on or wait
}

// take waits until it is the user's turn, and returns what ends it. It fails if ctx ends first.
func (t *turns) take(ctx context.Context, userID int64) (done func(), err error) {
	t.mu.Lock()
	if t.users == nil {
		t.users = map[int64]*turn{}
	}
	mine := t.users[userID]
	if mine == nil {
		mine = &turn{taken: make(chan struct{}, 1)}
		t.users[userID] = mine
	}
	mine.waiting++
	t.mu.Unlock()
	leave := func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		if mine.waiting--; mine.waiting == 0 {
			delete(t.users, userID)
		}
	}
	done = func() { <-mine.taken; leave() }
	select {
	case mine.taken <- struct{}{}: // at once, so that ctx needs no timer
		return done, nil
	default:
	}
	select {
	case mine.taken <- struct{}{}:
		return done, nil
	case <-ctx.Done():
		leave()
		return nil, ctx.Err()
	}
}
