package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestAppsThatAreNoWebSites sends requests from the origins of app shells and browser extensions.
func TestAppsThatAreNoWebSites(t *testing.T) {
	t.Parallel()
	apps := []string{
		"capacitor://localhost", "ionic://localhost", "tauri://localhost", "app://-", "app://.", "app://localhost:3000",
		"chrome-extension://abcdefghijklmnopabcdefghijklmnop", "moz-extension://0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
		"safari-web-extension://E4A31F5B-0C4C-4D2A-9F3B-0A1B2C3D4E5F",
	}
	s := apitest.Start(t, func(c *apitest.Config) { c.AllowedOrigins = apps })
	c := s.User(t, "app")
	for _, app := range apps {
		for _, sent := range []string{app, strings.ToLower(app)} {
			a := c.Do(t, http.MethodPost, "/api/user/token/refresh/", "", "Origin: "+sent, "Sec-Fetch-Site: cross-site").Is(t, http.StatusOK)
			require.Equal(t, sent, a.Header.Get("Access-Control-Allow-Origin"))
			require.Equal(t, "true", a.Header.Get("Access-Control-Allow-Credentials"))
			preflight := c.Do(t, http.MethodOptions, "/api/recipes/", "", "Origin: "+sent, "Access-Control-Request-Method: POST")
			require.Equal(t, sent, preflight.Header.Get("Access-Control-Allow-Origin"))
		}
	}
	for _, other := range []string{
		"null", "file://", "capacitor://evil", "capacitor://localhost/", "capacitor://localhost:1", "capacitor://x@localhost", "tauri2://localhost",
		"app://", "http://localhost.evil.example.org", "chrome-extension://bbcdefghijklmnopabcdefghijklmnop", "*",
	} {
		a := c.Do(t, http.MethodPost, "/api/user/token/refresh/", "", "Origin: "+other, "Sec-Fetch-Site: cross-site").Is(t, http.StatusForbidden)
		require.Empty(t, a.Header.Get("Access-Control-Allow-Origin"), other)
	}
}

func TestCrossSite(t *testing.T) {
	t.Parallel()
	const allowed, evil = "https://app.example.org", "https://evil.example.org"
	s := apitest.Start(t, func(c *apitest.Config) { c.AllowedOrigins = []string{allowed} })
	c := s.User(t, "crossed")
	guarded := []string{"/api/user/token/", "/api/user/token/refresh", "/api/user/logout/"}

	t.Run("RejectsOtherSites", func(t *testing.T) {
		for _, headers := range [][]string{
			{"Origin: " + evil}, {"Origin: null"}, {"Origin: " + evil, "Sec-Fetch-Site: cross-site"}, {"Sec-Fetch-Site: cross-site"},
			{"Origin: https://app.example.org.evil.example.org"}, {"Origin: http://app.example.org"}, {"Sec-Fetch-Site: same-site"},
		} {
			for _, path := range guarded {
				a := c.Do(t, http.MethodPost, path, apitest.Credentials("crossed", apitest.Password), headers...).Is(t, http.StatusForbidden)
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
			c.Do(t, http.MethodPost, "/api/user/token/refresh/", "", headers...).Is(t, http.StatusOK)
		}
	})

	t.Run("KnowsItsOwnHostInEverySpelling", func(t *testing.T) {
		cookie := "Cookie: refresh_token=" + c.RefreshToken(t) // sent by hand: the client keeps cookies by host
		refresh := func(headers ...string) int {
			return s.Client(t).Do(t, http.MethodPost, "/api/user/token/refresh/", "", append(headers, cookie)...).StatusCode
		}
		for host, origin := range map[string]string{
			"HOME.example.org": "https://home.example.org", "home.example.org:443": "https://home.example.org",
			"Home.Example.org:80": "http://home.example.org", "home.example.org": "https://home.example.org:443",
			"home.example.org:": "https://home.example.org", "[2001:DB8::1]:443": "https://[2001:db8::1]",
			"home.example.org:8443": "https://HOME.example.org:8443",
		} {
			require.Equal(t, http.StatusOK, refresh("Host: "+host, "Origin: "+origin), "%s from %s", host, origin)
		}
		for host, origin := range map[string]string{
			"home.example.org:80": "https://home.example.org", "home.example.org:443": "http://home.example.org",
			"home.example.org:8443": "https://home.example.org", "home.example.org": "https://home.example.org.evil.example.org",
		} {
			require.Equal(t, http.StatusForbidden, refresh("Host: "+host, "Origin: "+origin), "%s from %s", host, origin)
		}
		require.Equal(t, http.StatusOK, refresh("Origin: https://APP.example.org:443", "Sec-Fetch-Site: cross-site"), "an allowed one")
		require.Equal(t, http.StatusOK, refresh("Origin: "+strings.ToUpper(apitest.PublicURL), "Sec-Fetch-Site: cross-site"), "its own")
	})

	t.Run("LetsAllowedOriginsReadEveryResponse", func(t *testing.T) {
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
			a := c.Do(t, http.MethodOptions, path, "", "Origin: "+allowed, "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization,content-type").Is(t, http.StatusNoContent)
			require.Equal(t, allowed, a.Header.Get("Access-Control-Allow-Origin"))
			require.Equal(t, "true", a.Header.Get("Access-Control-Allow-Credentials"))
			require.Equal(t, "authorization,content-type", a.Header.Get("Access-Control-Allow-Headers"))
			require.Equal(t, "POST", a.Header.Get("Access-Control-Allow-Methods"))
			denied := c.Do(t, http.MethodOptions, path, "", "Origin: "+evil, "Access-Control-Request-Method: POST")
			require.Empty(t, denied.Header.Get("Access-Control-Allow-Origin"))
			require.Empty(t, denied.Header.Get("Access-Control-Allow-Methods"))
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
