package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestRefresh(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("RotatesTheCookie", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "rotates")
		before := c.RefreshToken(t)

		a := c.Refresh(t).Is(t, http.StatusOK)
		require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		require.NotEqual(t, before, a.RefreshCookie().Value)
		require.Equal(t, "refresh_token="+a.RefreshCookie().Value+"; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
		require.NotContains(t, a.Text, a.RefreshCookie().Value)
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
	})

	t.Run("TakesTheTokenFromTheBodyIfThereIsNoCookie", func(t *testing.T) {
		t.Parallel()
		token := s.User(t, "bodytoken").RefreshToken(t)
		c := cookieless(t, s)
		for _, header := range []string{"Cookie:", "Cookie: refresh_token=", `Cookie: refresh_token=""`, "Cookie: other=1; refresh_token=; x"} {
			a := c.Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`", "more": null}`, header).Is(t, http.StatusOK)
			require.NotEmpty(t, a.RefreshCookie().Value)
		}
	})

	t.Run("ReadsNoBodyBesideACookie", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "nobody-reads")
		for _, body := range []string{`{"refresh": "garbage"}`, `{"refresh": 7}`, `not json`, strings.Repeat("x", 2<<20)} {
			c.Do(t, http.MethodPost, refreshPath, body, "Content-Type: text/plain").Is(t, http.StatusOK)
		}
	})

	t.Run("RespondsWith400WithoutAToken", func(t *testing.T) {
		t.Parallel()
		c := cookieless(t, s)
		for _, header := range []string{"Cookie:", "Cookie: refresh_token=", `Cookie: refresh_token=""`, "Cookie: refresh_tokens=a; Refresh_Token=b"} {
			for body, field := range map[string]string{``: "refresh:required", `{}`: "refresh:required", `{"refresh": null}`: "refresh:required", `{"refresh": ""}`: "refresh:blank"} {
				a := c.Do(t, http.MethodPost, refreshPath, body, header).Is(t, http.StatusBadRequest)
				require.Equal(t, []string{field}, a.Problem(t).Fields())
				require.Empty(t, a.Cookies())
			}
		}
		require.Equal(t, []string{"refresh:not_a_string"}, c.Do(t, http.MethodPost, refreshPath, `{"refresh": 7}`).Problem(t).Fields())
		require.Equal(t, []string{"refresh:too_long"}, c.Do(t, http.MethodPost, refreshPath, `{"refresh": "`+strings.Repeat("x", 16385)+`"}`).Problem(t).Fields())
	})

	t.Run("RejectsInvalidTokensAndClearsTheCookie", func(t *testing.T) {
		t.Parallel()
		user := s.User(t, "clears")
		c := cookieless(t, s)
		for name, token := range map[string]string{
			"garbage": "garbage", "an access token": user.Access, "odd characters": "\\é,", "a long one": strings.Repeat("x", 2049),
			"a longer one": strings.Repeat("x", 16384), "the longest": strings.Repeat("x", 20000), "percent": "%zz", "two dots": "..",
		} {
			a := c.Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token).Is(t, http.StatusUnauthorized)
			require.Equal(t, "Token is invalid or expired", a.Problem(t).Detail)
			require.Equal(t, "token_not_valid", a.Problem(t).Code)
			require.Equal(t, `Bearer realm="api", error="invalid_token"`, a.Header.Get("WWW-Authenticate"))
			require.Equal(t, "refresh_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"), name)
		}
		for _, token := range []string{"garbage", user.Access, strings.Repeat("x", 16384)} {
			a := c.Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`"}`).Is(t, http.StatusUnauthorized)
			require.Empty(t, a.Cookies(), "it didn't come by cookie")
		}
	})

	t.Run("TakesTheFirstAcceptableOfSeveralCookies", func(t *testing.T) {
		t.Parallel()
		user := s.User(t, "several")
		old := user.RefreshToken(t)
		user.Refresh(t)
		current := user.RefreshToken(t)
		s.Exec(t, `update sessions set served_at = served_at - interval '1 hour', gen_at = gen_at - interval '1 hour', ring_at = array(select t - interval '1 hour' from unnest(ring_at) t) where user_id = (select id from users where username = 'several')`)

		a := cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token=garbage; refresh_token="+old+"; refresh_token=\""+current+"\"").Is(t, http.StatusOK)
		require.EqualValues(t, 3, claimsOf(t, a.RefreshCookie().Value)["gen"])
	})

	t.Run("IgnoresTheAuthorizationHeader", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "stale-header")
		for _, h := range []string{"Authorization: Bearer stale", "Authorization: Bearer", "Authorization: Basic eDp5"} {
			require.Equal(t, http.StatusOK, c.Do(t, http.MethodPost, refreshPath, "", h).StatusCode)
		}
	})
}

func TestReplicas(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	one, two := servers[0], servers[1]

	t.Run("AHundredParallelRefreshesAllSucceedWithOneToken", func(t *testing.T) {
		user := one.User(t, "parallel")
		token := user.RefreshToken(t)
		responses := make([]*apitest.Response, 100)
		refreshes := make([]func(testing.TB), len(responses))
		for i := range responses {
			c := cookieless(t, []*apitest.Server{one, two}[i%2])
			refreshes[i] = func(t testing.TB) {
				responses[i] = c.Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token)
			}
		}
		apitest.AtOnce(t, refreshes...)

		for _, a := range responses {
			require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
			require.Equal(t, responses[0].RefreshCookie().Value, a.RefreshCookie().Value, "byte for byte")
			require.Equal(t, http.StatusOK, fridgeStatus(t, two, a.Access(t)))
		}
		require.EqualValues(t, 2, one.Int(t, `select gen from sessions`), "one rotation")
	})

	t.Run("ALogoutEndsAccessTokensOnTheOtherServer", func(t *testing.T) {
		user := one.User(t, "leaves")
		require.Equal(t, http.StatusOK, fridgeStatus(t, two, user.Access))

		require.Equal(t, http.StatusNoContent, user.Do(t, http.MethodPost, "/api/user/logout/", "").StatusCode)

		require.Equal(t, http.StatusUnauthorized, user.FridgeStatus(t), "here at once")
		pgtest.Eventually(t, func() bool { return fridgeStatus(t, two, user.Access) == http.StatusUnauthorized })
	})

	t.Run("AStartingServerKnowsWhatHasEnded", func(t *testing.T) {
		user := one.User(t, "early")
		require.Equal(t, http.StatusNoContent, user.Do(t, http.MethodPost, "/api/user/logout/", "").StatusCode)
		require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, one.Replica(t), user.Access))
	})
}

// TestReuseOfARefreshToken tests the responses that clients get. internal/session tests the rules.
func TestReuseOfARefreshToken(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "stolen")
	first := user.RefreshToken(t)
	user.Refresh(t)
	user.Refresh(t)
	require.Equal(t, http.StatusOK, user.FridgeStatus(t))
	s.Exec(t, `update sessions set served_at = served_at - interval '1 hour', gen_at = gen_at - interval '1 hour',
		ring_at = array(select at - interval '1 hour' from unnest(ring_at) with ordinality as r(at, n) order by n)`)

	thief := cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+first).Is(t, http.StatusUnauthorized)
	require.Equal(t, -1, thief.RefreshCookie().MaxAge)
	require.Equal(t, http.StatusUnauthorized, user.FridgeStatus(t))
	require.Equal(t, http.StatusUnauthorized, user.Refresh(t).StatusCode)
	require.Contains(t, s.Logs.String(), "used again")
}

func TestAnExpiredRefreshTokenIsRejected(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.Sessions.RefreshTTL = time.Minute })
	user := s.User(t, "brief")
	later := s.Replica(t, clockAhead(2*time.Minute))
	cookieless(t, later).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+user.RefreshToken(t)).Is(t, http.StatusUnauthorized)
	require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, later, user.Access))
}

func TestACookieOfAnUnknownKeyIsRefusedButKept(t *testing.T) {
	t.Parallel()
	own, other := apitest.Shared(t)[0], apitest.Start(t) // with other keys
	c := own.User(t, "keeps-the-cookie")

	a := cookieless(t, other).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+c.RefreshToken(t)).Is(t, http.StatusUnauthorized)

	require.Empty(t, a.Header.Values("Set-Cookie"))
	require.Equal(t, "token_not_valid", a.Problem(t).Code)
	c.Refresh(t).Is(t, http.StatusOK)
}
