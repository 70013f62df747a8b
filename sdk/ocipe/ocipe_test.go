package ocipe_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestAWeek lives the story of the kitchen. OCIPE_TEST_URL may name a running server, or what stands before one.
func TestAWeek(t *testing.T) {
	t.Parallel()
	base := os.Getenv("OCIPE_TEST_URL")
	if base == "" {
		base = apitest.Start(t).URL
	}
	c, err := ocipe.New(base)
	require.NoError(t, err)
	ctx, name := t.Context(), "amélie-"+time.Now().Format("150405.000000000")
	_, err = c.RegisterUserWithResponse(ctx, models.Registration{Username: name, Password: apitest.Password})
	require.NoError(t, err)
	require.NoError(t, c.Login(ctx, name, apitest.Password))
	plan := apitest.PlanAWeek(t, c.ClientWithResponses)
	apitest.RememberTheWeek(t, c.ClientWithResponses, plan)
	require.NoError(t, c.Logout(ctx))
	require.False(t, c.LoggedIn())
}

func TestCallsThatNeedATokenAtOnceRefreshOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, w := newClient(t, s)
	logIn(t, c)
	w.expire()

	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := c.AddGroceryItemsWithResponse(t.Context(), models.NewGroceryItems{Items: "milk"})
			require.NoError(t, err) //nolint:testifylint // an error ends nothing but this call
		})
	}
	all.Wait()
	require.EqualValues(t, 1, w.refreshes.Load())
	list, err := c.ListGroceryItemsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, *list.JSON200, 20, "the repeated calls carried their bodies")
}

func TestASessionGoesOnInAnotherProgram(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	var kept []string
	c, w := newClient(t, s, ocipe.WithRefreshTokenFunc(func(token string) { kept = append(kept, token) }))
	require.False(t, c.LoggedIn())
	logIn(t, c)
	w.expire()
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.Len(t, kept, 2)

	w = &wire{}
	again, err := ocipe.New(s.URL, ocipe.WithRefreshToken(kept[1]), ocipe.WithHTTPClient(&http.Client{Transport: w}))
	require.NoError(t, err)
	require.True(t, again.LoggedIn())
	_, err = again.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, w.calls.Load(), "no call is made without a token")

	require.NoError(t, again.Logout(t.Context()))
	require.False(t, again.LoggedIn())
	_, err = c.GetFridgeWithResponse(t.Context(), nil)
	require.Equal(t, models.ProblemCodeTokenNotValid, refusal(t, err).Code)
	require.False(t, c.LoggedIn(), "its session was the same")
	require.Len(t, kept, 3)
	require.Empty(t, kept[2])
}

func TestAProgramWithItsOwnAccountLogsInByItself(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, w := newClient(t, s, ocipe.WithLogin("amélie", apitest.Password))
	for range 2 {
		_, err := c.GetFridgeWithResponse(t.Context(), nil)
		require.NoError(t, err)
		w.expire()
		s.Exec(t, `update sessions set idle_expires_at = now() - interval '1 hour'`)
	}
	require.EqualValues(t, 2, w.logins.Load())
	require.EqualValues(t, 1, w.refreshes.Load())

	wrong, _ := ocipe.New(s.URL, ocipe.WithLogin("amélie", "eggs benedict at ten"))
	_, err := wrong.GetFridgeWithResponse(t.Context(), nil)
	require.Equal(t, models.ProblemCodeNoActiveAccount, refusal(t, err).Code)
	_, err = wrong.CheckHealthWithResponse(t.Context())
	require.NoError(t, err, "it needs no session")
}

func TestNothingButARefusalEndsASession(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, w := newClient(t, s)
	logIn(t, c)
	w.expire()
	for _, status := range []int{http.StatusBadGateway, http.StatusUnauthorized, http.StatusBadRequest} {
		w.interfere = func(r *http.Request) *http.Response {
			if r.URL.Path != refreshPath {
				return nil
			}
			return &http.Response{
				StatusCode: status, Body: io.NopCloser(strings.NewReader("<h1>a proxy</h1>")), Header: http.Header{"Retry-After": {"7"}}, Request: r,
			}
		}
		_, err := c.GetFridgeWithResponse(t.Context(), nil)
		refused := refusal(t, err)
		require.Equal(t, status, refused.Status)
		require.Equal(t, 7*time.Second, refused.RetryAfter)
		require.Empty(t, refused.Code)
		require.True(t, c.LoggedIn())
	}

	w.interfere = nil
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
}

func TestALogoutWinsOverARefreshUnderWay(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, w := newClient(t, s)
	logIn(t, c)
	w.expire()
	w.interfere = func(r *http.Request) *http.Response {
		if r.URL.Path == refreshPath {
			// The server has refreshed, and its answer is on the way.
			res, err := http.DefaultTransport.RoundTrip(r)
			require.NoError(t, err)
			require.NoError(t, c.Logout(r.Context()))
			return res
		}
		return nil
	}
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.Equal(t, http.StatusUnauthorized, refusal(t, err).Status)
	require.False(t, c.LoggedIn())
}

func TestAFailureSaysAllThatTheServerSaid(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, _ := newClient(t, s)
	_, err := c.RegisterUserWithResponse(t.Context(), models.Registration{Username: "a b", Password: "12345678"})
	refused := refusal(t, err)
	require.Equal(t, http.StatusBadRequest, refused.Status)
	require.Equal(t, models.ProblemCodeInvalidInput, refused.Code)
	require.Len(t, refused.Fields, 2)
	require.Len(t, refused.RequestID, 16)
	require.ErrorContains(t, err, "username")
	require.ErrorContains(t, err, "password")
	require.NotContains(t, err.Error(), "12345678")

	elsewhere := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(elsewhere.Close)
	lost, _ := ocipe.New(elsewhere.URL)
	_, err = lost.CheckHealthWithResponse(t.Context())
	require.ErrorContains(t, err, "check the URL")
	for _, wrong := range []string{"", ":", "cook.example.org", "cook.example.org:8080", "ftp://cook.example.org", "/api"} {
		_, err = ocipe.New(wrong)
		require.ErrorContains(t, err, "https://cook.example.org", wrong)
	}
}

func TestPagesFollowOneAnother(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c, _ := newClient(t, s, ocipe.WithLogin("amélie", apitest.Password))
	week := apitest.PlanAWeek(t, c.ClientWithResponses)
	for range 2 {
		_, err := c.PlanGroceriesWithResponse(t.Context(), models.PlanRequest{RecipeIds: week.Recipes})
		require.NoError(t, err)
	}
	params, pages := models.ListPlansParams{Limit: new(int64(1))}, 0
	for more := true; more; pages++ {
		page, err := c.ListPlansWithResponse(t.Context(), &params)
		require.NoError(t, err)
		require.Len(t, *page.JSON200, 1)
		next := ocipe.NextCursor(page.HTTPResponse)
		params.Cursor, more = &next, next != ""
	}
	require.Equal(t, 3, pages)
}
