package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocipe/ocipe/gen/db"
)

// withSocketDeadline sets the deadline of ctx on the connection's socket and returns a context without cancellation for
// the statements; release clears the deadline. A context without a deadline is returned as it is.
//
// With a context that can be canceled, pgx starts a watcher for every statement, which doubles the cost of a short one, and
// closes the connection when a client disconnects. We let the statement finish instead.
func withSocketDeadline(ctx context.Context, conn *pgxpool.Conn) (statements context.Context, release func()) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	socket := conn.Conn().PgConn().Conn()
	_ = socket.SetDeadline(deadline) // if it is closed, the next statement fails
	return context.WithoutCancel(ctx), func() {
		if !conn.Conn().IsClosed() { // else pgx is closing it, with its own deadline
			_ = socket.SetDeadline(time.Time{})
		}
	}
}

// deadlineDB runs every statement with the context of [withSocketDeadline] instead of the caller's.
type deadlineDB struct {
	db.DBTX
	ctx context.Context //nolint:containedctx // it replaces the caller's
}

// Exec runs a statement that returns no rows.
func (d deadlineDB) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return d.DBTX.Exec(d.ctx, sql, args...) //nolint:contextcheck // see deadlineDB
}

// Query runs a statement that returns rows.
func (d deadlineDB) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	return d.DBTX.Query(d.ctx, sql, args...) //nolint:contextcheck // see deadlineDB
}

// QueryRow runs a statement that returns one row.
func (d deadlineDB) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	return d.DBTX.QueryRow(d.ctx, sql, args...) //nolint:contextcheck // see deadlineDB
}
