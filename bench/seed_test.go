package main

import (
	"os"
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestSeed(t *testing.T) {
	t.Parallel()
	server, err := build(t.Context(), t.TempDir(), "server", "github.com/ocipe/ocipe")
	require.NoError(t, err)
	dir := pgtest.DataDir(t)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	b, err := newTestbed(t.Context(), config{users: 25, recipes: 10, libraries: []int{7, 30}, active: 5, portions: smallPortions, server: server, dir: dir})
	require.NoError(t, err)
	defer func() { require.NoError(t, b.close(t.Context())) }()

	for table, each := range map[string]int64{b.versions: 1, "fridge_items": 10, "grocery_items": 10, "plans": 1, "sessions": 1} {
		var minimum, maximum, users int64
		require.NoError(t, b.admin.QueryRow(t.Context(), `select min(n), max(n), count(*)
			from (select count(x.user_id) as n from users u left join `+table+` x on x.user_id = u.id group by u.id) as t`).Scan(&minimum, &maximum, &users))
		require.Equal(t, []int64{each, each, 27}, []int64{minimum, maximum, users}, table)
	}
	rows, err := b.admin.Query(t.Context(), `select count(*) from recipes group by user_id order by user_id`)
	require.NoError(t, err)
	recipes, err := pgx.CollectRows(rows, pgx.RowTo[int64])
	require.NoError(t, err)
	require.Equal(t, append(slices.Repeat([]int64{10}, 25), 7, 30), recipes)
	require.Equal(t, []int64{1, 6, 11, 16, 21, 26, 27}, b.senders, "spread over all users, and the owners of libraries")
	require.Len(t, b.sessions, 7)

	const indexes = `select string_agg(indexdef, E'\n' order by indexdef) from pg_indexes where schemaname = 'public'`
	var migrated, seeded string
	require.NoError(t, pgtest.New(t).Pool.QueryRow(t.Context(), indexes).Scan(&migrated))
	require.NoError(t, b.admin.QueryRow(t.Context(), indexes).Scan(&seeded))
	require.Equal(t, migrated, seeded, "the indexes of the migrations")

	var foreign int64
	require.NoError(t, b.admin.QueryRow(t.Context(), `select count(*) from recipes, unnest(ingredient_terms) as term
		where split_part(term, ':', 1) <> user_id::text`).Scan(&foreign))
	require.Zero(t, foreign, "search terms have the prefix of their user")
}
