package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// The size of the tables and the number of changes of each row.
const (
	hotUsers  = 5
	hotRows   = 100 // of each user
	hotPasses = 12
)

// TestHeapOnly runs frequent updates in tables that are full and never vacuumed. A heap-only update (PostgreSQL's manual, section 73.7)
// changes no index, and later updates reuse the space of the old row. The test runs alone, because transactions of other tests would
// keep old rows alive.
func TestHeapOnly(t *testing.T) {
	database := pgtest.New(t)
	stopAutovacuum(t, database)
	createHotRows(t, database)
	for _, test := range []struct {
		name, table string
		change      func(ctx context.Context, q *db.Queries, pass int, r hotRow) error
	}{
		{"AChangeOfARecipesState", "recipes", func(ctx context.Context, q *db.Queries, pass int, r hotRow) error {
			_, err := q.UpdateRecipe(ctx, db.UpdateRecipeParams{ID: r.id, UserID: r.user, State: new([]string{"used", "active"}[pass%2])})
			return err
		}},
		{"ATickOnTheChecklist", "grocery_items", func(ctx context.Context, q *db.Queries, pass int, r hotRow) error {
			_, err := q.UpdateGroceryItem(ctx, db.UpdateGroceryItemParams{ID: r.id, UserID: r.user, IsChecked: new(pass%2 == 0)})
			return err
		}},
		{"AnEditOfAFridgeItem", "fridge_items", func(ctx context.Context, q *db.Queries, pass int, r hotRow) error {
			_, err := q.UpdateFridgeItem(ctx, db.UpdateFridgeItemParams{ID: r.id, UserID: r.user, Name: new(fmt.Sprintf("Butter, opened %d", pass))})
			return err
		}},
		{"TheVersionThatEveryWriteBumps", "user_versions", func(ctx context.Context, q *db.Queries, _ int, r hotRow) error {
			_, err := q.BumpVersions(ctx, db.BumpVersionsParams{UserID: r.user, Recipes: true, Plans: true})
			return err
		}},
		{"ARefresh", "sessions", func(ctx context.Context, q *db.Queries, pass int, r hotRow) error {
			_, err := q.RotateSession(ctx, db.RotateSessionParams{SessionID: r.session, UserID: r.user, Presented: int64(pass + 1), RefreshTtl: time.Hour})
			return err
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			rows := hotRowsOf(t, database, test.table)
			conn, err := pgx.Connect(t.Context(), database.URL)
			require.NoError(t, err)
			for pass := range hotPasses {
				for _, r := range rows {
					require.NoError(t, test.change(t.Context(), db.New(conn), pass, r))
				}
			}
			require.NoError(t, conn.Close(t.Context())) // which sends the statistics

			var updates, heapOnly int64
			require.Eventually(t, func() bool {
				err := database.Pool.QueryRow(t.Context(), `select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = $1`,
					test.table).Scan(&updates, &heapOnly)
				return err == nil && updates >= int64(hotPasses*len(rows))
			}, timeLeft(t), time.Millisecond)
			// Background processes of PostgreSQL keep old rows alive at times.
			require.Greater(t, heapOnly, updates*98/100)
		})
	}
}

// stopAutovacuum ends autovacuum until the test is over. Its ANALYZE, of any table of the database, keeps old rows of all tables alive.
func stopAutovacuum(t *testing.T, database *pgtest.Database) {
	t.Helper()
	change := func(sql string) {
		database.Exec(t, sql)
		database.Exec(t, "select pg_reload_conf()")
	}
	t.Cleanup(func() { change("alter system reset autovacuum") })
	change("alter system set autovacuum = off")
	pgtest.Eventually(t, func() bool {
		return database.Int(t, `select count(*) from pg_stat_activity where backend_type in ('autovacuum launcher', 'autovacuum worker')`) == 0
	})
}

// createHotRows creates users with typical rows.
func createHotRows(t *testing.T, database *pgtest.Database) {
	t.Helper()
	kitchen, err := demo.Load()
	require.NoError(t, err)
	recipes := &recipe.Service{DB: database.Open(t)}
	q := db.New(database.Pool)
	for n := range hotUsers {
		name := fmt.Sprintf("cook%d", n)
		user, err := q.CreateUser(t.Context(), db.CreateUserParams{Username: name, UsernameKey: name})
		require.NoError(t, err)
		_, err = recipes.Create(t.Context(), user, nil, kitchen.Recipes[:hotRows]...)
		require.NoError(t, err)
		var items []string
		for i := range hotRows {
			items = append(items, fmt.Sprintf("%d g flour", i))
			stocked := kitchen.Fridge[i%len(kitchen.Fridge)]
			_, err := q.CreateFridgeItem(t.Context(), db.CreateFridgeItemParams{UserID: user, Name: stocked.Name, GroupName: stocked.Group, GroupKey: stocked.Group})
			require.NoError(t, err)
			_, err = q.CreateSession(t.Context(), db.CreateSessionParams{
				UserID: user, RefreshTtl: time.Hour, SessionMax: time.Hour,
				UserAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", Address: "192.0.2.1",
			})
			require.NoError(t, err)
		}
		_, err = q.CreateGroceryItems(t.Context(), db.CreateGroceryItemsParams{UserID: user, Items: items})
		require.NoError(t, err)
	}
}

// hotRow is a row to update: a session, or a row with a number as its id.
type hotRow struct {
	id, user int64
	session  uuid.UUID
}

func hotRowsOf(t *testing.T, database *pgtest.Database, table string) []hotRow {
	t.Helper()
	columns, ok := map[string]string{"sessions": "0, user_id, id", "user_versions": "0, user_id, gen_random_uuid()"}[table]
	if !ok {
		columns = "id, user_id, gen_random_uuid()"
	}
	rows, err := database.Pool.Query(t.Context(), "select "+columns+" from "+table)
	require.NoError(t, err)
	all, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r hotRow, err error) {
		return r, row.Scan(&r.id, &r.user, &r.session)
	})
	require.NoError(t, err)
	require.NotEmpty(t, all)
	return all
}
