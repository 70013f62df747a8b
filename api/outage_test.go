package api_test

import (
	"context"
	"net/http"
	"net/url"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/password"
)

// TestTheDatabaseIsUnavailable makes the database unavailable to a running server, calls every operation, and makes it available again.
func TestTheDatabaseIsUnavailable(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "patient", textToEscape)
	k.Fill(t)
	caller := cookieless(t, s)
	caller.Access = k.Access
	cookie := "Cookie: refresh_token=" + k.RefreshToken(t)
	var calls []apitest.Request
	for _, o := range apitest.Operations(t) {
		calls = append(calls, k.Prepare(t, o))
	}
	script := withAPIToken(t, k.Client, "recipes:read") // not used before: a server looks a token up only once
	before, shown := everyRow(t, s), k.ReadAll(t)
	setAllowed(t, s, false)

	for _, r := range calls {
		if !r.Declares(http.StatusServiceUnavailable) { // it needs no database
			r.Succeed(t, caller)
			continue
		}
		if r.ID == "checkReady" { // it doesn't ask the database
			r.Succeed(t, caller)
			continue
		}
		if r.ID == "parseIngredients" { // it needs the database only to look up an API token
			r.Succeed(t, caller)
			r.Send(t, script).Is(t, http.StatusServiceUnavailable)
			continue
		}
		responses := []*apitest.Response{r.Send(t, caller, cookie)}
		if r.Body != nil { // the cookie may have replaced it
			responses = append(responses, r.Send(t, caller))
		}
		for _, a := range responses {
			require.Equal(t, http.StatusServiceUnavailable, a.StatusCode, r.ID+a.Text)
			require.Equal(t, "unavailable", a.Problem(t).Code, r.ID)
			seconds, err := strconv.Atoi(a.Header.Get("Retry-After"))
			require.NoError(t, err)
			require.Positive(t, seconds)
			require.Empty(t, a.Cookies(), "nothing has changed, so nothing is cleared")
		}
	}
	require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, s, "garbage"), "without asking the database")

	setAllowed(t, s, true)
	s.Pool.Reset() // its connections were closed, too
	require.Equal(t, before, everyRow(t, s))
	require.Equal(t, shown, k.ReadAll(t))
	require.Equal(t, http.StatusOK, k.Do(t, http.MethodGet, "/api/monitoring/db/", "").StatusCode)
	require.Equal(t, http.StatusOK, k.Refresh(t).StatusCode, "the outage has logged nobody out")
}

// setAllowed lets the server connect to its database, or closes its connections and rejects new ones.
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

// TestARequestHasADeadline locks the row that a refresh needs. The refresh must give up, and nothing may be lost.
func TestARequestHasADeadline(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	hurried := s.Replica(t, func(c *apitest.Config) { c.Contract = apitest.WithDeadline(c.Contract, "refreshToken", 1) })
	user := s.User(t, "waiting")
	lock, err := s.Pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = lock.Exec(t.Context(), `select from sessions for update`)
	require.NoError(t, err)

	a := cookieless(t, hurried).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+user.RefreshToken(t)).Is(t, http.StatusServiceUnavailable)
	require.NotEmpty(t, a.Header.Get("Retry-After"))
	require.NoError(t, lock.Rollback(t.Context()))
	require.Equal(t, http.StatusOK, user.Refresh(t).StatusCode)
	require.EqualValues(t, 2, s.Int(t, `select gen from sessions`))
}

// TestALoginFloodIsTurnedAway checks that the response to a login that would wait too long for its hash is 503, and that requests
// without a hash succeed meanwhile.
func TestALoginFloodIsTurnedAway(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "calm")
	slow := s.Replica(t, func(c *apitest.Config) { c.Passwords = password.Params{Passes: 10, MaxWait: time.Millisecond} })
	calm := slow.Client(t)
	calm.Access = user.Access
	var overloaded atomic.Int64
	flood := make([]func(testing.TB), 8*runtime.GOMAXPROCS(0))
	for i := range flood {
		c := slow.Client(t)
		flood[i] = func(t testing.TB) {
			a := c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("nobody", "wrong password"))
			if a.StatusCode == http.StatusServiceUnavailable {
				require.Equal(t, "overloaded", a.Problem(t).Code)
				overloaded.Add(1)
				return
			}
			a.Is(t, http.StatusUnauthorized)
		}
	}
	flood = append(flood, func(t testing.TB) {
		for range 20 {
			require.Equal(t, http.StatusOK, calm.FridgeStatus(t))
		}
	})
	for overloaded.Load() == 0 { // on a busy machine they may have arrived one after the other
		apitest.AtOnce(t, flood...)
	}
}
