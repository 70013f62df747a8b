package backup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"
)

// localTables has the tables that describe the database itself, not its content. A backup leaves them out.
var localTables = []string{"goose_db_version", "schema_window", "signing_keys"}

// describe reads the description from the catalog. It uses no list of tables in this program, so it can't miss a new table.
func describe(ctx context.Context, tx pgx.Tx) (Description, error) {
	d := Description{Format: format}
	var err error
	if d.Schema, err = schemaVersion(ctx, tx); err != nil {
		return d, err
	}
	if d.Schema == 0 {
		return d, ErrNoSchema
	}
	if err := tx.QueryRow(ctx, "select now()").Scan(&d.CreatedAt); err != nil {
		return d, fmt.Errorf("read the clock: %w", err)
	}
	d.CreatedAt = d.CreatedAt.UTC()
	if d.Tables, err = tables(ctx, tx); err != nil {
		return d, err
	}
	d.Sequences, err = sequences(ctx, tx)
	return d, err
}

// schemaVersion returns the version of the newest migration, or 0 if there is none.
func schemaVersion(ctx context.Context, tx pgx.Tx) (version int64, err error) {
	var known bool
	const exists = "select exists (select from pg_tables where schemaname = current_schema() and tablename = 'goose_db_version')"
	if err := tx.QueryRow(ctx, exists).Scan(&known); err != nil {
		return 0, fmt.Errorf("look for the schema: %w", err)
	}
	if !known {
		return 0, nil
	}
	if err := tx.QueryRow(ctx, "select coalesce(max(version_id), 0) from goose_db_version where is_applied").Scan(&version); err != nil {
		return 0, fmt.Errorf("read the schema version: %w", err)
	}
	return version, nil
}

// tables returns the tables of the schema, each after those that it refers to. It leaves out partitioned tables, because their rows are
// in their partitions.
func tables(ctx context.Context, tx pgx.Tx) ([]Table, error) {
	rows, err := tx.Query(ctx, `select c.relname, pg_table_size(c.oid), array(
			select a.attname from pg_attribute a
			where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' order by a.attnum
		)
		from pg_class c join pg_namespace n on n.oid = c.relnamespace
		where n.nspname = current_schema() and c.relkind = 'r' and c.relname <> all ($1)
			and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') -- of an extension
		order by c.relname`, localTables)
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (t Table, err error) {
		return t, row.Scan(&t.Name, &t.size, &t.Columns)
	})
	if err != nil {
		return nil, fmt.Errorf("list the tables: %w", err)
	}
	references, err := references(ctx, tx)
	if err != nil {
		return nil, err
	}
	return sortByReferences(all, references)
}

// references returns the tables to which each table has foreign keys.
func references(ctx context.Context, tx pgx.Tx) (map[string][]string, error) {
	rows, err := tx.Query(ctx, `select distinct c.relname, r.relname
		from pg_constraint f join pg_class c on c.oid = f.conrelid join pg_class r on r.oid = f.confrelid join pg_namespace n on n.oid = c.relnamespace
		where f.contype = 'f' and n.nspname = current_schema() and c.oid <> r.oid`)
	if err != nil {
		return nil, fmt.Errorf("list the foreign keys: %w", err)
	}
	to := map[string][]string{}
	var from, target string
	_, err = pgx.ForEachRow(rows, []any{&from, &target}, func() error {
		to[from] = append(to[from], target)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list the foreign keys: %w", err)
	}
	return to, nil
}

// sortByReferences sorts tables so that each is after those that it refers to. It returns an error if that is impossible.
func sortByReferences(all []Table, references map[string][]string) ([]Table, error) {
	var sorted []Table
	has := func(name string) bool {
		return !slices.ContainsFunc(all, func(t Table) bool { return t.Name == name }) ||
			slices.ContainsFunc(sorted, func(t Table) bool { return t.Name == name })
	}
	for len(sorted) < len(all) {
		before := len(sorted)
		for _, t := range all {
			if !has(t.Name) && !slices.ContainsFunc(references[t.Name], func(name string) bool { return !has(name) }) {
				sorted = append(sorted, t)
			}
		}
		if len(sorted) == before {
			return nil, errors.New("tables refer to each other in a circle: they can't be restored in any order")
		}
	}
	return sorted, nil
}

// sequences returns the sequences of identity columns. Their values may be newer than the snapshot, but not older.
func sequences(ctx context.Context, tx pgx.Tx) ([]Sequence, error) {
	rows, err := tx.Query(ctx, `select t.relname, a.attname, coalesce(v.last_value, 0)
		from pg_class s join pg_namespace n on n.oid = s.relnamespace
			join pg_depend d on d.objid = s.oid and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('i', 'a')
			join pg_class t on t.oid = d.refobjid
			join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
			join pg_sequences v on v.schemaname = n.nspname and v.sequencename = s.relname
		where n.nspname = current_schema() and s.relkind = 'S' and t.relname <> all ($1)
		order by t.relname, a.attname`, localTables)
	if err != nil {
		return nil, fmt.Errorf("list the sequences: %w", err)
	}
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (s Sequence, err error) {
		return s, row.Scan(&s.Table, &s.Column, &s.Last)
	})
	if err != nil {
		return nil, fmt.Errorf("list the sequences: %w", err)
	}
	return all, nil
}
