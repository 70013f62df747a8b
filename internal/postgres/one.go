package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// QueryOne runs a query for one row; errors begin with name. It returns [apperr.NotFound] if there is no row, and the
// errors of [DB.Run].
func QueryOne[R any](ctx context.Context, d *DB, name string, query func(*db.Queries) (R, error)) (row R, err error) {
	err = d.run(ctx, work{name: name}, func(q *db.Queries) error {
		row, err = query(q)
		return rowError(name, err)
	})
	return row, err
}

// ReadOne is [QueryOne] for a row of a user. It returns [apperr.Overloaded] if the user's other calls take too long.
func ReadOne[R any](ctx context.Context, d *DB, userID int64, name string, query func(*db.Queries) (R, error)) (row R, err error) {
	err = d.run(ctx, work{userID, read, name}, func(q *db.Queries) error {
		row, err = query(q)
		return rowError(name, err)
	})
	return row, readError(err)
}

// readError returns [apperr.Overloaded] for a read that was canceled because it took too long.
func readError(err error) error {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == queryCanceled {
		return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, err)
	}
	return err
}

// queryCanceled is the code of statements that were canceled.
const queryCanceled = "57014"

// WriteOne is [QueryOne] for a statement that writes one row of the user, in [DB.Write].
func WriteOne[R any](ctx context.Context, d *DB, userID int64, name string, query func(*db.Queries) (R, error)) (row R, err error) {
	err = d.write(ctx, work{userID, write, name}, func(q *db.Queries) error {
		row, err = query(q)
		return rowError(name, err)
	})
	return row, err
}

// DeleteOne is [WriteOne] for a statement that deletes one row and returns how many rows it deleted.
func DeleteOne(ctx context.Context, d *DB, userID int64, name string, query func(*db.Queries) (int64, error)) error {
	deleted, err := WriteOne(ctx, d, userID, name, query)
	if err == nil && deleted == 0 {
		return apperr.New(apperr.NotFound)
	}
	return err
}

func rowError(name string, err error) error {
	switch {
	case err == nil:
		return nil
	case NoRow(err):
		return apperr.New(apperr.NotFound)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// MapAccountError converts the error of a statement that reads or adds a row that is missing only if the account has been deleted:
// [apperr.NotFound] becomes [apperr.TokenNotValid].
func MapAccountError(err error) error {
	if isNotFound(err) {
		return apperr.New(apperr.TokenNotValid)
	}
	return err
}

// MapPreconditionError converts the error of a statement that changes a row only if it has one of the versions in match. For
// [apperr.NotFound] it calls get: if the row exists, it returns [apperr.PreconditionFailed], otherwise the error of get.
func MapPreconditionError(err error, match []int64, get func() error) error {
	if match == nil || !isNotFound(err) {
		return err
	}
	if err := get(); err != nil {
		return err
	}
	return apperr.New(apperr.PreconditionFailed)
}

// The kinds of ids in the table deleted_ids.
const (
	KindRecipe    = "recipe"
	KindFridge    = "fridge"
	KindChecklist = "checklist"
	KindAPIToken  = "api_token"
	KindFood      = "food"
	KindMeal      = "meal"
	KindOverride  = "override"
)

// MapDeleteError converts the error of a statement that deletes a row: [apperr.NotFound] becomes nil if the user has deleted the
// row before.
func MapDeleteError(ctx context.Context, d *DB, err error, userID int64, kind string, id int64) error {
	if !isNotFound(err) {
		return err
	}
	deleted, failed := ReadOne(ctx, d, userID, "look up a deleted id", func(q *db.Queries) (bool, error) {
		return q.IsDeletedID(ctx, db.IsDeletedIDParams{UserID: userID, Kind: kind, ID: id})
	})
	if failed != nil {
		return failed
	}
	if deleted {
		return nil
	}
	return err
}

// IsDuplicate reports whether a statement failed because another row has the same value in a unique column.
func IsDuplicate(err error) bool {
	const uniqueViolation = "23505"
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == uniqueViolation
}

func isNotFound(err error) bool {
	e, ok := errors.AsType[*apperr.Error](err)
	return ok && e.Code == apperr.NotFound
}
