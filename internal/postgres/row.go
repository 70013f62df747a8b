package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/fault"
)

// Runner is [DB.Run], or [DB.Write] for a user.
type Runner func(context.Context, func(*db.Queries) error) error

// Writer is [DB.Write] for a user.
func (d *DB) Writer(userID int64) Runner {
	return func(ctx context.Context, fn func(*db.Queries) error) error { return d.Write(ctx, userID, fn) }
}

// One asks for one row, by a query that is named in errors. It fails with [fault.NotFound] if there is none, and as
// run does.
func One[R any](ctx context.Context, run Runner, query string, ask func(*db.Queries) (R, error)) (row R, err error) {
	err = run(ctx, func(q *db.Queries) error {
		row, err = ask(q)
		if NoRow(err) {
			return fault.New(fault.NotFound)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		return nil
	})
	return row, err
}

// DeleteOne deletes one row, by a query that is named in errors. It fails with [fault.NotFound] if there was none, and
// as run does.
func DeleteOne(ctx context.Context, run Runner, query string, remove func(*db.Queries) (int64, error)) error {
	return run(ctx, func(q *db.Queries) error {
		deleted, err := remove(q)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		if deleted == 0 {
			return fault.New(fault.NotFound)
		}
		return nil
	})
}

// A List is a query of many rows of one collection, each with the version of the whole.
type List[R any] struct {
	Name    string // in errors
	Query   func(context.Context, *db.Queries) ([]R, error)
	Version func(R) int64
	Of      func(db.Collection) int64 // the version where there are no rows to tell it
}

// Unless tells whether a version of a collection needs no reading, since the caller has it; nil: it has none.
type Unless func(version int64) bool

// ErrUnchanged says that a collection has a version that the caller has.
var ErrUnchanged = errors.New("the collection is unchanged")

// Read returns the rows and the version of the collection that has them. It fails with [ErrUnchanged] if the caller has
// that version, which takes one short statement; with [fault.TokenNotValid] if the account has been deleted; and as
// [DB.Run] does.
func (l List[R]) Read(ctx context.Context, d *DB, userID int64, unless Unless) (rows []R, version int64, err error) {
	err = d.Run(ctx, func(q *db.Queries) error {
		if unless != nil {
			if version, err = l.version(ctx, q, userID); err != nil {
				return err
			}
			if unless(version) {
				return ErrUnchanged
			}
		}
		rows, version, err = l.read(ctx, q)
		return err
	})
	if err != nil || len(rows) > 0 {
		return rows, version, err
	}
	err = d.snapshot(ctx, func(q *db.Queries) error { // no row tells the version
		empty, err := l.version(ctx, q, userID)
		if err != nil {
			return err
		}
		if rows, version, err = l.read(ctx, q); len(rows) == 0 {
			version = empty
		}
		return err
	})
	return rows, version, err
}

func (l List[R]) version(ctx context.Context, q *db.Queries, userID int64) (int64, error) {
	versions, err := q.GetCollections(ctx, userID)
	if NoRow(err) {
		return 0, fault.New(fault.TokenNotValid)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: get the version: %w", l.Name, err)
	}
	return l.Of(versions), nil
}

func (l List[R]) read(ctx context.Context, q *db.Queries) (rows []R, version int64, err error) {
	rows, err = l.Query(ctx, q)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", l.Name, err)
	}
	if len(rows) > 0 {
		version = l.Version(rows[0])
	}
	return rows, version, nil
}

// Unowned tells why a row could not be added, where err says that there is none: the account has been deleted. The failure
// is then [fault.TokenNotValid].
func Unowned(err error) error {
	if isNotFound(err) {
		return fault.New(fault.TokenNotValid)
	}
	return err
}

// Unmatched tells a row that isn't there, or isn't the user's, from one whose version is none of those that were
// demanded: err is what changing it failed with, get what reads it. The failure is then [fault.PreconditionFailed]; or that of get.
func Unmatched(err error, match []int64, get func() error) error {
	if match == nil || !isNotFound(err) {
		return err
	}
	if err := get(); err != nil {
		return err
	}
	return fault.New(fault.PreconditionFailed)
}

func isNotFound(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && f.Code == fault.NotFound
}
