package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestRouting(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "router")
	bearer := "Authorization: Bearer " + c.Access

	t.Run("WorksWithAndWithoutTheLastSlash", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/api/fridge", "/api/grocery/list", "/api/monitoring/healthz", "/api/monitoring/db", "/.well-known/jwks.json"} {
			for _, slash := range []string{"", "/"} {
				a := s.Client(t).Do(t, http.MethodGet, path+slash, "", bearer)
				require.Equal(t, http.StatusOK, a.StatusCode, path+slash)
				head := s.Client(t).Do(t, http.MethodHead, path+slash, "", bearer)
				require.Equal(t, http.StatusOK, head.StatusCode, "HEAD "+path+slash)
				require.Empty(t, head.Text)
			}
		}
		for _, slash := range []string{"", "/"} {
			require.Equal(t, http.StatusBadRequest, s.Client(t).Do(t, http.MethodPost, "/api/user/token/refresh"+slash, "").StatusCode)
			require.Equal(t, http.StatusNoContent, s.Client(t).Do(t, http.MethodPost, "/api/user/logout"+slash, "").StatusCode)
			require.Equal(t, http.StatusBadRequest, s.Client(t).Do(t, http.MethodPost, "/api/user/token"+slash, "{}").StatusCode)
			require.Equal(t, http.StatusBadRequest, s.Client(t).Do(t, http.MethodPost, "/api/user/register"+slash, "{}").StatusCode)
		}
	})

	t.Run("CleansNoPath", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/api//fridge/", "//api/fridge", "/api/./fridge/", "/api/user/../fridge/", "/api/fridge//", "/api/fridge%2F", "/api", "/API/fridge/", "/nope"} {
			for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodOptions, "BREW"} {
				a := c.Do(t, method, path, "", bearer)
				require.Equal(t, http.StatusNotFound, a.StatusCode, method+" "+path)
				require.Equal(t, "not_found", a.Problem(t).Code)
			}
		}
	})

	t.Run("NamesTheMethodsOfAPath", func(t *testing.T) {
		t.Parallel()
		for path, allow := range map[string]string{"/api/fridge/": "GET, HEAD, OPTIONS", "/api/user/token": "POST, OPTIONS", "/docs/": "GET, HEAD, OPTIONS"} {
			options := c.Do(t, http.MethodOptions, path, "")
			require.Equal(t, http.StatusNoContent, options.StatusCode)
			require.Equal(t, allow, options.Header.Get("Allow"))
			for _, method := range []string{http.MethodDelete, "BREW", http.MethodTrace} {
				a := c.Do(t, method, path, "")
				require.Equal(t, http.StatusMethodNotAllowed, a.StatusCode)
				require.Equal(t, allow, a.Header.Get("Allow"))
				require.Equal(t, "method_not_allowed", a.Problem(t).Code)
			}
		}
	})
}

func TestBodies(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	posts := []string{"/api/user/register/", "/api/user/token/", "/api/user/token/refresh/"}

	t.Run("RefusesWhatIsNotDeclaredAsJSON", func(t *testing.T) {
		t.Parallel()
		for _, path := range posts {
			for _, header := range []string{"Content-Type: text/plain", "Content-Type:", "Content-Type: application/x-www-form-urlencoded", "Content-Type: application/json; charset=latin1", "Content-Type: application/jsonp", "Content-Encoding: gzip"} {
				a := s.Client(t).Do(t, http.MethodPost, path, `{}`, header)
				require.Equal(t, http.StatusUnsupportedMediaType, a.StatusCode, path+header)
				require.Equal(t, "unsupported_media_type", a.Problem(t).Code)
			}
			for _, header := range []string{"Content-Type: application/json; charset=UTF-8", "Content-Type: Application/JSON"} {
				require.Equal(t, http.StatusBadRequest, s.Client(t).Do(t, http.MethodPost, path, `{}`, header).StatusCode)
			}
		}
	})

	t.Run("RefusesWhatIsTooLarge", func(t *testing.T) {
		t.Parallel()
		for _, path := range posts {
			a := s.Client(t).Do(t, http.MethodPost, path, `{"x": "`+strings.Repeat("x", 1<<20)+`"}`)
			require.Equal(t, http.StatusRequestEntityTooLarge, a.StatusCode)
			require.Equal(t, "body_too_large", a.Problem(t).Code)
			require.Equal(t, http.StatusUnsupportedMediaType, s.Client(t).Do(t, http.MethodPost, path, strings.Repeat("x", 2<<20), "Content-Type: text/plain").StatusCode, "415 comes before 413")
			fits := `{"x": "` + strings.Repeat("x", 1<<20-9) + `"}`
			require.Len(t, fits, 1<<20)
			require.Equal(t, http.StatusBadRequest, s.Client(t).Do(t, http.MethodPost, path, fits).StatusCode)
		}
	})

	t.Run("RefusesWhatIsNoJSONObject", func(t *testing.T) {
		t.Parallel()
		for _, path := range posts {
			for _, body := range []string{
				`[]`, `null`, `"x"`, `7`, `{`, `{} {}`, `{}x`, `{"refresh": "a", "refresh": "b"}`, "{\"username\": \"\xff\"}", `{"username": "\ud800"}`,
				`{'username': 'x'}`, `{"a": 01}`, strings.Repeat(`{"a":`, 100_000), `{"username": NaN}`, " ", "\ufeff{}",
			} {
				a := s.Client(t).Do(t, http.MethodPost, path, body)
				require.Equal(t, http.StatusBadRequest, a.StatusCode, body[:min(40, len(body))])
				require.Equal(t, "malformed_body", a.Problem(t).Code, body[:min(40, len(body))])
			}
		}
		for _, path := range posts[:2] {
			require.Equal(t, "malformed_body", s.Client(t).Do(t, http.MethodPost, path, "").Problem(t).Code, "no body")
		}
	})

	t.Run("ReadsNoBodyWhereNoneIsTaken", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodPost, "/api/user/logout/", "not json", "Content-Type: text/plain")
		require.Equal(t, http.StatusNoContent, a.StatusCode)
		c := s.User(t, "bodies")
		require.Equal(t, http.StatusOK, c.Do(t, http.MethodGet, "/api/fridge/", "junk", "Authorization: Bearer "+c.Access).StatusCode)
	})
}
