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

// A List is a query for items of one of a user's lists. Its first column, list_version, has the version of the whole list in
// every row. An empty list is one row whose other columns are null: so one statement, and one snapshot, has both the items and
// their version.
//
// The method of gen/db binds the arguments, and List scans the rows, by the names of the columns: the generated code
// allocates two objects for every row, which costs a list of 30 a sixth of the request's CPU time.
type List[Item any] struct {
	Name    string                     // begins every error
	Query   func(*db.Queries) error    // calls one list query of gen/db; the rows that it returns are to be ignored
	Columns func(*Item) Columns        // of the query, without list_version
	Version func(db.UserVersion) int64 // the version of the list, from the versions of the user
	Variant Variant                    // of the query; the zero value changes nothing
}

// Columns has a pointer to the field for each column of a query, by its name.
type Columns map[string]any

// Read returns the items, and the version of the list that has exactly these items. If the current version is among known,
// the caller has the items already: Read returns the version alone, after one short statement.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the errors of [DB.Run].
func (l List[Item]) Read(ctx context.Context, d *DB, userID int64, known []int64) (items []Item, version int64, err error) {
	err = d.run(ctx, func(on db.DBTX) error {
		items, version, err = l.read(ctx, on, userID, known)
		return err
	})
	return items, version, err
}

func (l List[Item]) read(ctx context.Context, on db.DBTX, userID int64, known []int64) (items []Item, version int64, err error) {
	if len(known) > 0 {
		version, err = l.version(ctx, on, userID)
		if err != nil || slices.Contains(known, version) {
			return nil, version, err
		}
	}
	items, version, err = l.query(on)
	if err != nil {
		return nil, 0, fmt.Errorf("%s: %w", l.Name, err)
	}
	if items == nil {
		return nil, 0, apperr.New(apperr.TokenNotValid)
	}
	return items, version, nil
}

// Each calls visit with the items of the list in a snapshot, one at a time: their number doesn't matter for the memory. The item
// is valid until visit returns.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the first error of visit.
func (l List[Item]) Each(s Snapshot, visit func(Item) error) error {
	keep := &rowKeeper{DBTX: s.on, variant: l.Variant}
	if err := l.Query(db.New(keep)); err != nil {
		return fmt.Errorf("%s: %w", l.Name, err)
	}
	_, hasRows, err := l.scan(keep.rows, visit)
	if err != nil {
		return fmt.Errorf("%s: %w", l.Name, err)
	}
	if !hasRows {
		return apperr.New(apperr.TokenNotValid)
	}
	return nil
}

func (l List[Item]) version(ctx context.Context, on db.DBTX, userID int64) (int64, error) {
	versions, err := db.New(on).GetVersions(ctx, userID)
	if NoRow(err) {
		return 0, apperr.New(apperr.TokenNotValid)
	}
	if err != nil {
		return 0, fmt.Errorf("%s: get the version: %w", l.Name, err)
	}
	return l.Version(versions), nil
}

func (l List[Item]) query(on db.DBTX) (items []Item, version int64, err error) {
	keep := &rowKeeper{DBTX: on, variant: l.Variant}
	if err := l.Query(db.New(keep)); err != nil {
		return nil, 0, err
	}
	version, hasRows, err := l.scan(keep.rows, func(item Item) error {
		if items == nil {
			items = make([]Item, 0, initialCap)
		}
		items = append(items, item)
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	if hasRows && items == nil {
		items = []Item{}
	}
	return items, version, nil
}

// initialCap is the capacity for items while their number is unknown.
const initialCap = 32

// scan calls visit with each item. hasRows is false if there is no row: the account has been deleted.
func (l List[Item]) scan(rows pgx.Rows, visit func(Item) error) (version int64, hasRows bool, err error) {
	defer rows.Close()
	var item Item
	var dest []any
	for rows.Next() {
		if dest == nil { // the first row
			if dest, err = l.dest(rows, &item, &version); err != nil {
				return 0, true, err
			}
		}
		if isEmptyList(rows) {
			return version, true, rows.Scan(append([]any{&version}, make([]any, len(dest)-1)...)...)
		}
		item = *new(Item)
		if err := rows.Scan(dest...); err != nil {
			return 0, true, err
		}
		if err := visit(item); err != nil {
			return 0, true, err
		}
	}
	return version, dest != nil, rows.Err()
}

// isEmptyList reports whether the row has the version of an empty list, and no item.
func isEmptyList(rows pgx.Rows) bool { return rows.RawValues()[1] == nil }

// dest returns where the columns go, in their order.
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

// rowKeeper runs a query and keeps its rows: the method of gen/db that called it finds none.
type rowKeeper struct {
	db.DBTX
	variant Variant
	rows    pgx.Rows
}

// Query runs a statement and returns no rows.
func (k *rowKeeper) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	rows, err := k.DBTX.Query(ctx, k.variant.of(sql), args...)
	k.rows = rows
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
