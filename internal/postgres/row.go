package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// Runner is [DB.Run], or [DB.Write] for a user.
type Runner func(context.Context, func(*db.Queries) error) error

// Writer is [DB.Write] for a user.
func (d *DB) Writer(userID int64) Runner {
	return func(ctx context.Context, fn func(*db.Queries) error) error { return d.Write(ctx, userID, fn) }
}

// One asks for one row, by a query that is named in errors. It fails with [apperr.NotFound] if there is none, and as
// run does.
func One[R any](ctx context.Context, run Runner, query string, ask func(*db.Queries) (R, error)) (row R, err error) {
	err = run(ctx, func(q *db.Queries) error {
		row, err = ask(q)
		if NoRow(err) {
			return apperr.New(apperr.NotFound)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		return nil
	})
	return row, err
}

// DeleteOne deletes one row, by a query that is named in errors. It fails with [apperr.NotFound] if there was none, and
// as run does.
func DeleteOne(ctx context.Context, run Runner, query string, remove func(*db.Queries) (int64, error)) error {
	return run(ctx, func(q *db.Queries) error {
		deleted, err := remove(q)
		if err != nil {
			return fmt.Errorf("%s: %w", query, err)
		}
		if deleted == 0 {
			return apperr.New(apperr.NotFound)
		}
		return nil
	})
}

// A List is a query of many rows of one collection. They are scanned into what the use case returns: the methods of gen/db
// would allocate each row for itself, to be copied afterwards, which is a tenth of the time that a list of 10,000 takes.
type List[R any] struct {
	Name    string                     // in errors
	Query   string                     // one of gen/db; its first column is the version of the whole, its first parameter the user
	Args    []any                      // of the query, in the order of its parameters
	Columns func(to []any, r *R) []any // appends where the other columns of a row go
	Of      func(db.Collection) int64  // the version where there are no rows to tell it
}

// Unless tells whether a version of a collection needs no reading, since the caller has it; nil: it has none.
type Unless func(version int64) bool

// ErrUnchanged says that a collection has a version that the caller has.
var ErrUnchanged = errors.New("the collection is unchanged")

// Read returns the rows and the version of the collection that has them. It fails with [ErrUnchanged] if the caller has
// that version, which takes one short statement; with [apperr.TokenNotValid] if the account has been deleted; and as
// [DB.Run] does.
func (l List[R]) Read(ctx context.Context, d *DB, userID int64, known []int64) (rows []R, version int64, err error) {
	unchanged := false
	err = d.run(ctx, func(on db.DBTX) error {
		if len(known) > 0 {
			if version, err = l.version(ctx, on, userID); err != nil {
				return err
			}
			if unchanged = slices.Contains(known, version); unchanged {
				return nil
			}
		}
		for sure := false; !sure; {
			if rows, version, err = l.read(ctx, on); err != nil || len(rows) > 0 {
				return err
			}
			if version, sure, err = l.versionWhileEmpty(ctx, on, userID); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, version, err
}

func (l List[R]) version(ctx context.Context, on db.DBTX, userID int64) (int64, error) {
	versions, err := db.New(on).GetCollections(ctx, userID)
	if NoRow(err) {
		return 0, apperr.New(apperr.TokenNotValid)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: get the version: %w", l.Name, err)
	}
	return l.Of(versions), nil
}

// versionWhileEmpty returns the version of a collection of which the query finds nothing. false: it finds something now.
func (l List[R]) versionWhileEmpty(ctx context.Context, on db.DBTX, userID int64) (version int64, known bool, err error) {
	var c db.Collection
	err = on.QueryRow(ctx, db.GetCollections+" and not exists ("+l.Query+")", l.Args...).
		Scan(&c.UserID, &c.Recipes, &c.Fridge, &c.Checklist, &c.Plans)
	if NoRow(err) {
		_, err = l.version(ctx, on, userID) // unless the account has been deleted
		return 0, false, err
	}
	if err != nil {
		return 0, false, fmt.Errorf("%s: get the version while there are none: %w", l.Name, err)
	}
	return l.Of(c), true, nil
}

func (l List[R]) read(ctx context.Context, on db.DBTX) (rows []R, version int64, err error) {
	found, err := on.Query(ctx, l.Query, l.Args...)
	if err == nil {
		rows, version, err = l.scan(found)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", l.Name, err)
	}
	return rows, version, nil
}

// roomFor is how many rows there is room for before it is known how many there are.
const roomFor = 32

func (l List[R]) scan(found pgx.Rows) (rows []R, version int64, err error) {
	defer found.Close()
	rows = make([]R, 0, roomFor)
	var columns []any
	for found.Next() {
		rows = append(rows, *new(R))
		columns = l.Columns(append(columns[:0], &version), &rows[len(rows)-1])
		if err := found.Scan(columns...); err != nil {
			return nil, 0, err
		}
	}
	return rows, version, found.Err()
}

// Unowned tells why a row could not be added, where err says that there is none: the account has been deleted. The failure
// is then [apperr.TokenNotValid].
func Unowned(err error) error {
	if isNotFound(err) {
		return apperr.New(apperr.TokenNotValid)
	}
	return err
}

// Unmatched tells a row that isn't there, or isn't the user's, from one whose version is none of those that were
// demanded: err is what changing it failed with, get what reads it. The failure is then [apperr.PreconditionFailed]; or that of get.
func Unmatched(err error, match []int64, get func() error) error {
	if match == nil || !isNotFound(err) {
		return err
	}
	if err := get(); err != nil {
		return err
	}
	return apperr.New(apperr.PreconditionFailed)
}

func isNotFound(err error) bool {
	f, ok := errors.AsType[*apperr.Error](err)
	return ok && f.Code == apperr.NotFound
}
