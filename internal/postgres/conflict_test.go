package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// fridge is the fridge of the only user of a database.
type fridge struct {
	*pgtest.Database
	user int64
}

func newFridge(t *testing.T) fridge {
	t.Helper()
	f := fridge{Database: pgtest.New(t)}
	f.user = f.Int(t, `with u as (insert into users (username, username_key, password_hash) values ('a', 'a', 'h') returning id),
		l as (insert into grocery_lists (user_id) select id from u) insert into fridges (user_id) select id from u returning user_id`)
	return f
}

// with opens the database with a setting for all its connections.
func (f fridge) with(t *testing.T, setting, value string) *postgres.DB {
	t.Helper()
	u, err := url.Parse(f.URL)
	require.NoError(t, err)
	query := u.Query()
	query.Set(setting, value)
	u.RawQuery = query.Encode()
	d, err := postgres.Open(t.Context(), u.String())
	require.NoError(t, err)
	t.Cleanup(d.Close)
	return d
}

// put puts something into the fridge.
func (f fridge) put(ctx context.Context, q *db.Queries, name string) (int64, error) {
	row, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: f.user, Name: name, GroupName: "g"})
	return row.ID, err
}

func (f fridge) names(t *testing.T) (names []string) {
	t.Helper()
	require.NoError(t, f.Pool.QueryRow(t.Context(), `select coalesce(array_agg(name order by name), '{}') from fridge_items`).Scan(&names))
	return names
}

// meeting makes the first calls of two functions wait for each other; later calls pass.
type meeting struct {
	once [2]sync.Once
	both sync.WaitGroup
}

func newMeeting() *meeting {
	m := &meeting{}
	m.both.Add(2)
	return m
}

func (m *meeting) wait(who int) {
	m.once[who].Do(func() {
		m.both.Done()
		m.both.Wait()
	})
}

// both runs two transactions at once, and counts how often they are called in all.
func both(t *testing.T, d *postgres.DB, act func(who int, q *db.Queries) error) (calls int) {
	t.Helper()
	var errs [2]error
	var counts [2]int
	var wg sync.WaitGroup
	for who := range errs {
		wg.Go(func() {
			errs[who] = d.Tx(t.Context(), func(q *db.Queries) error {
				counts[who]++
				return act(who, q)
			})
		})
	}
	wg.Wait()
	require.NoError(t, errors.Join(errs[:]...))
	return counts[0] + counts[1]
}

// TestAConflictIsTriedAgain makes PostgreSQL break off what could succeed alone.
func TestAConflictIsTriedAgain(t *testing.T) {
	t.Parallel()

	t.Run("ADeadlockOfTwoTransactions", func(t *testing.T) {
		t.Parallel()
		f, m := newFridge(t), newMeeting()
		d := f.with(t, "deadlock_timeout", "20ms")
		leek := f.Int(t, `insert into fridge_items (user_id, name, group_name) values ($1, 'leek', 'g') returning id`, f.user)
		salt := f.Int(t, `insert into fridge_items (user_id, name, group_name) values ($1, 'salt', 'g') returning id`, f.user)

		calls := both(t, d, func(who int, q *db.Queries) error {
			_, err := f.put(t.Context(), q, fmt.Sprintf("of %d", who))
			for _, id := range [][]int64{{leek, salt}, {salt, leek}}[who] {
				if err == nil {
					_, err = q.UpdateFridgeItem(t.Context(), db.UpdateFridgeItemParams{ID: id, UserID: f.user, GroupName: new("new")})
					m.wait(who)
				}
			}
			return err
		})

		require.Equal(t, 3, calls, "one of the two had to begin again")
		require.Equal(t, []string{"leek", "of 0", "of 1", "salt"}, f.names(t), "and left nothing behind")
	})

	t.Run("ADeadlockOfOneStatement", func(t *testing.T) {
		t.Parallel()
		f := newFridge(t)
		d := f.with(t, "deadlock_timeout", "20ms")
		f.Exec(t, `insert into fridge_items (user_id, name, group_name) select $1, n, 'g' from unnest('{a,b,c}'::text[]) as n`, f.user)
		middle, err := f.Pool.Begin(t.Context())
		require.NoError(t, err)
		other, err := f.Pool.Begin(t.Context())
		require.NoError(t, err)
		for _, sql := range []string{`set local deadlock_timeout = '1h'`, `select from fridge_items where name = 'c' for update`} {
			_, err = other.Exec(t.Context(), sql) // it will not be the one that gives way
			require.NoError(t, err)
		}
		_, err = middle.Exec(t.Context(), `select from fridge_items where name = 'b' for update`)
		require.NoError(t, err)
		waiting := func(n int64) {
			require.Eventually(t, func() bool {
				return f.Int(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == n
			}, 10*time.Second, 5*time.Millisecond)
		}
		var calls int
		var renamed, locked error
		var wg sync.WaitGroup
		wg.Go(func() {
			renamed = d.Run(t.Context(), func(q *db.Queries) error {
				calls++
				return q.RenameFridgeGroup(t.Context(), db.RenameFridgeGroupParams{UserID: f.user, GroupName: "g", NewName: "h"})
			})
		})
		waiting(1) // it has a, and wants b
		wg.Go(func() {
			_, locked = other.Exec(t.Context(), `select from fridge_items where name = 'a' for update`)
			locked = errors.Join(locked, other.Commit(t.Context()))
		})
		waiting(2)
		require.NoError(t, middle.Rollback(t.Context())) // now it wants c: nobody can go on
		wg.Wait()

		require.NoError(t, errors.Join(renamed, locked))
		require.Equal(t, 2, calls)
		require.EqualValues(t, 3, f.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
	})

	t.Run("ASerializationFailure", func(t *testing.T) {
		t.Parallel()
		f, m := newFridge(t), newMeeting()
		d := f.with(t, "default_transaction_isolation", "serializable")

		calls := both(t, d, func(who int, q *db.Queries) error {
			names, err := q.ListFridgeNames(t.Context(), f.user)
			if err != nil {
				return err
			}
			m.wait(who)
			_, err = f.put(t.Context(), q, fmt.Sprint(len(names)))
			return err
		})

		require.Equal(t, 3, calls, "each has seen the fridge without what the other put there")
		require.Equal(t, []string{"0", "1"}, f.names(t))
	})
}
