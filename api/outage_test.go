package api_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestTheDatabaseIsAway takes the database from a running server and gives it back.
func TestTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "patient")
	bearer, cookie := "Authorization: Bearer "+user.Access, "Cookie: refresh_token="+user.RefreshToken(t)
	credentials := apitest.Credentials("patient", apitest.Password)
	calls := [][]string{
		{http.MethodPost, "/api/user/register/", apitest.Credentials("late", apitest.Password)}, {http.MethodPost, "/api/user/token/", credentials},
		{http.MethodPost, refreshPath, "", cookie}, {http.MethodPost, "/api/user/logout/", "", cookie},
		{http.MethodGet, "/api/fridge/", "", bearer}, {http.MethodGet, "/api/grocery/list/", "", bearer}, {http.MethodGet, "/api/monitoring/db/", ""},
	}
	setAllowed(t, s, false)

	for _, call := range calls {
		a := cookieless(t, s).Do(t, call[0], call[1], call[2], call[3:]...)
		require.Equal(t, http.StatusServiceUnavailable, a.StatusCode, call[1]+a.Text)
		require.Equal(t, "unavailable", a.Problem(t).Code)
		seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
		require.NoError(t, err)
		require.Positive(t, seconds)
		require.Empty(t, a.Cookies(), "nothing has changed, so nothing is cleared")
	}
	require.Equal(t, http.StatusOK, user.Do(t, http.MethodGet, "/api/monitoring/healthz/", "").StatusCode)
	require.Equal(t, http.StatusUnauthorized, fridgeWith(t, s, "garbage"), "without asking the database")

	setAllowed(t, s, true)
	require.Equal(t, http.StatusOK, user.Do(t, http.MethodGet, "/api/monitoring/db/", "").StatusCode)
	require.Equal(t, http.StatusOK, user.Refresh(t).StatusCode, "the outage has logged nobody out")
}

// setAllowed lets the server connect to its database, or ends its connections and lets it make no new ones.
func setAllowed(t *testing.T, s *apitest.Server, allowed bool) {
	t.Helper()
	ctx := context.Background()
	u, err := url.Parse(s.Database.URL)
	require.NoError(t, err)
	name := strings.TrimPrefix(u.Path, "/")
	u.Path = "/postgres"
	conn, err := pgx.Connect(ctx, u.String())
	require.NoError(t, err)
	defer conn.Close(ctx) //nolint:errcheck // nothing is pending
	_, err = conn.Exec(ctx, `alter database `+name+` with allow_connections `+strconv.FormatBool(allowed))
	require.NoError(t, err)
	if !allowed {
		_, err = conn.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1`, name)
		require.NoError(t, err)
	}
}

// TestARequestHasADeadline holds the row that a refresh needs: the refresh gives up, and nothing is lost.
func TestARequestHasADeadline(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "waiting")
	lock, err := s.Pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = lock.Exec(t.Context(), `select from sessions for update`)
	require.NoError(t, err)

	a := cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+user.RefreshToken(t))

	require.Equal(t, http.StatusServiceUnavailable, a.StatusCode, a.Text)
	require.NotEmpty(t, a.Header.Get("Retry-After"))
	require.NoError(t, lock.Rollback(t.Context()))
	require.Equal(t, http.StatusOK, user.Refresh(t).StatusCode)
	require.EqualValues(t, 2, s.Int(t, `select gen from sessions`))
}

// TestALoginFloodIsTurnedAway shows that more logins than can be hashed in two seconds are told to come back, and
// that meanwhile nobody else waits.
func TestALoginFloodIsTurnedAway(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "calm")
	var busy, other atomic.Int64
	var flood sync.WaitGroup
	for range 400 {
		c := s.Client(t)
		flood.Go(func() {
			a := c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("nobody", "wrong password"))
			switch {
			case a.StatusCode == http.StatusServiceUnavailable && a.Problem(t).Code == "overloaded":
				busy.Add(1)
			case a.StatusCode != http.StatusUnauthorized:
				other.Add(1)
			}
		})
	}
	for range 20 {
		require.Equal(t, http.StatusOK, user.Refresh(t).StatusCode)
		require.Equal(t, http.StatusOK, user.Fridge(t))
	}
	flood.Wait()
	require.Zero(t, other.Load())
	require.Positive(t, busy.Load())
}
