package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestRefresh(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("RotatesTheCookie", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "rotates")
		before := c.RefreshToken(t)

		a := c.Refresh(t)

		require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
		require.Equal(t, "no-store", a.Header.Get("Cache-Control"))
		require.NotEqual(t, before, a.RefreshCookie().Value)
		require.Equal(t, "refresh_token="+a.RefreshCookie().Value+"; Path=/; Max-Age=2592000; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"))
		require.NotContains(t, a.Text, a.RefreshCookie().Value)
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
	})

	t.Run("TakesTheTokenFromTheBodyWhereThereIsNoCookie", func(t *testing.T) {
		t.Parallel()
		token := s.User(t, "bodytoken").RefreshToken(t)
		c := cookieless(t, s)
		for _, header := range []string{"Cookie:", "Cookie: refresh_token=", `Cookie: refresh_token=""`, "Cookie: other=1; refresh_token=; x"} {
			a := c.Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`", "more": null}`, header)
			require.Equal(t, http.StatusOK, a.StatusCode, header)
			require.NotEmpty(t, a.RefreshCookie().Value)
		}
	})

	t.Run("ReadsNoBodyBesideACookie", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "nobody-reads")
		for _, body := range []string{`{"refresh": "garbage"}`, `{"refresh": 7}`, `not json`, strings.Repeat("x", 2<<20)} {
			a := c.Do(t, http.MethodPost, refreshPath, body, "Content-Type: text/plain")
			require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
		}
	})

	t.Run("Answers400WhereNoneIsGiven", func(t *testing.T) {
		t.Parallel()
		c := cookieless(t, s)
		for _, header := range []string{"Cookie:", "Cookie: refresh_token=", `Cookie: refresh_token=""`, "Cookie: refresh_tokens=a; Refresh_Token=b"} {
			for body, field := range map[string]string{``: "refresh:required", `{}`: "refresh:required", `{"refresh": null}`: "refresh:required", `{"refresh": ""}`: "refresh:blank"} {
				a := c.Do(t, http.MethodPost, refreshPath, body, header)
				require.Equal(t, http.StatusBadRequest, a.StatusCode, header+body)
				require.Equal(t, []string{field}, a.Problem(t).Fields())
				require.Empty(t, a.Cookies())
			}
		}
		require.Equal(t, []string{"refresh:not_a_string"}, c.Do(t, http.MethodPost, refreshPath, `{"refresh": 7}`).Problem(t).Fields())
		require.Equal(t, []string{"refresh:too_long"}, c.Do(t, http.MethodPost, refreshPath, `{"refresh": "`+strings.Repeat("x", 16385)+`"}`).Problem(t).Fields())
	})

	t.Run("RefusesAndClearsWhatIsNotAcceptable", func(t *testing.T) {
		t.Parallel()
		user := s.User(t, "clears")
		c := cookieless(t, s)
		for name, token := range map[string]string{
			"garbage": "garbage", "an access token": user.Access, "odd characters": "\\é,", "a long one": strings.Repeat("x", 2049),
			"a longer one": strings.Repeat("x", 16384), "the longest": strings.Repeat("x", 20000), "percent": "%zz", "two dots": "..",
		} {
			a := c.Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token)
			require.Equal(t, http.StatusUnauthorized, a.StatusCode, name)
			require.Equal(t, "Token is invalid or expired", a.Problem(t).Detail)
			require.Equal(t, "token_not_valid", a.Problem(t).Code)
			require.Equal(t, `Bearer realm="api", error="invalid_token"`, a.Header.Get("WWW-Authenticate"))
			require.Equal(t, "refresh_token=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=None", a.Header.Get("Set-Cookie"), name)
		}
		for _, token := range []string{"garbage", user.Access, strings.Repeat("x", 16384)} {
			a := c.Do(t, http.MethodPost, refreshPath, `{"refresh": "`+token+`"}`)
			require.Equal(t, http.StatusUnauthorized, a.StatusCode)
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

		a := cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token=garbage; refresh_token="+old+"; refresh_token=\""+current+"\"")

		require.Equal(t, http.StatusOK, a.StatusCode, "an old cookie beside the current one is no reuse")
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
