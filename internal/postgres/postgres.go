// Package postgres opens the database, brings its schema up to date, and runs statements and
// transactions on it. Whether a failure means that the database is away is decided here and nowhere else.
package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

const (
	poolSize       = 16              // 4 to 8 times the cores: group commit wants writers, PostgreSQL few backends
	acquireTimeout = 3 * time.Second // waiting longer for a connection means that the server is overloaded
	connectTimeout = 3 * time.Second
)

// DB is a bounded pool of connections. Its methods may be called concurrently.
type DB struct {
	pool  *pgxpool.Pool
	waits waits
	turns turns
}

// Open prepares a pool for a PostgreSQL connection string (URL or keyword form, libpq's). It does
// not connect yet. The string may set pool_max_conns and whatever else pgx understands.
//
// It fails if the string can't be parsed; the error doesn't repeat it, for it holds a password.
func Open(ctx context.Context, url string) (*DB, error) {
	cfg, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("it can't be parsed; write postgres://user:password@host:port/database?sslmode=…, with % escapes " +
			"for special characters, or key=value words")
	}
	if !strings.Contains(url, "pool_max_conns") {
		cfg.MaxConns = poolSize
	}
	if cfg.ConnConfig.ConnectTimeout == 0 {
		cfg.ConnConfig.ConnectTimeout = connectTimeout
	}
	// The parameters are few, since poolers refuse most. That statements end with their request is pgx's doing.
	if _, ok := cfg.ConnConfig.RuntimeParams["application_name"]; !ok {
		cfg.ConnConfig.RuntimeParams["application_name"] = "ocipe"
	}
	if cfg.ConnConfig.ValidateConnect == nil { // no target_session_attrs: never a standby
		cfg.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite
	}
	pool, err := pgxpool.NewWithConfig(ctx, cfg)
	if err != nil {
		return nil, fmt.Errorf("open the pool: %w", err)
	}
	return &DB{pool: pool}, nil
}

// Close waits for the connections in use and closes all.
func (d *DB) Close() { d.pool.Close() }

// Run calls fn with one connection, without a transaction: for use cases of one statement. Where PostgreSQL asks for
// it (a deadlock, a serialization failure) fn is called again, up to 4 times in all.
//
// It fails with [apperr.Unavailable] if the database is away, [apperr.Overloaded] if every connection stays busy
// for 3 s or the last try was in vain, else with what fn returned.
func (d *DB) Run(ctx context.Context, fn func(*db.Queries) error) error {
	return d.run(ctx, func(on db.DBTX) error { return fn(db.New(on)) })
}

// run is [DB.Run] for those who know what they do with several statements: each sees what is there when it begins.
func (d *DB) run(ctx context.Context, fn func(db.DBTX) error) error {
	return d.withConn(ctx, func(ctx context.Context, conn *pgxpool.Conn) error { return fn(bound{conn, ctx}) })
}

// Tx calls fn in a transaction, which commits if fn returns nil and otherwise changes nothing. It calls fn
// again and fails as [DB.Run] does.
func (d *DB) Tx(ctx context.Context, fn func(*db.Queries) error) error {
	return d.withConn(ctx, func(ctx context.Context, conn *pgxpool.Conn) error {
		return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error { return fn(db.New(bound{tx, ctx})) })
	})
}

// withConn finds out when connections were lost. Nothing but their use tells: after an outage each of the pool's would cost
// a request, were they not dropped with the first.
func (d *DB) withConn(ctx context.Context, fn func(context.Context, *pgxpool.Conn) error) error {
	err := d.onConn(ctx, fn)
	if err == nil {
		return nil
	}
	if isLost(err) {
		d.pool.Reset()
	}
	if pgconn.SafeToRetry(err) && ctx.Err() == nil { // nothing of the last statement was sent, and what was before it is undone
		return d.onConn(ctx, fn)
	}
	return err
}

func (d *DB) onConn(ctx context.Context, fn func(context.Context, *pgxpool.Conn) error) error {
	conn, err := d.pool.Acquire(d.waits.context()) //nolint:contextcheck // ctx would need a timer of its own
	if err != nil {
		err = fmt.Errorf("acquire a connection: %w", err)
		if s := d.pool.Stat(); s.AcquiredConns() == s.MaxConns() {
			return apperr.Busy(apperr.Overloaded, apperr.Soon, err)
		}
		return apperr.Busy(apperr.Unavailable, apperr.Soon, err)
	}
	defer conn.Release()
	if err := ctx.Err(); err != nil {
		return err
	}
	statements, release := bind(ctx, conn)
	defer release()
	err = fn(statements, conn)
	for try := 1; try < tries && isConflict(err) && pause(ctx, try); try++ {
		err = fn(statements, conn)
	}
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == readOnly {
		_ = conn.Conn().Close(statements) // it would stay a standby's; the pool makes another
	}
	switch {
	case err == nil:
		return nil
	case isConflict(err):
		return apperr.Busy(apperr.Overloaded, apperr.Soon, err)
	case isAway(err):
		return apperr.Busy(apperr.Unavailable, apperr.Soon, err)
	}
	return err
}

// tries is how often a statement or transaction is tried that PostgreSQL breaks off in favour of another.
const tries = 4

// isConflict tells whether PostgreSQL broke off a transaction that can succeed if it is tried again: it was caught in a
// deadlock, or couldn't be serialized.
func isConflict(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "40001" || pg.Code == "40P01")
}

// pause waits a random time, longer before each try, so that the same transactions don't meet again. It returns
// false if ctx ends first.
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

// readOnly is read_only_sql_transaction: the server has become a standby, a failover is under way.
const readOnly = "25006"

// isAway tells the failures of the connection or the server, which pass, from those of a statement.
func isAway(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code[:2] {
		case "08", // connection exception
			"40", // transaction rollback, conflicts aside
			"53", // insufficient resources
			"57": // operator intervention: shutdown, crash, not yet started
			return true
		}
		return pg.Code == readOnly
	}
	var netErr net.Error
	var connectErr *pgconn.ConnectError
	return errors.As(err, &netErr) || errors.As(err, &connectErr) || pgconn.Timeout(err) ||
		pgconn.SafeToRetry(err) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed)
}

// isLost tells whether the connection is gone, and with it most likely the others: not because a request ran out of time.
func isLost(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return strings.HasPrefix(pg.Code, "57P") // shutdown, crash, not yet started
	}
	return isAway(err) && !pgconn.Timeout(err) && !errors.Is(err, context.Canceled)
}

// NoRow tells whether a :one query found nothing.
func NoRow(err error) bool { return errors.Is(err, pgx.ErrNoRows) }
