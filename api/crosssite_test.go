package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestCrossSite(t *testing.T) {
	t.Parallel()
	const allowed, evil = "https://app.example.org", "https://evil.example.org"
	s := apitest.Start(t, func(c *apitest.Config) { c.AllowedOrigins = []string{allowed} })
	c := s.User(t, "crossed")
	guarded := []string{"/api/user/token/", "/api/user/token/refresh", "/api/user/logout/"}

	t.Run("RefusesOtherSites", func(t *testing.T) {
		for _, headers := range [][]string{
			{"Origin: " + evil}, {"Origin: null"}, {"Origin: " + evil, "Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: cross-site"},
			{"Origin: https://app.example.org.evil.example.org"}, {"Origin: http://app.example.org"}, {"Sec-Fetch-Site: same-site"},
		} {
			for _, path := range guarded {
				a := c.Do(t, http.MethodPost, path, apitest.Credentials("crossed", apitest.Password), headers...)
				require.Equal(t, http.StatusForbidden, a.StatusCode, path)
				require.Equal(t, "cross_site_request", a.Problem(t).Code)
				require.Contains(t, a.Problem(t).Detail, "OCIPE_ALLOWED_ORIGINS")
				require.Empty(t, a.Cookies())
				require.Empty(t, a.Header.Get("Access-Control-Allow-Origin"))
			}
		}
		require.EqualValues(t, 1, s.Int(t, `select gen from sessions`), "nothing has changed")
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
	})

	t.Run("TakesAllowedOriginsAndItsOwn", func(t *testing.T) {
		for _, headers := range [][]string{
			{"Origin: " + allowed, "Sec-Fetch-Site: cross-site"}, {"Origin: " + apitest.PublicURL, "Sec-Fetch-Site: cross-site"},
			{"Sec-Fetch-Site: same-origin"}, {"Sec-Fetch-Site: none"}, {},
		} {
			a := c.Do(t, http.MethodPost, "/api/user/token/refresh/", "", headers...)
			require.Equal(t, http.StatusOK, a.StatusCode, headers)
		}
	})

	t.Run("LetsAllowedOriginsReadEveryAnswer", func(t *testing.T) {
		for path, status := range map[string]int{"/api/fridge": 401, "/nope": 404, "/api/user/token": 405, "/api/monitoring/healthz/": 200} {
			a := c.Do(t, http.MethodGet, path, "", "Origin: "+allowed)
			require.Equal(t, status, a.StatusCode)
			require.Equal(t, allowed, a.Header.Get("Access-Control-Allow-Origin"), path)
			require.Equal(t, "true", a.Header.Get("Access-Control-Allow-Credentials"))
			require.Contains(t, a.Header.Values("Vary"), "Origin")
			require.Contains(t, a.Header.Get("Access-Control-Expose-Headers"), "X-Request-Id")
		}
		require.Empty(t, c.Do(t, http.MethodGet, "/api/fridge", "", "Origin: "+evil).Header.Get("Access-Control-Allow-Origin"))
	})

	t.Run("AnswersPreflights", func(t *testing.T) {
		for _, path := range []string{"/api/fridge", "/api/user/token/refresh/", "/api/user/logout"} {
			a := c.Do(t, http.MethodOptions, path, "", "Origin: "+allowed, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type")
			require.Equal(t, http.StatusNoContent, a.StatusCode)
			require.Equal(t, allowed, a.Header.Get("Access-Control-Allow-Origin"))
			require.Equal(t, "true", a.Header.Get("Access-Control-Allow-Credentials"))
			require.Equal(t, "authorization,content-type", a.Header.Get("Access-Control-Allow-Headers"))
			require.Equal(t, "POST", a.Header.Get("Access-Control-Allow-Methods"))
			refused := c.Do(t, http.MethodOptions, path, "", "Origin: "+evil, "Access-Control-Request-Method: POST")
			require.Empty(t, refused.Header.Get("Access-Control-Allow-Origin"))
			require.Empty(t, refused.Header.Get("Access-Control-Allow-Methods"))
		}
	})

	t.Run("AllowsNobodyUnlessTold", func(t *testing.T) {
		plain := apitest.Start(t)
		a := plain.Client(t).Do(t, http.MethodGet, "/api/monitoring/healthz/", "", "Origin: "+allowed)
		require.Empty(t, a.Header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, http.StatusForbidden, plain.Client(t).Do(t, http.MethodPost, "/api/user/logout/", "", "Origin: "+allowed).StatusCode)
		require.Equal(t, http.StatusBadRequest, plain.Client(t).Do(t, http.MethodPost, "/api/user/register/", "{}", "Origin: "+allowed).StatusCode, "registering uses no cookie")
	})
}
