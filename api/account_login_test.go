package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

const reauthenticatePath = "/api/user/reauthenticate/"

// startWithReauth starts a server that treats a login as recent for ten minutes.
func startWithReauth(t *testing.T) *apitest.Server {
	t.Helper()
	return apitest.Start(t, func(c *apitest.Config) {
		c.ReauthAge, c.Clock = 10*time.Minute, time.Now // a clock that is ahead would make logins older
		c.RegistrationsPerHour = 0
	})
}

// ageLogin moves the login of the client's session into the past, and refreshes the access token.
func ageLogin(t *testing.T, s *apitest.Server, c *apitest.Client, by string) {
	t.Helper()
	s.Exec(t, `update sessions set auth_at = auth_at - $2::text::interval where id = $1::text::uuid`, c.SessionID(t), by)
	c.Refresh(t).Is(t, http.StatusOK)
}

// reauthenticate sends the password and keeps the access token.
func reauthenticate(t *testing.T, c *apitest.Client, password string) {
	t.Helper()
	a := c.Call(t, http.MethodPost, reauthenticatePath, map[string]string{"password": password}).Is(t, http.StatusOK)
	c.Access = a.Access(t)
}

func requireOldLogin(t *testing.T, a *apitest.Response) {
	t.Helper()
	a.Is(t, http.StatusUnauthorized)
	require.Equal(t, "reauthentication_required", a.Problem(t).Code)
	require.Equal(t, `Bearer error="insufficient_user_authentication", max_age="600"`, a.Header.Get("WWW-Authenticate"))
	require.Nil(t, a.RefreshCookie())
}

// TestARecentLogin calls every operation that needs a recent login with an old login, a renewed login and a new login.
func TestARecentLogin(t *testing.T) {
	t.Parallel()
	s := startWithReauth(t)
	needs := operationsWith(t, func(o apitest.Operation) bool { return o.NeedsLogin })
	require.GreaterOrEqual(t, len(needs), 7)
	for i, o := range needs {
		k := s.Kitchen(t, fmt.Sprintf("cook-%d", i), "")
		r := k.Prepare(t, o)
		ageLogin(t, s, k.Client, "10 minutes 1 second")
		old, before := k.Access, everyRow(t, s)

		requireOldLogin(t, r.Send(t, k.Client))
		requireOldLogin(t, r.Send(t, k.Client, "Content-Type: text/plain")) // the login is checked before the rest
		require.Equal(t, before, everyRow(t, s), o.ID)

		reauthenticate(t, k.Client, apitest.Password)
		renewed := k.Access
		k.Access = old
		requireOldLogin(t, r.Send(t, k.Client))
		k.Access = renewed
		k.Refresh(t).Is(t, http.StatusOK) // a refresh keeps the time of the login
		r.Send(t, k.Client).Is(t, r.Success())

		fresh := s.Kitchen(t, fmt.Sprintf("fresh-%d", i), "")
		r = fresh.Prepare(t, o)
		ageLogin(t, s, fresh.Client, "9 minutes")
		r.Send(t, fresh.Client).Is(t, r.Success())
	}
}

func TestOperationsThatNeedNoRecentLoginAcceptAnOldOne(t *testing.T) {
	t.Parallel()
	s := startWithReauth(t)
	k := s.Kitchen(t, "cook", "")
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken && !o.NeedsLogin }) {
		reauthenticate(t, k.Client, apitest.Password) // creating an API token needs a recent login
		r := k.Prepare(t, o)
		ageLogin(t, s, k.Client, "300 days")
		r.Succeed(t, k.Client)
	}
}

func TestReauthenticate(t *testing.T) {
	t.Parallel()
	s := startWithReauth(t)

	t.Run("ReturnsAnAccessTokenOfTheSameSession", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "again")
		ageLogin(t, s, c, "1 hour")
		before := claimsOf(t, c.Access)

		a := c.Call(t, http.MethodPost, reauthenticatePath, map[string]string{"password": apitest.Password}).Is(t, http.StatusOK)

		require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		require.Nil(t, a.RefreshCookie())
		after := claimsOf(t, a.Access(t))
		require.Equal(t, before["sid"], after["sid"])
		require.Greater(t, after["auth_time"].(float64), before["auth_time"].(float64)+3500)
		require.NotEqual(t, before["jti"], after["jti"])
		require.EqualValues(t, 1, s.Int(t, `select count(*) from sessions s join users u on u.id = s.user_id where username = 'again'`))
	})

	t.Run("RefusesAWrongPasswordAsALoginDoes", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "wrong")
		for _, password := range []string{"wrong password", apitest.Password + " ", strings.ToUpper(apitest.Password)} {
			a := c.Call(t, http.MethodPost, reauthenticatePath, map[string]string{"password": password}).Is(t, http.StatusUnauthorized)
			require.Equal(t, "no_active_account", a.Problem(t).Code)
			require.Equal(t, `Bearer realm="api"`, a.Header.Get("WWW-Authenticate"), "the token is valid")
		}
		c.Refresh(t).Is(t, http.StatusOK)
	})

	t.Run("RefusesTheTokenOfAnEndedSession", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "ended")
		c.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
		a := c.Call(t, http.MethodPost, reauthenticatePath, map[string]string{"password": apitest.Password}).Is(t, http.StatusUnauthorized)
		require.Equal(t, "token_not_valid", a.Problem(t).Code)
	})
}
