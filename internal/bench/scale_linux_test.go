package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// dataFolder makes a folder that PostgreSQL can reach.
func dataFolder(t *testing.T) string {
	t.Helper()
	dir := pgtest.DataDir(t)
	require.NoError(t, os.MkdirAll(dir, 0o755))
	return dir
}

// TestScale is a hundredth of the real thing, and a hundredth as long.
func TestScale(t *testing.T) {
	t.Parallel()
	dir, out := dataFolder(t), t.TempDir()
	var text bytes.Buffer

	err := run(t.Context(), config{
		scale: "10000,20", sizes: "60,20", users: 1, recipes: 10, large: 1, active: 20, connections: 2, rounds: 1, seconds: 0.05, starts: 1, dir: dir, out: out,
	}, &text, io.Discard)

	require.NoError(t, err)
	written, err := os.ReadFile(filepath.Join(out, "scale.md"))
	require.NoError(t, err)
	require.Equal(t, text.String(), string(written))
	require.Contains(t, text.String(), "10,000 users with 10 recipes, loaded and indexed in ")
	require.Contains(t, text.String(), "| 20 users: CPU µs | own | PG | 10,000 users: CPU µs | own | PG |")
	require.Contains(t, text.String(), "| 20 recipes: CPU µs | own | PG | 60 recipes: CPU µs | own | PG |")
	rows := regexp.MustCompile(`(?m)^\| ((?:GET|POST|PATCH)[^|]+) \| ([\d.]+)(?: !)? \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|$`).FindAllStringSubmatch(text.String(), -1)
	require.Len(t, rows, 12+5, text.String())
	for _, row := range rows {
		for _, cell := range row[2:] {
			value, err := strconv.ParseFloat(cell, 64)
			require.NoError(t, err)
			require.Positive(t, value, row[0])
		}
	}
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left, "the data is gone")
}

func TestSeed(t *testing.T) {
	t.Parallel()
	w, err := newWorld(t.Context(), config{
		users: 25, recipes: 10, libraries: []int{7, 30}, active: 5, portions: small, alone: true, server: "none", dir: dataFolder(t),
	})
	require.NoError(t, err)
	defer func() { require.NoError(t, w.close(t.Context())) }()

	t.Run("GivesEveryUserAKitchen", func(t *testing.T) {
		for _, table := range []struct {
			name string
			each int64
		}{{"user_versions", 1}, {"fridge_items", 10}, {"grocery_items", 10}, {"plans", 1}, {"sessions", 1}} {
			var least, most, users int64
			require.NoError(t, w.admin.QueryRow(t.Context(), `select min(n), max(n), count(*)
				from (select count(x.user_id) as n from users u left join `+table.name+` x on x.user_id = u.id group by u.id) as t`).Scan(&least, &most, &users))
			require.Equal(t, []int64{table.each, table.each, 27}, []int64{least, most, users}, table.name)
		}
		rows, err := w.admin.Query(t.Context(), `select count(*) from recipes group by user_id order by user_id`)
		require.NoError(t, err)
		recipes, err := pgx.CollectRows(rows, pgx.RowTo[int64])
		require.NoError(t, err)
		require.Equal(t, append(slicesOf(25, 10), 7, 30), recipes)
	})

	t.Run("ChoosesCooksSpreadOverAll", func(t *testing.T) {
		require.Equal(t, []int64{1, 6, 11, 16, 21, 26, 27}, w.cooks)
		require.Len(t, w.sessions, 7)
		require.Equal(t, 5, w.few())
	})

	t.Run("LeavesTheIndexesOfTheMigrations", func(t *testing.T) {
		const indexes = `select string_agg(indexdef, E'\n' order by indexdef) from pg_indexes where schemaname = 'public'`
		var migrated, seeded string
		require.NoError(t, pgtest.New(t).Pool.QueryRow(t.Context(), indexes).Scan(&migrated))
		require.NoError(t, w.admin.QueryRow(t.Context(), indexes).Scan(&seeded))
		require.Equal(t, migrated, seeded)
	})

	t.Run("WritesRecipesUnderTheNamesOfTheirOwners", func(t *testing.T) {
		var strangers int64
		require.NoError(t, w.admin.QueryRow(t.Context(), `select count(*) from recipes, unnest(ingredient_terms) as term
			where split_part(term, ':', 1) <> user_id::text`).Scan(&strangers))
		require.Zero(t, strangers)
	})
}

func slicesOf(n int, value int64) []int64 {
	all := make([]int64, n)
	for i := range all {
		all[i] = value
	}
	return all
}

func TestScaleRefusesWhatItCannotMeasure(t *testing.T) {
	t.Parallel()
	for scale, complaint := range map[string]string{
		"1000,": `"" is no positive number`, "1e6": `"1e6" is no positive number`, "0,10": `"0" is no positive number`, "10,1000": "must be at least 4 × -connections: 64",
	} {
		c := config{scale: scale, sizes: "50", users: 1, recipes: 10, large: 1, connections: 16, rounds: 1, seconds: 0.1, starts: 1}

		require.ErrorContains(t, run(t.Context(), c, io.Discard, io.Discard), complaint, scale)
	}
}

func TestScaleRatio(t *testing.T) {
	t.Parallel()
	cpu := func(micros ...int) (runs []figures) {
		for _, m := range micros {
			runs = append(runs, figures{Own: time.Duration(m) * time.Microsecond})
		}
		return runs
	}
	for _, test := range []struct {
		name string
		of   scaled
		cell string
	}{
		{"IsThatOfTheLargestToTheSmallest", scaled{runs: [][]figures{cpu(100, 100, 100), cpu(900, 900, 900), cpu(120, 110, 900)}}, "1.20"},
		{"IsMarkedIfItIsTooMuch", scaled{runs: [][]figures{cpu(100), cpu(1), cpu(131)}}, "1.31 !"},
		{"IsThatOfARecipeInALibrary", scaled{whole: true, runs: [][]figures{cpu(100), cpu(1), cpu(900)}}, "0.90"},
	} {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.cell, test.of.cells([]int{50, 70, 500})[1])
		})
	}
	require.Equal(t, "1 12 123 1,234 1,234,567", fmt.Sprint(grouped(1)+" "+grouped(12)+" "+grouped(123)+" "+grouped(1234)+" "+grouped(1234567)))
}
