package postgres

import (
	"context"
	"fmt"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// A List is a query for rows of one of a user's lists. Every row carries the version of the whole list.
type List[Row any] struct {
	Name       string                           // begins every error
	Rows       func(*db.Queries) ([]Row, error) // calls one list query of gen/db
	RowVersion func(Row) int64                  // the version of the list, from a row
	Version    func(db.UserVersion) int64       // the version of the list, from the versions of the user
	Variant    Variant                          // of the query that Rows calls; the zero value changes nothing
}

// Read returns the rows, and the version of the list that has exactly these rows. If the current version is among known,
// the caller has the rows already: Read returns the version alone, after one short statement.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the errors of [DB.Run].
func (l List[Row]) Read(ctx context.Context, d *DB, userID int64, known []int64) (rows []Row, version int64, err error) {
	err = d.run(ctx, func(on db.DBTX) error {
		rows, version, err = l.read(ctx, on, userID, known)
		return err
	})
	return rows, version, err
}

func (l List[Row]) read(ctx context.Context, on db.DBTX, userID int64, known []int64) (rows []Row, version int64, err error) {
	if len(known) > 0 {
		version, err = l.version(ctx, on, userID)
		if err != nil || slices.Contains(known, version) {
			return nil, version, err
		}
	}
	for {
		rows, err = l.Rows(db.New(l.Variant.on(on)))
		if err != nil {
			return nil, 0, fmt.Errorf("%s: %w", l.Name, err)
		}
		if len(rows) > 0 {
			return rows, l.RowVersion(rows[0]), nil
		}
		// There is no row with the version. The list was empty at a version that is the same before and after it was read.
		before := version
		version, err = l.version(ctx, on, userID)
		if err != nil || version == before {
			return nil, version, err
		}
	}
}

func (l List[Row]) version(ctx context.Context, on db.DBTX, userID int64) (int64, error) {
	versions, err := db.New(on).GetVersions(ctx, userID)
	if NoRow(err) {
		return 0, apperr.New(apperr.TokenNotValid)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: get the version: %w", l.Name, err)
	}
	return l.Version(versions), nil
}
