package postgres

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// ErrNoNotifications is returned by [DB.Listen] behind a pooler that pools transactions. Notifications belong to a session, and such a
// pooler gives each transaction another session.
var ErrNoNotifications = errors.New("notifications don't pass a connection pooler that pools transactions")

// A Pooler is a connection pooler, such as PgBouncer, between this program and PostgreSQL.
type Pooler int

// NoPooler means that connections lead to PostgreSQL itself. A SessionPooler keeps a connection to PostgreSQL for each of this program's
// connections. A TransactionPooler may run each transaction on another connection.
const (
	NoPooler Pooler = iota
	SessionPooler
	TransactionPooler
)

// pooler is what a [DB] knows about the pooler behind it.
type pooler struct {
	transactions atomic.Bool
	log          atomic.Pointer[slog.Logger] // nil: none
}

// prepare keeps a new connection from using named prepared statements if the next transaction may run in another session. Then pgx
// caches only the description of a statement, and sends its text each time. A mode that the operator has set stays.
func (p *pooler) prepare(_ context.Context, c *pgx.ConnConfig) error {
	if p.transactions.Load() && c.DefaultQueryExecMode == pgx.QueryExecModeCacheStatement {
		c.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
	}
	return nil
}

// setTransactionPooling notes that the pooler pools transactions, and logs that once.
func (p *pooler) setTransactionPooling(ctx context.Context) {
	if log := p.log.Load(); !p.transactions.Swap(true) && log != nil {
		log.WarnContext(ctx, "the connection pooler pools transactions: statements are sent without preparing them, and revoked sessions are "+
			"polled. Pooling sessions (pool_mode=session in PgBouncer), or a direct connection, costs less CPU time")
	}
}

// PoolsTransactions reports whether a pooler of transactions was found, by [DB.FindPooler] or later.
func (d *DB) PoolsTransactions() bool { return d.pooler.transactions.Load() }

const (
	// poolerRounds is how often two connections are compared. A pooler gives the second connection the backend that the first one has
	// just left, unless another client took it; or it gives one connection several backends.
	poolerRounds = 8
	// poolerTimeout is how long the second connection waits for a backend: a pooler of sessions may have only one.
	poolerTimeout = 3 * time.Second
)

// FindPooler detects a pooler between this program and PostgreSQL, and adapts to one that pools transactions. Call it before any other
// method. If it misses a pooler, or the pooler changes its mode later, the first error shows that, and one transaction runs again.
//
// It returns an error if the pooler pools statements: then there are no transactions.
func (d *DB) FindPooler(ctx context.Context, log *slog.Logger) (Pooler, error) {
	d.pooler.log.Store(log)
	first, err := d.connect(ctx)
	if err != nil {
		return NoPooler, fmt.Errorf("connect: %w", oneLine(err))
	}
	defer first.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the connection is no longer needed
	pid, err := backendPID(ctx, first)
	if err != nil || pid == first.PgConn().PID() { // a pooler sends an invented id in the message BackendKeyData
		return NoPooler, err
	}
	shared, err := d.sharesBackends(ctx, first, pid)
	if err != nil || !shared {
		return SessionPooler, err
	}
	if err := pgx.BeginFunc(ctx, first, func(pgx.Tx) error { return nil }); err != nil {
		return TransactionPooler, fmt.Errorf("the connection pooler pools statements (pool_mode=statement): set pool_mode=transaction or session: %w", err)
	}
	d.pooler.setTransactionPooling(ctx)
	d.pool.Reset()
	return TransactionPooler, nil
}

// sharesBackends reports whether a connection to the pooler can lose its backend between two transactions.
func (d *DB) sharesBackends(ctx context.Context, first *pgx.Conn, pid uint32) (bool, error) {
	waiting, cancel := context.WithTimeout(ctx, poolerTimeout)
	defer cancel()
	second, err := d.connect(waiting)
	if err != nil && ctx.Err() == nil {
		return false, nil //nolint:nilerr // the first connection keeps the only backend
	}
	if err != nil {
		return false, fmt.Errorf("connect: %w", err)
	}
	defer second.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the connection is no longer needed
	for range poolerRounds {
		other, err := backendPID(waiting, second)
		if err != nil && ctx.Err() == nil {
			return false, nil //nolint:nilerr // the first connection keeps the only backend
		}
		again, firstErr := backendPID(ctx, first)
		if err := errors.Join(err, firstErr); err != nil {
			return false, err
		}
		if other == pid || again != pid {
			return true, nil
		}
	}
	return false, nil
}

// backendPID returns the id of the backend that runs the next transaction.
func backendPID(ctx context.Context, conn *pgx.Conn) (pid uint32, err error) {
	var id int32
	if err := conn.QueryRow(ctx, "select pg_backend_pid()", pgx.QueryExecModeExec).Scan(&id); err != nil {
		return 0, fmt.Errorf("read the backend's id: %w", err)
	}
	return uint32(id), nil //nolint:gosec // process ids are positive
}

// isPooledStatement reports whether a prepared statement is missing or exists already: the transaction runs in another session. The
// statement didn't run.
func isPooledStatement(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && (pg.Code == "42P05" || pg.Code == "26000")
}
