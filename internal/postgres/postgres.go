// Package postgres opens the database, brings its schema up to date, and runs statements and transactions. Only this package
// decides which errors mean that the database is unavailable.
package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/metrics"
)

const (
	poolSize       = 24              // enough writers for group commit, but few backends; see connLimits
	acquireTimeout = 3 * time.Second // a longer wait for a connection means that the server is overloaded
)

// DB is a bounded pool of connections. Its methods may be called concurrently.
type DB struct {
	// Program is the version of this program. Servers of other versions name it in their error messages. Set it before the first use.
	Program string

	pool        *pgxpool.Pool
	limits      connLimits
	locks       userLocks
	servers     *servers
	serverLimit serverLimit
	notices     notices
	stuck       stuckCalls
	overload    overload
	watchdog    *watchdog
	inUse       atomic.Int64 // connections
	lastUse     atomic.Int64 // the tick of watchdog when a connection was last returned
	runningKeys runningKeys
	retryFor    time.Duration // see RetryFor
	pooler      pooler
}

// Open prepares a pool for a connection string of PostgreSQL: a URL, or keywords as in libpq. It doesn't connect yet. The string may
// set pool_max_conns and everything else that pgx understands.
//
// It returns an error if the string can't be parsed. The error doesn't contain the string, which may have a password.
func Open(ctx context.Context, url string, options ...Option) (*DB, error) {
	cfg, err := parseURL(url)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(url, "pool_max_conns") {
		cfg.MaxConns = poolSize
	}
	d := &DB{limits: newConnLimits(int64(cfg.MaxConns)), servers: newServers(), serverLimit: serverLimit{returned: make(chan struct{}, 1)}}
	d.watchdog = newWatchdog(ctx, d.onTick)
	d.configure(cfg)
	for _, option := range options {
		option(cfg)
	}
	if d.pool, err = pgxpool.NewWithConfig(ctx, cfg); err != nil {
		d.watchdog.close()
		return nil, fmt.Errorf("open the pool: %w", err)
	}
	return d, nil
}

// CheckURL returns an error if [Open] can't parse the connection string. The error doesn't contain it.
func CheckURL(url string) error {
	_, err := parseURL(url)
	return err
}

func parseURL(url string) (*pgxpool.Config, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("it can't be parsed; write postgres://user:password@host:port/database?sslmode=…, with % escapes " +
			"for special characters, or key=value words")
	}
	return cfg, nil
}

// RetryFor makes [DB.Run] and [DB.Tx] try again for up to limit while the database restarts: it ends connections or accepts none, and
// nothing was committed. By default they fail at once. Call it before the first use.
func (d *DB) RetryFor(limit time.Duration) { d.retryFor = limit }

// Run calls fn with one connection, without a transaction, for use cases of one statement. If PostgreSQL aborts the statement in favor
// of another (a deadlock, a serialization failure), Run calls fn again, up to 4 times in all.
//
// It returns [apperr.Unavailable] if the database is unavailable or a statement takes longer than half of the time that ctx
// allows, [apperr.Overloaded] if all connections stay busy for 3 s or the fourth call was aborted too, and otherwise the error of
// fn.
func (d *DB) Run(ctx context.Context, fn func(*db.Queries) error) error {
	return d.run(ctx, work{}, fn)
}

func (d *DB) run(ctx context.Context, w work, fn func(*db.Queries) error) error {
	return d.withConn(ctx, w, func(ctx context.Context, conn *borrowedConn) error { return fn(db.New(deadlineDB{conn, ctx})) })
}

// Tx calls fn in a transaction. It commits the transaction if fn returns nil, and otherwise rolls it back. It calls fn again, and
// returns the same errors, as [DB.Run] does.
func (d *DB) Tx(ctx context.Context, fn func(*db.Queries) error) error {
	return d.tx(ctx, work{}, fn)
}

func (d *DB) tx(ctx context.Context, w work, fn func(*db.Queries) error) error {
	return d.withConn(ctx, w, func(ctx context.Context, conn *borrowedConn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return fn(db.New(deadlineDB{tx, ctx})) })
	})
}

// Snapshot is the content of the database at one moment. Read it with [List.Each].
type Snapshot struct{ tx db.DBTX }

// Queries returns the queries of gen/db on the snapshot.
func (s Snapshot) Queries() *db.Queries { return db.New(s.tx) }

// Snapshot calls fn with a snapshot for a user, in a read-only transaction. It calls fn again, and returns the same errors, as
// [DB.Run] does.
func (d *DB) Snapshot(ctx context.Context, userID int64, fn func(Snapshot) error) error {
	return d.withConn(ctx, work{userID, heavyRead, "snapshot"}, func(ctx context.Context, conn *borrowedConn) error {
		options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
		return pgx.BeginTxFunc(ctx, conn, options, func(tx pgx.Tx) error { return fn(Snapshot{deadlineDB{tx, ctx}}) })
	})
}

// withConn calls fn with a connection, and again while [DB.RetryFor] allows it.
func (d *DB) withConn(ctx context.Context, w work, fn func(context.Context, *borrowedConn) error) error {
	err := d.tryConn(ctx, w, fn)
	if err == nil || d.retryFor == 0 {
		return err
	}
	retrying, cancel := context.WithTimeout(ctx, d.retryFor)
	defer cancel()
	for isRestart(err) && pause(retrying, maxTries) {
		err = d.tryConn(ctx, w, fn)
	}
	return err
}

// tryConn calls fn with a connection. If the connection is lost, it drops all connections of the pool: the others are most likely
// lost, too, and each of them would make another request fail.
func (d *DB) tryConn(ctx context.Context, w work, fn func(context.Context, *borrowedConn) error) error {
	err := d.onConn(ctx, w, fn)
	if err == nil {
		return nil
	}
	if isConnLost(err) {
		metrics.PoolResets.Inc()
		d.pool.Reset()
	}
	if isPooledStatement(err) {
		d.pooler.setTransactionPooling(ctx)
		d.pool.Reset()
		return d.onConn(ctx, w, fn)
	}
	if pgconn.SafeToRetry(err) && ctx.Err() == nil { // the last statement was not sent, and earlier ones are rolled back
		return d.onConn(ctx, w, fn)
	}
	return err
}

func (d *DB) onConn(ctx context.Context, w work, fn func(context.Context, *borrowedConn) error) error {
	conn, statements, err := d.borrow(ctx, w)
	if err != nil {
		return err
	}
	defer func() { //nolint:contextcheck // the call's context may have ended
		if !conn.streaming {
			conn.returnToPool()
		}
	}()
	err = fn(statements, conn)
	for try := 1; try < maxTries && isConflict(err) && pause(ctx, try); try++ {
		err = fn(statements, conn)
	}
	if d.notices.unreplicated.Load() > 0 {
		err = cmp.Or(err, d.notices.check(conn.Conn.Conn().PgConn(), d.log()))
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == readOnlyTransaction {
		_ = conn.Conn.Conn().Close(statements) // it leads to a standby; the pool opens another one
	}
	switch {
	case err == nil:
		return nil
	case isConflict(err):
		return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, err)
	case isUnavailable(err), errors.Is(err, errUnreplicated):
		return apperr.Busy(apperr.Unavailable, apperr.RetrySoon, err)
	}
	return err
}

// acquire waits for a connection, until ctx ends or for the time of [connLimits].
func (d *DB) acquire(ctx context.Context) (*pgxpool.Conn, error) {
	waiting := ctx
	if d.mayWait() { // else it needs no timer, which costs 1 % of a short read
		var cancel context.CancelFunc
		waiting, cancel = context.WithTimeout(ctx, d.limits.wait)
		defer cancel()
	}
	conn, err := d.acquireFrom(waiting)
	if err == nil {
		return conn, nil
	}
	err = fmt.Errorf("acquire a connection: %w", oneLine(err))
	if ctx.Err() != nil {
		return nil, err
	}
	if s := d.pool.Stat(); s.AcquiredConns() == s.MaxConns() || errors.Is(err, errServerLimit) {
		return nil, apperr.Busy(apperr.Overloaded, apperr.RetrySoon, err)
	}
	return nil, apperr.Busy(apperr.Unavailable, apperr.RetrySoon, err)
}

// mayWait reports whether it may take long to acquire a connection: all are in use, or all were idle, so the pool checks whether they
// still work.
func (d *DB) mayWait() bool {
	return d.inUse.Load() >= d.watchdog.open.Load() || d.watchdog.ticks.Load()-d.lastUse.Load() > int64(time.Second/2/watchdogInterval)
}

// maxTries is the maximum number of times that a statement or transaction runs if PostgreSQL aborts it in favor of another.
const maxTries = 4

// pause waits a random time, which may be longer for each try, so that the same transactions don't collide again. It returns false if
// ctx ends first.
func pause(ctx context.Context, try int) bool {
	timer := time.NewTimer(rand.N(time.Duration(try) * 20 * time.Millisecond)) //nolint:gosec // chance, no secret
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
