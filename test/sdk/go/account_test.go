package ocipe_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// startStrict starts a server on which a login counts as recent for ten minutes.
func startStrict(t *testing.T) *apitest.Server {
	t.Helper()
	return apitest.Start(t, func(c *apitest.Config) { c.ReauthAge, c.Clock = 10*time.Minute, time.Now })
}

func newUser(t *testing.T, s *apitest.Server, name string, options ...ocipe.Option) *ocipe.Client {
	t.Helper()
	c, err := ocipe.New(s.URL, options...)
	require.NoError(t, err)
	require.NoError(t, c.Register(t.Context(), name, apitest.Password))
	require.NoError(t, c.Login(t.Context(), name, apitest.Password))
	return c
}

// makeLoginsOld makes all logins older than ten minutes. Access tokens keep the time of their login, so clients must refresh to notice.
func makeLoginsOld(t *testing.T, s *apitest.Server) {
	t.Helper()
	s.Exec(t, `update sessions set auth_at = auth_at - interval '1 hour'`)
}

func requireCode(t *testing.T, err error, status int, code api.ProblemCode) {
	t.Helper()
	e, ok := errors.AsType[*ocipe.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, status, e.Status)
	require.Equal(t, code, e.Code)
}

func TestAccount(t *testing.T) {
	t.Parallel()
	s := startStrict(t)

	t.Run("IsManagedByItsOwner", func(t *testing.T) {
		t.Parallel()
		c := newUser(t, s, "owner")
		got, err := c.GetAccount(t.Context())
		require.NoError(t, err)
		require.Equal(t, "owner", got.Username)
		renamed, err := c.UpdateAccount(t.Context(), api.AccountPatch{Username: new("owner.2")})
		require.NoError(t, err)
		require.Equal(t, "owner.2", renamed.Username)

		other, err := ocipe.New(s.URL)
		require.NoError(t, err)
		require.NoError(t, other.Login(t.Context(), "owner.2", apitest.Password))
		list, err := c.ListSessions(t.Context())
		require.NoError(t, err)
		require.Len(t, list, 2)
		require.NoError(t, c.EndSession(t.Context(), list[0].ID))
		_, err = other.GetAccount(t.Context())
		requireCode(t, err, http.StatusUnauthorized, api.ProblemCodeTokenNotValid)

		require.NoError(t, c.ChangePassword(t.Context(), apitest.Password, "soft-boiled at seven"))
		require.NoError(t, other.Login(t.Context(), "owner.2", "soft-boiled at seven"))
		require.NoError(t, c.EndOtherSessions(t.Context()))
		require.NoError(t, c.DeleteAccount(t.Context()))
		require.False(t, c.LoggedIn())
		requireCode(t, c.Login(t.Context(), "owner.2", "soft-boiled at seven"), http.StatusUnauthorized, api.ProblemCodeNoActiveAccount)
	})
}

func TestReauthentication(t *testing.T) {
	t.Parallel()

	t.Run("AsksForThePasswordOnceAndRepeatsTheCall", func(t *testing.T) {
		t.Parallel()
		s := startStrict(t)
		asked := 0
		stored := ""
		first := newUser(t, s, "cook", ocipe.WithRefreshTokenFunc(func(token string) { stored = token }))
		require.True(t, first.LoggedIn())
		makeLoginsOld(t, s)
		c, err := ocipe.New(s.URL, ocipe.WithRefreshToken(stored), ocipe.WithPasswordFunc(func(context.Context) (string, error) {
			asked++
			return apitest.Password, nil
		}))
		require.NoError(t, err)
		renamed, err := c.UpdateAccount(t.Context(), api.AccountPatch{Username: new("chef")})
		require.NoError(t, err)
		require.Equal(t, "chef", renamed.Username)
		require.NoError(t, c.EndOtherSessions(t.Context()))
		require.Equal(t, 1, asked)
	})

	t.Run("ReturnsTheErrorWithoutAPassword", func(t *testing.T) {
		t.Parallel()
		s := startStrict(t)
		stored := ""
		newUser(t, s, "cook", ocipe.WithRefreshTokenFunc(func(token string) { stored = token }))
		makeLoginsOld(t, s)
		c, err := ocipe.New(s.URL, ocipe.WithRefreshToken(stored))
		require.NoError(t, err)
		requireCode(t, c.EndOtherSessions(t.Context()), http.StatusUnauthorized, api.ProblemCodeReauthenticationRequired)
		requireCode(t, c.Reauthenticate(t.Context(), "wrong password"), http.StatusUnauthorized, api.ProblemCodeNoActiveAccount)
		require.True(t, c.LoggedIn(), "the session continues")
		require.NoError(t, c.Reauthenticate(t.Context(), apitest.Password))
		require.NoError(t, c.EndOtherSessions(t.Context()))
	})

	t.Run("UsesThePasswordOfTheLogin", func(t *testing.T) {
		t.Parallel()
		s := startStrict(t)
		stored := ""
		newUser(t, s, "cook", ocipe.WithRefreshTokenFunc(func(token string) { stored = token }))
		makeLoginsOld(t, s)
		c, err := ocipe.New(s.URL, ocipe.WithRefreshToken(stored), ocipe.WithLogin("cook", apitest.Password))
		require.NoError(t, err)
		require.NoError(t, c.EndOtherSessions(t.Context()))
	})

	t.Run("ReturnsTheErrorOfTheFunction", func(t *testing.T) {
		t.Parallel()
		s := startStrict(t)
		stored, cancelled := "", errors.New("cancelled")
		newUser(t, s, "cook", ocipe.WithRefreshTokenFunc(func(token string) { stored = token }))
		makeLoginsOld(t, s)
		c, err := ocipe.New(s.URL, ocipe.WithRefreshToken(stored), ocipe.WithPasswordFunc(func(context.Context) (string, error) { return "", cancelled }))
		require.NoError(t, err)
		require.ErrorIs(t, c.DeleteAccount(t.Context()), cancelled)
	})
}
