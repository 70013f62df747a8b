package main

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// statement is SQL with its arguments.
type statement struct {
	sql  string
	args []any
}

// do runs a statement by itself.
func (w *world) do(ctx context.Context, s statement) error {
	if _, err := w.admin.Exec(ctx, s.sql, s.args...); err != nil {
		return fmt.Errorf("%.100s: %w", s.sql, err)
	}
	return nil
}

// filled are the tables that load fills, and nobody else has filled before.
const filled = `recipes, fridge_items, grocery_items, plans, sessions, user_versions`

// load runs the statements that fill tables as PostgreSQL does it fastest (its manual, section 14.4): in the transaction that
// emptied them, so that nothing is written to the log, and without indexes, which are made afterwards.
func (w *world) load(ctx context.Context, statements []statement) error {
	if err := w.exec(ctx, `set maintenance_work_mem = '1GB'`); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, w.admin, func(pgx.Tx) error {
		indexes, err := w.dropIndexes(ctx)
		if err != nil {
			return err
		}
		if err := w.exec(ctx, `truncate `+filled); err != nil {
			return err
		}
		for _, s := range statements {
			if err := w.do(ctx, s); err != nil {
				return err
			}
		}
		if err := w.exec(ctx, indexes...); err != nil {
			return err
		}
		return w.do(ctx, statement{plan, []any{w.portions.plans, planned}})
	})
}

// dropIndexes drops those that no constraint needs, and returns the statements that make them again.
func (w *world) dropIndexes(ctx context.Context) ([]string, error) {
	rows, err := w.admin.Query(ctx, `select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
		where i.indrelid = any(string_to_array($1, ', ')::regclass[]) and not i.indisunique order by 1`, filled)
	if err != nil {
		return nil, err
	}
	var drops, makes []string
	var name, definition string
	if _, err := pgx.ForEachRow(rows, []any{&name, &definition}, func() error {
		drops, makes = append(drops, "drop index "+name), append(makes, definition)
		return nil
	}); err != nil {
		return nil, err
	}
	return makes, w.exec(ctx, drops...)
}
