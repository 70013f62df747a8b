package ocipe_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

func TestConcurrentCallsRefreshOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, tr := newClient(t, s)
	logIn(t, c)
	tr.expireToken()

	var calls sync.WaitGroup
	for range 20 {
		calls.Go(func() {
			_, err := c.AddGroceryItemsWithResponse(t.Context(), api.NewGroceryItems{Items: "milk"})
			assert.NoError(t, err)
		})
	}
	calls.Wait()
	require.EqualValues(t, 1, tr.refreshes.Load())
	list, err := c.ListGroceryItemsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, *list.JSON200, 20, "the repeated calls must have their bodies")
}

func TestASessionContinuesInAnotherProgram(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	var stored []string
	c, tr := newClient(t, s, ocipe.WithRefreshTokenFunc(func(token string) { stored = append(stored, token) }))
	require.False(t, c.LoggedIn())
	logIn(t, c)
	tr.expireToken()
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, stored, 2)

	tr = &transport{}
	again, err := ocipe.New(s.URL, ocipe.WithRefreshToken(stored[1]), ocipe.WithHTTPClient(&http.Client{Transport: tr}))
	require.NoError(t, err)
	require.True(t, again.LoggedIn())
	_, err = again.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, tr.calls.Load(), "it must refresh first instead of calling without a token")

	require.NoError(t, again.Logout(t.Context()))
	require.False(t, again.LoggedIn())
	_, err = c.GetFridgeWithResponse(t.Context(), nil)
	require.Equal(t, api.ProblemCodeTokenNotValid, requireError(t, err).Code)
	require.False(t, c.LoggedIn(), "both clients had the same session")
	require.Len(t, stored, 3)
	require.Empty(t, stored[2])
}

func TestWithLoginLogsInWhenNeeded(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, tr := newClient(t, s, ocipe.WithLogin("amélie", apitest.Password))
	for range 2 {
		_, err := c.GetFridgeWithResponse(t.Context(), nil)
		require.NoError(t, err)
		tr.expireToken()
		s.Exec(t, `update sessions set idle_expires_at = now() - interval '1 hour'`)
	}
	require.EqualValues(t, 2, tr.logins.Load())
	require.EqualValues(t, 1, tr.refreshes.Load())

	wrong, _ := ocipe.New(s.URL, ocipe.WithLogin("amélie", "eggs benedict at ten"))
	_, err := wrong.GetFridgeWithResponse(t.Context(), nil)
	require.Equal(t, api.ProblemCodeNoActiveAccount, requireError(t, err).Code)
	_, err = wrong.CheckHealthWithResponse(t.Context())
	require.NoError(t, err, "this operation needs no session")
}

func TestAnErrorOfAProxyDoesNotEndTheSession(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, tr := newClient(t, s)
	logIn(t, c)
	tr.expireToken()
	for _, status := range []int{http.StatusBadGateway, http.StatusUnauthorized, http.StatusBadRequest} {
		tr.respond = func(r *http.Request) *http.Response {
			if r.URL.Path != refreshPath {
				return nil
			}
			return &http.Response{
				StatusCode: status, Body: io.NopCloser(strings.NewReader("<h1>a proxy</h1>")), Header: http.Header{"Retry-After": {"7"}}, Request: r,
			}
		}
		_, err := c.GetFridgeWithResponse(t.Context(), nil)
		e := requireError(t, err)
		require.Equal(t, status, e.Status)
		require.Equal(t, 7*time.Second, e.RetryAfter)
		require.Empty(t, e.Code)
		require.True(t, c.LoggedIn())
	}

	tr.respond = nil
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
}

func TestLogoutWinsOverARefreshInProgress(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, tr := newClient(t, s)
	logIn(t, c)
	tr.expireToken()
	tr.respond = func(r *http.Request) *http.Response {
		if r.URL.Path != refreshPath {
			return nil
		}
		// The server has refreshed the session, and the user logs out before the response arrives.
		res, err := http.DefaultTransport.RoundTrip(r)
		assert.NoError(t, err)
		assert.NoError(t, c.Logout(r.Context()))
		return res
	}
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.Equal(t, http.StatusUnauthorized, requireError(t, err).Status)
	require.False(t, c.LoggedIn())
}

func TestAnErrorHasAllThatTheServerSent(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, _ := newClient(t, s)
	_, err := c.RegisterUserWithResponse(t.Context(), api.Registration{Username: "a b", Password: "12345678"})
	e := requireError(t, err)
	require.Equal(t, http.StatusBadRequest, e.Status)
	require.Equal(t, api.ProblemCodeInvalidInput, e.Code)
	require.Len(t, e.Fields, 2)
	require.Len(t, e.RequestID, 16)
	require.ErrorContains(t, err, "username")
	require.ErrorContains(t, err, "password")
	require.NotContains(t, err.Error(), "12345678")
}

func TestNextCursorLeadsThroughAllPages(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, _ := newClient(t, s, ocipe.WithLogin("amélie", apitest.Password))
	soup, _ := importRecipes(t, c)
	for range 3 {
		_, err := c.PlanGroceriesWithResponse(t.Context(), api.PlanRequest{RecipeIds: []int64{soup}})
		require.NoError(t, err)
	}
	params, pages := api.ListPlansParams{Limit: new(int64(1))}, 0
	for more := true; more; pages++ {
		page, err := c.ListPlansWithResponse(t.Context(), &params)
		require.NoError(t, err)
		require.Len(t, *page.JSON200, 1)
		next := ocipe.NextCursor(page.HTTPResponse)
		params.Cursor, more = &next, next != ""
	}
	require.Equal(t, 3, pages)
}
