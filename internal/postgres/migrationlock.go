package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

const (
	// warnAfter is how long a migration waits for a lock before it logs that.
	warnAfter = 2 * time.Second
	// migrationWait is how long a migration waits while another program migrates.
	migrationWait = 10 * time.Minute
	// lockNotAvailable is the code of lock_not_available.
	lockNotAvailable = "55P03"
)

// migrationLock is the lock under which the schema is migrated. A transaction on a separate connection holds it. Unlike a lock of a
// session, this works behind a pooler that pools transactions.
type migrationLock struct {
	conn *pgx.Conn
	pids [2]atomic.Int32 // the backends of the lock and of the migrations; 0: none yet
}

// SessionLock notes the connection on which goose migrates. The lock is held already.
func (l *migrationLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	var pid int32
	if err := conn.QueryRowContext(ctx, "select pg_backend_pid()").Scan(&pid); err != nil {
		return fmt.Errorf("read the backend's id: %w", err)
	}
	l.pids[1].Store(pid)
	return nil
}

// SessionUnlock does nothing: the lock ends with its transaction.
func (l *migrationLock) SessionUnlock(context.Context, *sql.Conn) error { return nil }

// underMigrationLock calls fn while this program alone may migrate.
func (d *DB) underMigrationLock(ctx context.Context, log *slog.Logger, fn func(*migrationLock) error) error {
	conn, err := d.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to migrate: %w", oneLine(err))
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // the connection is no longer needed
	l := &migrationLock{conn: conn}
	watching, stop := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		d.logBlockingLocks(watching, log, l)
	}()
	defer func() { stop(); <-watched }()
	return pgx.BeginFunc(ctx, conn, func(tx pgx.Tx) error {
		var pid int32
		// The transaction does nothing while the migrations run.
		if err := tx.QueryRow(ctx, "select pg_backend_pid() from set_config('idle_in_transaction_session_timeout', '0', true) a, "+
			"set_config('lock_timeout', $1, true) b", pgx.QueryExecModeExec, fmt.Sprint(migrationWait.Milliseconds())).Scan(&pid); err != nil {
			return fmt.Errorf("prepare the migration lock: %w", err)
		}
		l.pids[0].Store(pid)
		_, err := tx.Exec(ctx, "select pg_advisory_xact_lock($1)", pgx.QueryExecModeExec, MigrationLock)
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == lockNotAvailable {
			return fmt.Errorf("another program has held the migration lock for %v: end that one first: %w", migrationWait, err)
		}
		if err != nil {
			return fmt.Errorf("take the migration lock: %w", err)
		}
		return fn(l)
	})
}

// logBlockingLocks logs, once for each of the two connections, that it has waited long for a lock of another connection.
func (d *DB) logBlockingLocks(ctx context.Context, log *slog.Logger, l *migrationLock) {
	tick := time.NewTicker(warnAfter / 2)
	defer tick.Stop()
	var logged [len(l.pids)]bool
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for i := range l.pids {
			if pid := l.pids[i].Load(); pid != 0 && !logged[i] {
				logged[i] = d.logBlockingLock(ctx, log, pid)
			}
		}
	}
}

// logBlockingLock logs it if a backend has waited long for a lock of another backend. It reports whether it logged.
func (d *DB) logBlockingLock(ctx context.Context, log *slog.Logger, pid int32) bool {
	var by struct {
		pid                         int32
		application, state, address string
		age, waited                 float64
	}
	err := d.pool.QueryRow(ctx, blockerSQL, pid).Scan(&by.pid, &by.application, &by.state, &by.address, &by.age, &by.waited)
	if err != nil || by.waited < warnAfter.Seconds() {
		return false
	}
	log.WarnContext(ctx, fmt.Sprintf("the migration waits for a lock that another connection holds: another server may be migrating. If that one "+
		"hangs, end it, or run: select pg_terminate_backend(%d)", by.pid),
		"pid", by.pid, "application", by.application, "client", by.address, "state", by.state, "its_transaction_s", int(by.age),
		"waited_s", int(by.waited), "wait_s", migrationWait.Seconds())
	return true
}

const blockerSQL = `select b.pid, b.application_name, coalesce(b.state, ''), coalesce(host(b.client_addr), 'socket'),
	coalesce(extract(epoch from clock_timestamp() - b.xact_start), 0)::float8, extract(epoch from clock_timestamp() - w.query_start)::float8
from pg_stat_activity w, unnest(pg_blocking_pids(w.pid)) blocker(pid), pg_stat_activity b
where w.pid = $1 and b.pid = blocker.pid
limit 1`
