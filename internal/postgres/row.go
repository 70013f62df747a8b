package postgres

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/fault"
)

// One asks for one row, by a query that is named in errors. It fails with [fault.NotFound] if there is none, and as
// [DB.Run] does.
func One[R any](ctx context.Context, d *DB, query string, ask func(*db.Queries) (R, error)) (row R, err error) {
	err = d.Run(ctx, func(q *db.Queries) error {
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
// as [DB.Run] does.
func DeleteOne(ctx context.Context, d *DB, query string, remove func(*db.Queries) (int64, error)) error {
	return d.Run(ctx, func(q *db.Queries) error {
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
