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

// pantry is the fridge of the only user of a database.
type pantry struct {
	*pgtest.Database
	user int64
}

func newPantry(t *testing.T) pantry {
	t.Helper()
	f := pantry{Database: pgtest.New(t)}
	f.user = f.User(t, "a")
	return f
}

// with opens the database with a setting for all its connections.
func (f pantry) with(t testing.TB, setting, value string) *postgres.DB {
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
func (f pantry) put(ctx context.Context, q *db.Queries, name string) (int64, error) {
	row, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: f.user, Name: name, GroupName: "g"})
	return row.ID, err
}

func (f pantry) names(t *testing.T) (names []string) {
	t.Helper()
	require.NoError(t, f.Pool.QueryRow(t.Context(), `select coalesce(array_agg(name order by name), '{}') from fridge_items`).Scan(&names))
	return names
}

// waitFor waits until so many statements wait for a lock.
func (f pantry) waitFor(t *testing.T, statements int64) {
	t.Helper()
	require.Eventually(t, func() bool {
		return f.Int(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == statements
	}, 10*time.Second, 5*time.Millisecond)
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
		f, m := newPantry(t), newMeeting()
		d := f.with(t, "deadlock_timeout", "20ms")
		f.Exec(t, `insert into fridge_items (user_id, version, name, group_name) select $1, 1, n, n from unnest('{leek,salt}'::text[]) as n`, f.user)

		calls := both(t, d, func(who int, q *db.Queries) (err error) {
			for _, group := range [][]string{{"leek", "salt"}, {"salt", "leek"}}[who] {
				if err == nil { // without BumpVersions, which would let one wait for the other
					_, err = q.RenameFridgeGroup(t.Context(), db.RenameFridgeGroupParams{UserID: f.user, GroupName: group, NewName: fmt.Sprintf("%s of %d", group, who)})
					m.wait(who)
				}
			}
			return err
		})

		require.GreaterOrEqual(t, calls, 3, "one of the two had to begin again, on a slow machine more than once")
		require.EqualValues(t, 1, f.Int(t, `select count(distinct right(group_name, 5)) from fridge_items`), "and left nothing behind")
	})

	t.Run("ADeadlockOfOneStatement", func(t *testing.T) {
		t.Parallel()
		f := newPantry(t)
		d := f.with(t, "deadlock_timeout", "20ms")
		f.Exec(t, `insert into fridge_items (user_id, version, name, group_name) select $1, 1, n, 'g' from unnest('{a,b,c}'::text[]) as n`, f.user)
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
		var calls int
		var renamed, locked error
		var wg sync.WaitGroup
		wg.Go(func() {
			renamed = d.Run(t.Context(), func(q *db.Queries) error {
				calls++
				_, err := q.RenameFridgeGroup(t.Context(), f.renaming())
				return err
			})
		})
		f.waitFor(t, 1) // it has a, and wants b
		wg.Go(func() {
			_, locked = other.Exec(t.Context(), `select from fridge_items where name = 'a' for update`)
			locked = errors.Join(locked, other.Commit(t.Context()))
		})
		f.waitFor(t, 2)
		require.NoError(t, middle.Rollback(t.Context())) // now it wants c: nobody can go on
		wg.Wait()

		require.NoError(t, errors.Join(renamed, locked))
		require.GreaterOrEqual(t, calls, 2)
		require.EqualValues(t, 3, f.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
	})

	t.Run("ASerializationFailure", func(t *testing.T) {
		t.Parallel()
		f, m := newPantry(t), newMeeting()
		d := f.with(t, "default_transaction_isolation", "serializable")

		calls := both(t, d, func(who int, q *db.Queries) error {
			names, err := q.ListFridgeItems(t.Context(), f.user)
			if err != nil {
				return err
			}
			m.wait(who)
			_, err = f.put(t.Context(), q, fmt.Sprint(len(names)))
			return err
		})

		require.GreaterOrEqual(t, calls, 3, "each has seen the fridge without what the other put there")
		require.Equal(t, []string{"0", "1"}, f.names(t))
	})
}
