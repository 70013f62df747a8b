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

// oneUser is a database with one user.
type oneUser struct {
	*pgtest.Database
	user int64
}

func newOneUser(t *testing.T) oneUser {
	t.Helper()
	u := oneUser{Database: pgtest.New(t)}
	u.user = u.User(t, "a")
	return u
}

// with opens the database with a setting for all its connections.
func (u oneUser) with(t testing.TB, setting, value string) *postgres.DB {
	t.Helper()
	address, err := url.Parse(u.URL)
	require.NoError(t, err)
	query := address.Query()
	query.Set(setting, value)
	address.RawQuery = query.Encode()
	d, err := postgres.Open(t.Context(), address.String())
	require.NoError(t, err)
	t.Cleanup(d.Close)
	return d
}

// put adds a row to the fridge.
func (u oneUser) put(ctx context.Context, q *db.Queries, name string) (int64, error) {
	row, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: u.user, Name: name, GroupName: "g", GroupKey: "g"})
	return row.ID, err
}

func (u oneUser) names(t *testing.T) (names []string) {
	t.Helper()
	require.NoError(t, u.Pool.QueryRow(t.Context(), `select coalesce(array_agg(name order by name), '{}') from fridge_items`).Scan(&names))
	return names
}

// waitFor waits until this number of statements wait for a lock.
func (u oneUser) waitFor(t *testing.T, statements int64) {
	t.Helper()
	require.Eventually(t, func() bool {
		return u.Int(t, `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`) == statements
	}, timeLeft(t), 5*time.Millisecond)
}

// timeLeft returns the time until the deadline of the test binary.
func timeLeft(t *testing.T) time.Duration {
	t.Helper()
	if deadline, ok := t.Deadline(); ok {
		return time.Until(deadline)
	}
	return time.Hour
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

// both runs two transactions concurrently and counts all calls.
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

// TestAConflictIsRetried lets PostgreSQL abort statements that would succeed alone.
func TestAConflictIsRetried(t *testing.T) {
	t.Parallel()

	t.Run("ADeadlockOfTwoTransactions", func(t *testing.T) {
		t.Parallel()
		u, m := newOneUser(t), newMeeting()
		d := u.with(t, "deadlock_timeout", "20ms")
		u.Exec(t, `insert into fridge_items (user_id, version, name, group_name, group_key) select $1, 1, n, n, n from unnest('{leek,salt}'::text[]) as n`, u.user)

		calls := both(t, d, func(who int, q *db.Queries) (err error) {
			for _, group := range [][]string{{"leek", "salt"}, {"salt", "leek"}}[who] {
				if err == nil { // without BumpVersions, which would let one wait for the other
					_, err = q.RenameFridgeGroup(t.Context(), db.RenameFridgeGroupParams{UserID: u.user, GroupKey: group, NewName: fmt.Sprintf("%s of %d", group, who), NewKey: fmt.Sprintf("%s of %d", group, who)})
					m.wait(who)
				}
			}
			return err
		})

		require.GreaterOrEqual(t, calls, 3, "at least one was aborted")
		require.EqualValues(t, 1, u.Int(t, `select count(distinct right(group_name, 5)) from fridge_items`), "and its changes were rolled back")
	})

	t.Run("ADeadlockOfOneStatement", func(t *testing.T) {
		t.Parallel()
		u := newOneUser(t)
		d := u.with(t, "deadlock_timeout", "20ms")
		u.Exec(t, `insert into fridge_items (user_id, version, name, group_name, group_key) select $1, 1, n, 'g', 'g' from unnest('{a,b,c}'::text[]) as n`, u.user)
		middle, err := u.Pool.Begin(t.Context())
		require.NoError(t, err)
		other, err := u.Pool.Begin(t.Context())
		require.NoError(t, err)
		for _, sql := range []string{`set local deadlock_timeout = '1h'`, `select from fridge_items where name = 'c' for update`} {
			_, err = other.Exec(t.Context(), sql) // PostgreSQL must not abort this one
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
				_, err := q.RenameFridgeGroup(t.Context(), u.renaming())
				return err
			})
		})
		u.waitFor(t, 1) // it holds a and waits for b
		wg.Go(func() {
			_, locked = other.Exec(t.Context(), `select from fridge_items where name = 'a' for update`)
			locked = errors.Join(locked, other.Commit(t.Context()))
		})
		u.waitFor(t, 2)
		require.NoError(t, middle.Rollback(t.Context())) // now it waits for c: a deadlock
		wg.Wait()

		require.NoError(t, errors.Join(renamed, locked))
		require.GreaterOrEqual(t, calls, 2)
		require.EqualValues(t, 3, u.Int(t, `select count(*) from fridge_items where group_name = 'h'`))
	})

	t.Run("ASerializationFailure", func(t *testing.T) {
		t.Parallel()
		u, m := newOneUser(t), newMeeting()
		d := u.with(t, "default_transaction_isolation", "serializable")
		_, err := u.put(t.Context(), db.New(u.Pool), "0") // the query returns null columns for an empty list
		require.NoError(t, err)

		calls := both(t, d, func(who int, q *db.Queries) error {
			names, err := q.ListFridgeItems(t.Context(), u.user)
			if err != nil {
				return err
			}
			m.wait(who)
			_, err = u.put(t.Context(), q, fmt.Sprint(len(names)))
			return err
		})

		require.GreaterOrEqual(t, calls, 3, "each has seen the fridge without the row of the other")
		require.Equal(t, []string{"0", "1", "2"}, u.names(t))
	})
}
