package postgres_test

import (
	"context"
	"net/url"
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

// openWith opens the database as the server does, with a setting for all its connections. Opening one may take long.
func (u oneUser) openWith(t testing.TB, setting, value string) *postgres.DB {
	t.Helper()
	address, err := url.Parse(u.URL)
	require.NoError(t, err)
	query := address.Query()
	query.Set("connect_timeout", "3600")
	query.Set(setting, value)
	address.RawQuery = query.Encode()
	d, err := postgres.Open(t.Context(), address.String())
	require.NoError(t, err)
	t.Cleanup(d.Close)
	return d
}

// addFridgeItem adds a row to the fridge.
func (u oneUser) addFridgeItem(ctx context.Context, q *db.Queries, name string) (int64, error) {
	row, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: u.user, Name: name, GroupName: "g", GroupKey: "g"})
	return row.ID, err
}

func (u oneUser) fridgeNames(t *testing.T) (names []string) {
	t.Helper()
	require.NoError(t, u.Pool.QueryRow(t.Context(), `select coalesce(array_agg(name order by name), '{}') from fridge_items`).Scan(&names))
	return names
}

// waitForLockWaits waits until this number of statements wait for a lock.
func (u oneUser) waitForLockWaits(t *testing.T, statements int64) {
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
