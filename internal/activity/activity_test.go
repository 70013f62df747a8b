package activity_test

import (
	"context"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

var browser = activity.Client{UserAgent: "curl/8.5.0", Address: "192.0.2.1"}

// env is a service with one account, on a new database.
type env struct {
	*activity.Service
	*pgtest.Database
	q    *db.Queries
	user int64
}

func newEnv(t *testing.T) env {
	t.Helper()
	base := pgtest.New(t)
	q := db.New(base.Pool)
	user, err := q.CreateUser(t.Context(), db.CreateUserParams{Username: "a", UsernameKey: "a", Address: browser.Address, UserAgent: browser.UserAgent})
	require.NoError(t, err)
	return env{activity.NewService(base.Open(t), slog.New(slog.DiscardHandler)), base, q, user}
}

func (e env) kinds(t *testing.T) (kinds []activity.Kind) {
	t.Helper()
	found, err := e.List(t.Context(), e.user, page.Request{})
	require.NoError(t, err)
	for _, one := range found.Events {
		kinds = append(kinds, one.Kind)
	}
	return kinds
}

func TestListsEventsTheNewestFirst(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	require.NoError(t, activity.Record(t.Context(), e.q, e.user, activity.UsernameChanged, browser, "b"))
	require.NoError(t, activity.Record(t.Context(), e.q, e.user, activity.PasswordReset, activity.Operator, ""))
	require.NoError(t, activity.Record(t.Context(), e.q, e.user+1, activity.LoggedIn, browser, ""), "a deleted account has no log")

	first, err := e.List(t.Context(), e.user, page.Request{Limit: 2})
	require.NoError(t, err)
	second, err := e.List(t.Context(), e.user, page.Request{Limit: 2, Cursor: first.Next})
	require.NoError(t, err)

	require.Len(t, first.Events, 2)
	require.Equal(t, "Operator of the server", first.Events[0].Client)
	changed := first.Events[1]
	require.Equal(t, []string{"username_changed", "curl", "192.0.2.1", "b"}, []string{string(changed.Kind), changed.Client, changed.Address, changed.Detail})
	require.Len(t, second.Events, 1)
	require.Equal(t, activity.Registered, second.Events[0].Kind)
	require.Empty(t, second.Next)
}

func TestClientsAreStoredAsValidTextsOfLimitedLength(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, text := range []string{strings.Repeat("x", 10_000), "\x00", "\xff", strings.Repeat("ü", 200)} {
		require.NoError(t, activity.Record(t.Context(), e.q, e.user, activity.LoggedIn, activity.Client{UserAgent: text, Address: text}, ""))
	}
	require.LessOrEqual(t, e.Int(t, "select max(octet_length(user_agent) + octet_length(address)) from security_events"), int64(512))
}

func TestOldEventsAreNeitherListedNorKept(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.Exec(t, "update security_events set at = at - $1::interval", activity.Keep)
	require.NoError(t, activity.Record(t.Context(), e.q, e.user, activity.LoggedIn, browser, ""))
	require.Equal(t, []activity.Kind{activity.LoggedIn}, e.kinds(t))
	e.Exec(t, "insert into password_reset_codes values ($1, '', now() - interval '1 second')", e.user)

	require.NoError(t, e.SweepNow(t.Context()))

	require.EqualValues(t, 1, e.Int(t, "select count(*) from security_events"))
	require.EqualValues(t, 0, e.Int(t, "select count(*) from password_reset_codes"))
}

func TestLaterRecordsInTheBackgroundUntilTheEnd(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for range 1500 { // more than may wait
		e.RecordLater(e.user, activity.LoginFailed, browser)
	}
	ended, end := context.WithCancel(t.Context())
	end()

	e.Work(ended)

	n := len(e.kinds(t))
	require.Greater(t, n, 900)
	require.Less(t, n, 1500)
}
