package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// scarcity is the state of a pool when the server accepts fewer connections than the pool may open.
type scarcity struct {
	waiting atomic.Int64 // calls that wait until another call returns a connection
	told    hourly
	back    chan struct{}
}

// errScarce says that a call waited for a connection, and no other call returned one in time.
var errScarce = errors.New("the server accepts no more connections, and those in use stay busy")

// retryEvery is the interval at which a waiting call tries to open a connection, because the server may accept one again.
const retryEvery = 250 * time.Millisecond

// acquireFrom takes a connection from the pool. If the server accepts no more, it waits until another call returns one.
func (d *DB) acquireFrom(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := d.pool.Acquire(ctx)
	if !isTooMany(err) {
		return conn, err
	}
	ctx, cancel := context.WithTimeout(ctx, acquireTimeout)
	defer cancel()
	for isTooMany(err) {
		stat := d.pool.Stat()
		if stat.TotalConns() == 0 { // other programs have all connections
			return nil, err
		}
		d.scarcity.tell(d.log(), stat)
		if stat.IdleConns() == 0 && !d.scarcity.wait(ctx) {
			return nil, fmt.Errorf("%w: %w", errScarce, err)
		}
		conn, err = d.pool.Acquire(ctx)
	}
	return conn, err
}

// isTooMany reports whether the server rejected a connection because it has too many.
func isTooMany(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "53300"
}

// wait returns true when a connection was returned, or when it is time to try again. It returns false if ctx ends first.
func (s *scarcity) wait(ctx context.Context) bool {
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	timer := time.NewTimer(retryEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-s.back:
	case <-timer.C:
	}
	return true
}

// givenBack wakes a waiting call.
func (s *scarcity) givenBack() {
	if s.waiting.Load() == 0 {
		return
	}
	select {
	case s.back <- struct{}{}:
	default:
	}
}

func (s *scarcity) tell(log *slog.Logger, pool *pgxpool.Stat) {
	if s.told.isDue() {
		log.Warn("the database accepts fewer connections than the pool may open, so calls wait for each other; raise max_connections or the role's limit, or lower pool_max_conns",
			"open", pool.TotalConns(), "pool_max_conns", pool.MaxConns())
	}
}
