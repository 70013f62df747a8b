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

// serverLimit is the state of a pool when the server accepts fewer connections than the pool may open.
type serverLimit struct {
	waiting  atomic.Int64 // calls that wait until another call returns a connection
	warnings hourlyLimiter
	returned chan struct{} // wakes a waiting call
}

// errServerLimit says that a call waited for a connection, and no other call returned one in time.
var errServerLimit = errors.New("the server accepts no more connections, and those in use stay busy")

// retryEvery is the interval at which a waiting call tries to open a connection, because the server may accept one again.
const retryEvery = 250 * time.Millisecond

// acquireFrom takes a connection from the pool. If the server accepts no more, it waits until another call returns one.
func (d *DB) acquireFrom(ctx context.Context) (*pgxpool.Conn, error) {
	conn, err := d.pool.Acquire(ctx)
	if !isTooManyConns(err) {
		return conn, err
	}
	ctx, cancel := context.WithTimeout(ctx, d.limits.wait)
	defer cancel()
	for isTooManyConns(err) {
		stat := d.pool.Stat()
		if stat.TotalConns() == 0 { // other programs have all connections
			return nil, err
		}
		d.serverLimit.warn(d.log(), stat)
		if stat.IdleConns() == 0 && !d.serverLimit.wait(ctx) {
			return nil, fmt.Errorf("%w: %w", errServerLimit, err)
		}
		conn, err = d.pool.Acquire(ctx)
	}
	return conn, err
}

// isTooManyConns reports whether the server rejected a connection because it has too many.
func isTooManyConns(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "53300"
}

// wait returns true when a connection was returned, or when it is time to try again. It returns false if ctx ends first.
func (s *serverLimit) wait(ctx context.Context) bool {
	s.waiting.Add(1)
	defer s.waiting.Add(-1)
	timer := time.NewTimer(retryEvery)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-s.returned:
	case <-timer.C:
	}
	return true
}

// connReturned wakes a waiting call.
func (s *serverLimit) connReturned() {
	if s.waiting.Load() == 0 {
		return
	}
	select {
	case s.returned <- struct{}{}:
	default:
	}
}

func (s *serverLimit) warn(log *slog.Logger, pool *pgxpool.Stat) {
	if s.warnings.allow() {
		log.Warn("the database accepts fewer connections than the pool may open, so calls wait for each other; raise max_connections or the role's limit, or lower pool_max_conns",
			"open", pool.TotalConns(), "pool_max_conns", pool.MaxConns())
	}
}
