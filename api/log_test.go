package api_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestLog(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "logged")
	secrets := []string{apitest.Password, user.Access, user.RefreshToken(t)}
	user.Refresh(t)
	secrets = append(secrets, user.Access, user.RefreshToken(t))
	fridge := user.Do(t, http.MethodGet, "/api/fridge?access_token=insidequery", "", "Authorization: Bearer "+user.Access)
	user.Do(t, http.MethodPost, refreshPath, `{"refresh": "insidebody"}`, "Cookie: refresh_token=insidecookie")
	user.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("somebody", "insidepassword"))
	user.Do(t, http.MethodGet, "/nope?x=insidequery", "")
	user.Do(t, http.MethodPost, "/api/user/logout/", "")
	user.Do(t, strings.Repeat("G", 20_000), "/api/fridge/", "")
	text := s.Logs.String()

	t.Run("IsShortWhateverTheMethod", func(t *testing.T) {
		for line := range strings.SplitSeq(text, "\n") {
			require.Less(t, len(line), 1000)
		}
	})

	t.Run("HoldsNoSecret", func(t *testing.T) {
		for _, secret := range append(secrets, "insidequery", "insidebody", "insidecookie", "insidepassword") {
			require.NotContains(t, text, secret)
		}
	})

	t.Run("HasOneLineForEveryRequest", func(t *testing.T) {
		line := lineOf(t, text, fridge)
		require.Equal(t, "GET", line["method"])
		require.Equal(t, "/api/fridge/", line["route"])
		require.EqualValues(t, http.StatusOK, line["status"])
		require.EqualValues(t, len(fridge.Text), line["bytes"])
		require.EqualValues(t, s.Int(t, `select id from users`), line["user"])
		require.Contains(t, line, "duration_us")
		require.NotContains(t, line, "code")
		require.NotContains(t, line, "path")
		require.NotContains(t, line, "refused_origin")
	})
}

// lineOf returns the log line of a request.
func lineOf(t *testing.T, log string, a *apitest.Response) (line map[string]any) {
	t.Helper()
	found := 0
	for lines := bufio.NewScanner(strings.NewReader(log)); lines.Scan(); {
		var l map[string]any
		require.NoError(t, json.Unmarshal(lines.Bytes(), &l))
		if l["request"] == a.Header.Get("X-Request-Id") {
			line, found = l, found+1
		}
	}
	require.Equal(t, 1, found)
	return line
}

// TestLogAnswersTheOperatorsQuestions checks the log lines of requests that fail.
func TestLogAnswersTheOperatorsQuestions(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.AllowedOrigins = []string{"https://app.example.org"} })
	user := s.User(t, "asked")
	bearer := "Authorization: Bearer " + user.Access
	for _, c := range []struct {
		name, method, path, body, header string
		want                             map[string]any // nil: the line has no such member
	}{
		{"AnUnknownPath", "GET", "/wp-admin/a%20b%0a?secret=1", "", "", map[string]any{"code": "not_found", "path": "/wp-admin/a%20b%0a", "level": "INFO"}},
		{"ALongPath", "GET", "/" + strings.Repeat("x", 1000), "", "", map[string]any{"path": "/" + strings.Repeat("x", 24) + "…"}},
		{"AMissingResource", "GET", "/api/recipes/999/", "", bearer, map[string]any{"code": "not_found", "path": "/api/recipes/999/", "route": "/api/recipes/{id}/"}},
		{"AMethod", "DELETE", "/api/user/token/", "", "", map[string]any{"code": "method_not_allowed", "path": "/api/user/token/"}},
		{"AnInvalidBody", "POST", "/api/user/register/", "{}", "", map[string]any{"code": "invalid_input", "path": nil}},
		{"AMissingToken", "GET", "/api/fridge/", "", "", map[string]any{"code": "not_authenticated", "account": nil}},
		{"AFailedLogin", "POST", "/api/user/token/", apitest.Credentials("ASKED", "wrong password"), "",
			map[string]any{"code": "no_active_account", "account": "ASKED", "client": "127.0.0.1", "level": "WARN"}},
		{"AFailedLoginOfNobody", "POST", "/api/user/token/", apitest.Credentials("nobody", "wrong password"), "",
			map[string]any{"code": "no_active_account", "account": "nobody"}},
		{"ARefusedCrossSiteRequest", "POST", "/api/user/logout/", "", "Origin: https://evil.example", map[string]any{"code": "cross_site_request", "refused_origin": "https://evil.example"}},
		{"ARefusedOrigin", "GET", "/api/fridge/", "", "Origin: https://evil.example", map[string]any{"refused_origin": "https://evil.example"}},
		{"ARefusedPreflight", "OPTIONS", "/api/fridge/", "", "Origin: https://" + strings.Repeat("e", 300), map[string]any{"refused_origin": "https://" + strings.Repeat("e", 92) + "…"}},
		{"AnAllowedOrigin", "GET", "/api/fridge/", "", "Origin: https://app.example.org", map[string]any{"refused_origin": nil}},
		{"ItsOwnOrigin", "GET", "/api/fridge/", "", "Origin: " + s.URL, map[string]any{"refused_origin": nil}},
		{"ItsPublicOrigin", "GET", "/api/fridge/", "", "Origin: " + apitest.PublicURL, map[string]any{"refused_origin": nil}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var headers []string
			if c.header != "" {
				headers = []string{c.header}
			}
			a := cookieless(t, s).Do(t, c.method, c.path, c.body, headers...)
			pgtest.Eventually(t, func() bool { return strings.Contains(s.Logs.String(), a.Header.Get("X-Request-Id")) })
			line := lineOf(t, s.Logs.String(), a)
			for name, value := range c.want {
				require.Equal(t, value, line[name], name)
			}
		})
	}
}
