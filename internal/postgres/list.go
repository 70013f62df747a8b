package postgres

import (
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// A List is a query for items of one of a user's lists. Its first column, list_version, has the version of the whole list in
// every row. An empty list is one row whose other columns are null. So one statement, in one snapshot, returns both the items and
// their version.
//
// The method of gen/db binds the arguments. List scans the rows, by the names of the columns: the generated code would allocate two
// objects for every row, which costs a sixth of the request's CPU time for a list of 30.
type List[Item any] struct {
	Name    string                     // begins every error
	Query   func(*db.Queries) error    // calls one list query of gen/db and ignores the rows that it returns
	Columns func(*Item) Columns        // of the query, without list_version
	Version func(db.UserVersion) int64 // the version of the list, from the versions of the user
	Variant Variant                    // of the query; the zero value changes nothing
	Heavy   bool                       // its cost grows with everything that the user has; few such calls run at once
}

// Columns maps the name of each column of a query to a pointer to its field.
type Columns map[string]any

// Read returns the items and the version of the list. If the current version is among known, the caller has the items already: Read
// returns only the version, after one short statement.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, [apperr.Overloaded] if the user's other calls or this one take
// too long, and the errors of [DB.Run].
func (l List[Item]) Read(ctx context.Context, d *DB, userID int64, known []int64) (items []Item, version int64, err error) {
	part, err := l.read(ctx, d, request{userID: userID, known: known, bytes: math.MaxInt})
	return part.Items, part.Version, err
}

func (l List[Item]) work(userID int64) work {
	if l.Heavy {
		return work{userID, heavyRead, l.Name}
	}
	return work{userID, read, l.Name}
}

// Each calls visit with each item of the list in a snapshot. It reads some items at a time, so its memory doesn't grow with their
// number.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the first error of visit.
func (l List[Item]) Each(s Snapshot, visit func(Item) error) error {
	capture := &rowCapture{DBTX: s.tx, variant: l.Variant}
	if err := l.Query(db.New(capture)); err != nil {
		return fmt.Errorf("%s: %w", l.Name, err)
	}
	rows := &scanner[Item]{list: l, rows: capture.rows}
	defer rows.rows.Close()
	for items := []Item(nil); ; {
		var err error
		if items, _, err = rows.next(items[:0], streamBytes); err != nil {
			return fmt.Errorf("%s: %w", l.Name, err)
		}
		if rows.dest == nil {
			return apperr.New(apperr.TokenNotValid)
		}
		for _, item := range items {
			if err := visit(item); err != nil {
				return err
			}
		}
		if rows.done {
			return nil
		}
	}
}

func (l List[Item]) version(ctx context.Context, dbtx db.DBTX, userID int64) (int64, error) {
	versions, err := db.New(dbtx).GetVersions(ctx, userID)
	if NoRow(err) {
		return 0, apperr.New(apperr.TokenNotValid)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: get the version: %w", l.Name, err)
	}
	return l.Version(versions), nil
}

// isEmptyList reports whether the row has no item, only the version of an empty list.
func isEmptyList(rows pgx.Rows) bool { return rows.RawValues()[1] == nil }

// dest returns the pointers to scan into, in the order of the columns.
func (l List[Item]) dest(rows pgx.Rows, item *Item, version *int64) ([]any, error) {
	columns, fields := l.Columns(item), rows.FieldDescriptions()
	columns["list_version"] = version
	dest := make([]any, len(fields))
	if fields[0].Name != "list_version" || len(fields) < 2 {
		return nil, errors.New("the first column must be list_version, the second one a column of the item that is never null")
	}
	for i, field := range fields {
		pointer, ok := columns[field.Name]
		if !ok {
			return nil, fmt.Errorf("no field for the column %q", field.Name)
		}
		dest[i] = pointer
		delete(columns, field.Name)
	}
	for name := range columns {
		return nil, fmt.Errorf("the query has no column %q", name)
	}
	return dest, nil
}

// rowCapture runs a query and keeps its rows. The method of gen/db that calls it gets no rows.
type rowCapture struct {
	db.DBTX
	variant Variant
	rows    pgx.Rows
}

// Query runs a statement and returns no rows.
func (c *rowCapture) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := c.DBTX.Query(ctx, c.variant.apply(sql), args...)
	c.rows = rows
	return noRows{}, err
}

// noRows is an empty result. Its other methods must not be called.
type noRows struct{ pgx.Rows }

// Next returns false.
func (noRows) Next() bool { return false }

// Err returns nil.
func (noRows) Err() error { return nil }

// Close does nothing.
func (noRows) Close() {}
