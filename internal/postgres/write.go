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

// Collections names those of a user's collections that a write changes.
type Collections struct {
	Recipes, Fridge, Checklist, Plans bool
}

// Write is [DB.Run] for a statement that adds or changes rows of one user's, and moves the version of their collection
// itself. The writes of one user go one after the other: on one server they wait for it without a connection, on several
// for the user's row of collections.
func (d *DB) Write(ctx context.Context, userID int64, fn func(*db.Queries) error) error {
	return d.inTurn(ctx, userID, func() error { return d.Run(ctx, fn) })
}

// WriteAll is [DB.Write] for a statement that changes all that is there at the time. Before it the versions are moved; both
// go out together and are one transaction.
//
// fn must run one query, of one row or none, which does nothing where the user has no collections. It is committed even if
// fn fails with what it was answered.
func (d *DB) WriteAll(ctx context.Context, userID int64, changed Collections, fn func(*db.Queries) error) error {
	return d.inTurn(ctx, userID, func() error {
		return d.withConn(ctx, func(ctx context.Context, conn *pgxpool.Conn) error {
			return fn(db.New(bound{&afterMove{conn: conn, move: changed.of(userID)}, ctx}))
		})
	})
}

// Move begins a transaction of several statements that write: nothing else of the user's is written until it ends. It fails
// with [apperr.TokenNotValid] if the account has been deleted.
func Move(ctx context.Context, q *db.Queries, userID int64, changed Collections) error {
	moved, err := q.MoveCollections(ctx, changed.of(userID))
	if err != nil {
		return fmt.Errorf("move the versions: %w", err)
	}
	return ownerOf(moved)
}

func (d *DB) inTurn(ctx context.Context, userID int64, act func() error) error {
	done, err := d.turns.take(ctx, userID)
	if err != nil {
		return fmt.Errorf("wait for the user's turn: %w", err)
	}
	defer done()
	return act()
}

func (c Collections) of(userID int64) db.MoveCollectionsParams {
	return db.MoveCollectionsParams{UserID: userID, Recipes: c.Recipes, Fridge: c.Fridge, Checklist: c.Checklist, Plans: c.Plans}
}

// ownerOf fails if a write has found no collections: the account was deleted while the request was under way.
func ownerOf(collections int64) error {
	if collections == 0 {
		return apperr.New(apperr.TokenNotValid)
	}
	return nil
}

// afterMove sends one statement together with MoveCollections. Without a `begin`, what comes before one Sync is one
// transaction (PostgreSQL, section 55.2.4), and each statement sees what was there when it began.
type afterMove struct {
	conn *pgxpool.Conn
	move db.MoveCollectionsParams
}

// Exec runs a statement that answers nothing.
func (a *afterMove) Exec(ctx context.Context, sql string, args ...any) (tag pgconn.CommandTag, err error) {
	err = a.send(ctx, sql, args, func(results pgx.BatchResults) error {
		tag, err = results.Exec()
		return err
	})
	return tag, err
}

// QueryRow runs a statement that answers one row, which Scan waits for.
func (a *afterMove) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	return scanner(func(into ...any) error {
		return a.send(ctx, sql, args, func(results pgx.BatchResults) error { return results.QueryRow().Scan(into...) })
	})
}

// Query fails: rows would be read before it is known whether they were committed.
func (a *afterMove) Query(context.Context, string, ...any) (pgx.Rows, error) {
	return nil, errors.New("a query of many rows can't follow the move of versions")
}

func (a *afterMove) send(ctx context.Context, sql string, args []any, read func(pgx.BatchResults) error) error {
	batch := &pgx.Batch{}
	batch.Queue(db.MoveCollections, a.move.Recipes, a.move.Fridge, a.move.Checklist, a.move.Plans, a.move.UserID)
	batch.Queue(sql, args...)
	results := a.conn.SendBatch(ctx, batch)
	moved, err := results.Exec()
	if err == nil {
		err = ownerOf(moved.RowsAffected())
	}
	if err == nil {
		err = read(results)
	}
	if closed := results.Close(); err == nil { // which also tells whether it was committed
		err = closed
	}
	return err
}

type scanner func(into ...any) error

// Scan reads the row.
func (s scanner) Scan(into ...any) error { return s(into...) }
