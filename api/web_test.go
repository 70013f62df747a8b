package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/web"
	"github.com/ocipe/ocipe/internal/apitest"
)

func TestAWebAppBesideTheAPI(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), []byte("<title>App</title>"), 0o600))
	app, err := web.Open(dir, "default-src 'self' https://img.example")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, app.Close()) })
	s := apitest.Start(t, func(c *apitest.Config) { c.Web = app })
	send := func(method, path string) *http.Response {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, nil)
		require.NoError(t, err)
		res, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res
	}

	for _, path := range []string{"/", "/recipes/5", "/login"} {
		res := send(http.MethodGet, path)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"), path)
		require.Equal(t, "default-src 'self' https://img.example", res.Header.Get("Content-Security-Policy"), path)
		require.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"), path)
	}
	for path, status := range map[string]int{
		"/api/nothing/": http.StatusNotFound, "/api/recipes/": http.StatusUnauthorized, "/docs/": http.StatusOK, "/docs/nothing.js": http.StatusNotFound,
		"/openapi.json": http.StatusOK, "/.well-known/jwks.json": http.StatusOK, "/api/monitoring/healthz/": http.StatusOK, "/gone.js": http.StatusNotFound,
		"/api/user/token/": http.StatusMethodNotAllowed,
	} {
		res := send(http.MethodGet, path)
		require.Equal(t, status, res.StatusCode, path)
		require.NotContains(t, res.Header.Get("Content-Security-Policy"), "img.example", path)
	}
	require.Equal(t, http.StatusNotFound, send(http.MethodPost, "/recipes").StatusCode)
}
