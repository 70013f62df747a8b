package postgres

import (
	"context"
	"sync"
)

// userLocks has a lock for each user. A write waits for the lock of its user before it takes a connection. Otherwise one user's
// writes could hold all connections while they wait for the same row.
type userLocks struct {
	mu    sync.Mutex
	locks map[int64]*userLock
}

type userLock struct {
	held    chan struct{} // has one element while the lock is held
	holders int           // callers that hold the lock or wait for it
}

// lock waits for the lock of a user and returns the function that unlocks it. It returns the error of ctx if ctx ends first.
func (l *userLocks) lock(ctx context.Context, userID int64) (unlock func(), err error) {
	lock := l.join(userID)
	unlock = func() { <-lock.held; l.leave(userID, lock) }
	select {
	case lock.held <- struct{}{}:
		return unlock, nil
	case <-ctx.Done():
		l.leave(userID, lock)
		return nil, ctx.Err()
	}
}

func (l *userLocks) join(userID int64) *userLock {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.locks == nil {
		l.locks = map[int64]*userLock{}
	}
	lock := l.locks[userID]
	if lock == nil {
		lock = &userLock{held: make(chan struct{}, 1)}
		l.locks[userID] = lock
	}
	lock.holders++
	return lock
}

func (l *userLocks) leave(userID int64, lock *userLock) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if lock.holders--; lock.holders == 0 {
		delete(l.locks, userID)
	}
}
