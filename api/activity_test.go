package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

const activityPath = "/api/user/activity/"

func activityOf(t *testing.T, c *apitest.Client) (kinds []string) {
	t.Helper()
	for _, e := range apitest.Decode[models.SecurityEvents](t, c.Call(t, http.MethodGet, activityPath, nil).Is(t, http.StatusOK)) {
		kinds = append(kinds, string(e.Kind))
	}
	return kinds
}

func TestActivity(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("TellsTheOwnerWhatHappened", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "watchful")
		other := s.Client(t)
		other.Login(t, "watchful")
		other.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
		third := s.Client(t)
		third.Login(t, "watchful")
		c.Call(t, http.MethodDelete, "/api/user/sessions/"+third.SessionID(t)+"/", nil).Is(t, http.StatusNoContent)
		c.Call(t, http.MethodDelete, "/api/user/sessions/", nil).Is(t, http.StatusNoContent)
		c.Call(t, http.MethodPost, "/api/user/reauthenticate/", map[string]string{"password": apitest.Password}).Is(t, http.StatusOK)
		c.Call(t, http.MethodPatch, mePath, map[string]string{"username": "Watchful.Too"}).Is(t, http.StatusOK)
		c.Call(t, http.MethodPost, passwordPath, map[string]string{"old_password": apitest.Password, "new_password": newPassword}).Is(t, http.StatusNoContent)

		require.Equal(t, []string{
			"password_changed", "username_changed", "reauthenticated", "sessions_ended", "session_ended", "logged_in", "logged_out", "logged_in", "logged_in", "registered",
		}, activityOf(t, c))
	})

	t.Run("HasFailedLoginsWithTheirClient", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "attacked")
		thief := s.Client(t)
		thief.Agent = "curl/8.5.0"
		thief.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("ATTACKED", "a wrong password")).Is(t, http.StatusUnauthorized)
		c.Call(t, http.MethodPost, "/api/user/reauthenticate/", map[string]string{"password": "a wrong password"}).Is(t, http.StatusUnauthorized)

		pgtest.Eventually(t, func() bool { return len(activityOf(t, c)) == 4 })

		events := apitest.Decode[models.SecurityEvents](t, c.Call(t, http.MethodGet, activityPath, nil))
		require.Equal(t, models.SecurityEventKindLoginFailed, events[1].Kind)
		require.Equal(t, "curl", events[1].Client)
		require.NotContains(t, c.Call(t, http.MethodGet, activityPath, nil).Text, "wrong password")
	})

	t.Run("HasPages", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "paged")
		first := c.Call(t, http.MethodGet, activityPath+"?limit=1", nil).Is(t, http.StatusOK)
		require.Contains(t, first.Text, "logged_in")
		next := first.Header.Get("Link")
		second := c.Call(t, http.MethodGet, next[strings.Index(next, activityPath):strings.Index(next, ">")], nil).Is(t, http.StatusOK)
		require.Contains(t, second.Text, "registered")
		require.Empty(t, second.Header.Get("Link"))
	})
}

func TestPasswordReset(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	const path, code = "/api/user/password/reset/", "ABCDE-FGHIJ-KLMNO"
	reset := func(t testing.TB, name, code, password string) *apitest.Response {
		t.Helper()
		return s.Client(t).Call(t, http.MethodPost, path, map[string]string{"username": name, "code": code, "new_password": password})
	}

	t.Run("EndsAllSessionsAndIsLogged", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "forgetful")
		s.AddResetCode(t, "forgetful", code)
		script := withAPIToken(t, c, "fridge:read")
		require.Equal(t, http.StatusOK, script.FridgeStatus(t))

		reset(t, "FORGETFUL", " abcde fghijklmno ", newPassword).Is(t, http.StatusNoContent)

		require.Equal(t, http.StatusUnauthorized, script.FridgeStatus(t), "somebody else may have made it")
		require.Equal(t, http.StatusUnauthorized, c.FridgeStatus(t))
		c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("forgetful", apitest.Password)).Is(t, http.StatusUnauthorized)
		again := c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("forgetful", newPassword)).Is(t, http.StatusOK)
		c.Access = again.Access(t)
		require.Contains(t, activityOf(t, c), "password_reset")
	})

	t.Run("TakesACodeOnceAndOnlyOfItsAccount", func(t *testing.T) {
		t.Parallel()
		s.User(t, "once")
		s.User(t, "another")
		s.AddResetCode(t, "once", code)
		for name, c := range map[string]string{"another": code, "once": code + "A", "nobody": code} {
			a := reset(t, name, c, newPassword).Is(t, http.StatusBadRequest)
			require.Equal(t, []string{"code:wrong"}, a.Problem(t).Fields(), name)
		}
		a := reset(t, "once", code, "once").Is(t, http.StatusBadRequest)
		require.Contains(t, a.Text, "new_password", "the code is still good")

		reset(t, "once", code, newPassword).Is(t, http.StatusNoContent)

		reset(t, "once", code, newPassword).Is(t, http.StatusBadRequest)
	})

	t.Run("TakesNoExpiredCode", func(t *testing.T) {
		t.Parallel()
		s.User(t, "late")
		s.AddResetCode(t, "late", code)
		s.Exec(t, `update password_reset_codes set expires_at = clock_timestamp() where user_id = (select id from users where username = 'late')`)
		reset(t, "late", code, newPassword).Is(t, http.StatusBadRequest)
	})

	t.Run("OfSeveralCallsAtOnceOneSucceeds", func(t *testing.T) {
		t.Parallel()
		s.User(t, "raced")
		s.AddResetCode(t, "raced", code)
		responses := make(chan int, 8)
		apitest.AtOnce(t, slices.Repeat([]func(testing.TB){func(t testing.TB) {
			responses <- reset(t, "raced", code, newPassword).StatusCode
		}}, cap(responses))...)
		statuses := map[int]int{}
		for range cap(responses) {
			statuses[<-responses]++
		}
		require.Equal(t, map[int]int{http.StatusNoContent: 1, http.StatusBadRequest: 7}, statuses)
	})
}
