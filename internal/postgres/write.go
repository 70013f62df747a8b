package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// Lists selects some of a user's lists.
type Lists struct {
	Recipes, Fridge, Checklist, Plans, Foods bool
}

// Write is [DB.Run] for a statement that adds or changes rows of one user, and that also bumps the version of their list. The writes
// of one user run one after the other. In one server they wait without a connection; between servers they wait for the user's row in
// user_versions.
func (d *DB) Write(ctx context.Context, userID int64, fn func(*db.Queries) error) error {
	return d.write(ctx, work{userID, write, ""}, fn)
}

func (d *DB) write(ctx context.Context, w work, fn func(*db.Queries) error) error {
	return d.locked(ctx, w.user, func() error { return d.run(ctx, w, fn) })
}

// WriteTx is [DB.Write] for several statements, in one transaction.
func (d *DB) WriteTx(ctx context.Context, userID int64, fn func(*db.Queries) error) error {
	return d.locked(ctx, userID, func() error { return d.tx(ctx, work{userID, write, ""}, fn) })
}

// BumpAndQuery bumps the versions of the user's lists, then runs one query, in one transaction and one round trip. The query is a
// method expression of gen/db such as (*db.Queries).DeletePlans, which returns one row or a number of rows. It sees what other
// transactions committed while the bump waited for them. If either statement fails, nothing changes.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the errors of [DB.Run].
func BumpAndQuery[P, R any](ctx context.Context, d *DB, userID int64, lists Lists, query func(*db.Queries, context.Context, P) (R, error), params P) (result R, err error) {
	err = d.locked(ctx, userID, func() error {
		return d.withConn(ctx, work{userID, write, lists.name()}, func(ctx context.Context, conn *borrowedConn) error {
			result, err = query(db.New(deadlineDB{&bumpFirst{conn: conn.Conn, bump: lists.bumpParams(userID)}, ctx}), ctx, params)
			return err
		})
	})
	return result, err
}

// BumpVersions must be the first statement of a transaction that writes with several statements. Until the transaction ends, no other
// transaction can write for the user. It returns [apperr.TokenNotValid] if the account has been deleted.
func BumpVersions(ctx context.Context, q *db.Queries, userID int64, lists Lists) error {
	bumped, err := q.BumpVersions(ctx, lists.bumpParams(userID))
	if err != nil {
		return fmt.Errorf("bump the versions: %w", err)
	}
	return accountError(bumped)
}

func (d *DB) locked(ctx context.Context, userID int64, write func() error) error {
	unlock, err := d.locks.lock(ctx, userID)
	if err != nil {
		return fmt.Errorf("wait for another write of the user: %w", err)
	}
	defer unlock()
	return write()
}

// name returns the name of writes to these lists, or "" if they have none.
func (l Lists) name() string {
	switch l {
	case Lists{Recipes: true}:
		return "write recipes"
	case Lists{Fridge: true}:
		return "write fridge"
	case Lists{Checklist: true}:
		return "write checklist"
	}
	return ""
}

func (l Lists) bumpParams(userID int64) db.BumpVersionsParams {
	return db.BumpVersionsParams{UserID: userID, Recipes: l.Recipes, Fridge: l.Fridge, Checklist: l.Checklist, Plans: l.Plans, Foods: l.Foods}
}

// accountError returns an error if there were no versions to bump: the account was deleted during the request.
func accountError(bumped int64) error {
	if bumped == 0 {
		return apperr.New(apperr.TokenNotValid)
	}
	return nil
}

// bumpFirst sends BumpVersions and one other statement in one batch. A batch without `begin` is one transaction (PostgreSQL,
// section 55.2.4); each of its statements has its own snapshot.
type bumpFirst struct {
	conn *pgxpool.Conn
	bump db.BumpVersionsParams
}

// Exec runs a statement that returns no rows.
func (b *bumpFirst) Exec(ctx context.Context, sql string, args ...any) (tag pgconn.CommandTag, err error) {
	err = b.send(ctx, sql, args, func(results pgx.BatchResults) error {
		tag, err = results.Exec()
		return err
	})
	return tag, err
}

// QueryRow runs a statement that returns one row, when the row is scanned.
func (b *bumpFirst) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return rowFunc(func(dest ...any) error {
		return b.send(ctx, sql, args, func(results pgx.BatchResults) error { return results.QueryRow().Scan(dest...) })
	})
}

// Query returns an error: it would return rows before the transaction is committed.
func (b *bumpFirst) Query(context.Context, string, ...any) (pgx.Rows, error) {
	return nil, errors.New("BumpAndQuery takes no query of many rows")
}

func (b *bumpFirst) send(ctx context.Context, sql string, args []any, read func(pgx.BatchResults) error) error {
	batch := &pgx.Batch{}
	if _, err := db.New(queueDB{batch: batch}).BumpVersions(ctx, b.bump); err != nil {
		return err
	}
	batch.Queue(sql, args...)
	results := b.conn.SendBatch(ctx, batch)
	bumped, err := results.Exec()
	if err == nil {
		err = accountError(bumped.RowsAffected())
	}
	if err == nil {
		err = read(results)
	}
	if closed := results.Close(); err == nil { // Close also returns an error of the commit
		err = closed
	}
	return err
}

// queueDB adds statements to a batch instead of running them.
type queueDB struct {
	db.DBTX // nil: only Exec may be called
	batch   *pgx.Batch
}

// Exec adds a statement that returns no rows.
func (q queueDB) Exec(_ context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	q.batch.Queue(sql, args...)
	return pgconn.CommandTag{}, nil
}

type rowFunc func(dest ...any) error

// Scan reads the row.
func (f rowFunc) Scan(dest ...any) error { return f(dest...) }
