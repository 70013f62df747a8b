package postgres

import (
	"context"
	"errors"
	"sync"
	"time"
)

// turns lets the transactions of one user's wait for each other before they take a connection: those of one user
// would otherwise hold all connections while they wait for the user's lock.
type turns struct {
	mu    sync.Mutex
	users map[int64]*turn
}

// turnTimeout is more than a request may take.
const turnTimeout = time.Minute

var errBusy = errors.New("it stays busy")

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
	if err := enter(ctx, mine.taken, turnTimeout); err != nil {
		leave()
		return nil, err
	}
	return func() { <-mine.taken; leave() }, nil
}

// enter puts a token into a channel, as soon as there is room. It fails if ctx ends or the limit is reached
// first; where there is room at once, neither is looked at.
func enter(ctx context.Context, room chan struct{}, limit time.Duration) error {
	select {
	case room <- struct{}{}:
		return nil
	default:
	}
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	select {
	case room <- struct{}{}:
		return nil
	case <-timeout.C:
		return errBusy
	case <-ctx.Done():
		return ctx.Err()
	}
}
