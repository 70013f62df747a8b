package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/throttle"
)

func rename(t *testing.T, c *apitest.Client, name string) *apitest.Response {
	t.Helper()
	return c.Call(t, http.MethodPatch, mePath, map[string]string{"username": name})
}

func TestRenamingTellsTakenNamesNoMoreOftenThanTheRegistration(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 2 })
	c := s.User(t, "asks")
	s.Client(t).Register(t, "taken")

	rename(t, c, "taken").Is(t, http.StatusBadRequest)
	s.Client(t).Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("taken", apitest.Password))
	rename(t, c, "asks.more").Is(t, http.StatusOK) // a free name isn't counted
	rename(t, c, "taken").Is(t, http.StatusBadRequest)

	for _, name := range []string{"taken", "free"} { // the response for a taken name is now the same as for a free one
		a := rename(t, c, name).Is(t, http.StatusTooManyRequests)
		require.Equal(t, "too_many_registrations", a.Problem(t).Code)
		require.Equal(t, `"taken-names";q=2;w=3600`, a.Header.Get("RateLimit-Policy"))
		require.NotEmpty(t, a.Header.Get("Retry-After"))
	}
	require.Equal(t, "asks.more", getAccount(t, c).Username)
}

func TestGuessesAtANameBeforeItsRegistrationDoNotDelayItsOwner(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, behindProxy, func(c *apitest.Config) { c.Attempts = throttle.DefaultLimits(30) })
	guessUntilRejected(t, s, "newborn")
	guessUntilRejected(t, s, "bystander")
	c := s.User(t, "newborn") // also logs in

	guessUntilRejected(t, s, "reborn")
	rename(t, c, "Reborn").Is(t, http.StatusOK)
	s.Client(t).Login(t, "reborn")
	require.EqualValues(t, 1, s.Int(t, `select count(*) from login_failures`), "the failures at other names stay")
}

// guessUntilRejected logs in with wrong passwords, each from another address, until the name is blocked.
func guessUntilRejected(t *testing.T, s *apitest.Server, name string) {
	t.Helper()
	for n := range 10 {
		a := s.Client(t).Do(t, http.MethodPost, loginPath, apitest.Credentials(name, "wrong"), forwardedFor(n))
		if a.StatusCode == http.StatusTooManyRequests {
			return
		}
		a.Is(t, http.StatusUnauthorized)
	}
	require.Fail(t, "every guess was accepted")
}

func TestAnotherNameBuysNoNewGuesses(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, behindProxy, func(c *apitest.Config) { c.Attempts = throttle.DefaultLimits(30) })
	thief := s.User(t, "victim")
	for n, name := range []string{"victim2", "victim3", "Victim3", "victim"} {
		s.Client(t).Do(t, http.MethodPost, loginPath, apitest.Credentials(getAccount(t, thief).Username, "wrong"), forwardedFor(n)).Is(t, http.StatusUnauthorized)
		rename(t, thief, name).Is(t, http.StatusOK)
	}
	require.EqualValues(t, 1, s.Int(t, `select count(*) from login_failures`))
	require.EqualValues(t, 4, s.Int(t, `select strangers from login_failures`))
	s.Client(t).Do(t, http.MethodPost, loginPath, apitest.Credentials("victim", "wrong"), forwardedFor(5)).Is(t, http.StatusUnauthorized)
	require.EqualValues(t, 5, s.Int(t, `select strangers from login_failures`))
}

func TestTheSameNameAgainIsNoEvent(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "Same.Again")
	rename(t, c, "Same.Again").Is(t, http.StatusOK)
	rename(t, c, "same.again").Is(t, http.StatusOK)
	var names []string
	for _, e := range apitest.Decode[[]models.SecurityEvent](t, c.Call(t, http.MethodGet, "/api/user/activity/", nil)) {
		if e.Kind == "username_changed" {
			names = append(names, e.Detail)
		}
	}
	require.Equal(t, []string{"same.again"}, names)
}
