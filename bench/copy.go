package main

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/jackc/pgx/v5"
)

// versionTables has the names of the table with the versions of a user's lists, in the releases that -old supports.
var versionTables = []string{"user_versions", "collections"}

// copyPrototype empties all tables, and fills them with copies of the prototype's rows.
//
// It uses the fastest way of PostgreSQL (its manual, section 14.4): in the transaction that emptied the tables, so that nothing is
// written to the log, and without indexes, which are created afterwards.
func (b *testbed) copyPrototype(ctx context.Context) error {
	// Disable triggers, so that rows deleted between runs are not announced, as ended sessions would be. The references are valid anyway.
	if err := b.exec(ctx, `set session_replication_role = replica`, `set maintenance_work_mem = '1GB'`); err != nil {
		return err
	}
	if err := b.admin.QueryRow(ctx, `select relname::text from pg_class where relname = any($1) and relkind = 'r'`, versionTables).
		Scan(&b.versions); err != nil {
		return err
	}
	for _, table := range []string{"users", b.versions, "fridge_items", "grocery_items", "sessions", "recipes"} {
		if err := b.exec(ctx, fmt.Sprintf(`create temp table prototype_%[1]s as select * from %[1]s`, table)); err != nil {
			return err
		}
	}
	if err := b.exec(ctx, `alter table prototype_recipes add position bigint`,
		`update prototype_recipes p set position = o.position from (select id, row_number() over (order by id) - 1 as position from prototype_recipes) o where o.id = p.id`,
		`analyze prototype_recipes`); err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, b.admin, func(pgx.Tx) error {
		if err := b.exec(ctx, `truncate users restart identity cascade`); err != nil {
			return err
		}
		indexes, err := b.dropIndexes(ctx)
		if err != nil {
			return err
		}
		for _, c := range b.copies() {
			if err := b.copyRows(ctx, c); err != nil {
				return err
			}
		}
		if err := b.exec(ctx, indexes...); err != nil {
			return err
		}
		_, err = b.admin.Exec(ctx, `insert into plans (user_id, recipe_ids)
			select u.id, array(select r.id from recipes r where r.user_id = u.id order by r.added_date desc, r.id desc limit $2)
			from users u, generate_series(1, $1::int) order by u.id`, b.portions.plans, recipesPerPlan)
		return err
	})
}

// rowCopy describes how to make rows of a table from the prototype's: u is the user, p the prototype's row.
type rowCopy struct {
	table, from, where, order string
	columns                   map[string]string // expressions for columns that differ between users; all others are copied unchanged
}

// copies returns the copies that give every user rows. The rows of one user are together on disk. Recipes are copied in parts, because
// sorting rows needs their space on disk a second time.
func (b *testbed) copies() []rowCopy {
	all := []rowCopy{
		{"users", fmt.Sprintf(`generate_series(1, %d) as u(id)`, b.users+len(b.libraries)), "true", "u.id",
			map[string]string{"username": "'cook' || u.id", "username_key": "'cook' || u.id"}},
		{b.versions, "users u", "true", "u.id", nil},
		{"fridge_items", "users u", "true", "u.id, p.id", nil},
		{"grocery_items", "users u", "true", "u.id, p.id", nil},
		{"sessions", fmt.Sprintf(`(users cross join generate_series(1, %d)) as u`, b.portions.sessions), "true", "u.id",
			map[string]string{"id": "gen_random_uuid()"}},
	}
	const atOnce = 10_000
	for first := 1; first <= b.users; first += atOnce {
		all = append(all, copyRecipes(first, min(first+atOnce-1, b.users), b.recipes))
	}
	for i, recipes := range b.libraries {
		all = append(all, copyRecipes(b.users+i+1, b.users+i+1, recipes))
	}
	return all
}

// copyRecipes returns the copy that gives recipes to each user from first to last.
func copyRecipes(first, last, recipes int) rowCopy {
	return rowCopy{
		table: "recipes",
		from:  fmt.Sprintf(`(select id, n from users cross join generate_series(0, %d) as n where id between %d and %d) as u`, recipes-1, first, last),
		where: fmt.Sprintf(`p.position = (u.id * %d + u.n) %% (select count(*) from prototype_recipes)`, recipes),
		order: "u.id, u.n",
		columns: map[string]string{
			"added_date":       "timestamptz '2026-01-01 00:00Z' - make_interval(mins => u.n)", // the same in every testbed
			"ingredient_terms": "array(select u.id || substr(term, strpos(term, ':')) from unnest(p.ingredient_terms) as term)",
		},
	}
}

func (b *testbed) copyRows(ctx context.Context, c rowCopy) error {
	names, values, err := b.columnsOf(ctx, c)
	if err != nil {
		return err
	}
	return b.exec(ctx, fmt.Sprintf(`insert into %s (%s) select %s from %s, prototype_%s p where %s order by %s`,
		c.table, strings.Join(names, ", "), strings.Join(values, ", "), c.from, c.table, c.where, c.order))
}

// columnsOf returns the columns to insert and their values. PostgreSQL assigns ids that have no expression.
func (b *testbed) columnsOf(ctx context.Context, c rowCopy) (names, values []string, err error) {
	rows, err := b.admin.Query(ctx, `select attname::text from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped
		and attgenerated = '' order by attnum`, c.table)
	if err != nil {
		return nil, nil, err
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, nil, err
	}
	expressions := map[string]string{"id": "", "user_id": "u.id"}
	maps.Copy(expressions, c.columns)
	for _, name := range all {
		value, ok := expressions[name]
		if !ok {
			value = "p." + name
		}
		if value != "" {
			names, values = append(names, name), append(values, value)
		}
	}
	return names, values, nil
}

// dropIndexes drops the indexes that no constraint needs, and returns the statements that create them again.
func (b *testbed) dropIndexes(ctx context.Context) ([]string, error) {
	rows, err := b.admin.Query(ctx, `select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i
		join pg_class c on c.oid = i.indrelid where c.relnamespace = 'public'::regnamespace and not i.indisunique order by 1`)
	if err != nil {
		return nil, err
	}
	var drops, creates []string
	var name, definition string
	if _, err := pgx.ForEachRow(rows, []any{&name, &definition}, func() error {
		drops, creates = append(drops, "drop index "+name), append(creates, definition)
		return nil
	}); err != nil {
		return nil, err
	}
	return creates, b.exec(ctx, drops...)
}
