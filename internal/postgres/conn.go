package postgres

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocipe/ocipe/gen/db"
)

// deadlineDB runs every statement with the context of [call.begin] instead of the caller's.
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
