package postgres

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocipe/ocipe/gen/db"
)

// bind sets the deadline of ctx on the connection's socket, and returns the context for its statements, which watches for
// nothing. release takes it back. A context without a deadline stays as it is.
//
// Were ctx to be watched by pgx, for each statement anew, that would cost as much as the rest of a short one; and a client
// that goes away would cost a connection, for which everybody else waits. What it has asked for is brought to its end instead.
func bind(ctx context.Context, conn *pgxpool.Conn) (statements context.Context, release func()) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx, func() {}
	}
	socket := conn.Conn().PgConn().Conn()
	_ = socket.SetDeadline(deadline) // if it is closed, the next statement says so
	return context.WithoutCancel(ctx), func() {
		if !conn.Conn().IsClosed() { // else pgx is closing it, with a deadline of its own
			_ = socket.SetDeadline(time.Time{})
		}
	}
}

// bound runs statements with the context that bind has made, whatever they are called with.
type bound struct {
	db.DBTX
	ctx context.Context //nolint:containedctx // that is what it is for
}

// Exec runs a statement that answers nothing.
func (b bound) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	return b.DBTX.Exec(b.ctx, sql, args...) //nolint:contextcheck // see bound
}

// Query runs a statement that answers rows.
func (b bound) Query(_ context.Context, sql string, args ...any) (pgx.Rows, error) {
	return b.DBTX.Query(b.ctx, sql, args...) //nolint:contextcheck // see bound
}

// QueryRow runs a statement that answers a row.
func (b bound) QueryRow(_ context.Context, sql string, args ...any) pgx.Row {
	return b.DBTX.QueryRow(b.ctx, sql, args...) //nolint:contextcheck // see bound
}
