package web_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api/web"
)

// folder returns a folder with files. The content of each file is its path.
func folder(t *testing.T, files ...string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range files {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(name), 0o600))
	}
	return dir
}

// get sends a GET request to the app in dir. The status 418 means that the app has passed the request to the next handler.
func get(t *testing.T, dir, path string) *http.Response {
	t.Helper()
	return send(t, dir, httptest.NewRequest(http.MethodGet, path, nil))
}

func send(t *testing.T, dir string, r *http.Request) *http.Response {
	t.Helper()
	app, err := web.Open(dir, "")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, app.Close()) })
	w := httptest.NewRecorder()
	app.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })).ServeHTTP(w, r)
	return w.Result()
}

func body(t *testing.T, res *http.Response) string {
	t.Helper()
	var b [100]byte
	n, _ := res.Body.Read(b[:])
	return string(b[:n])
}

func TestFilesAndTheAppsOwnPaths(t *testing.T) {
	t.Parallel()
	dir := folder(t, "index.html", "assets/app.js", "robots.txt", "icons/a b.svg", "data/list")
	for path, file := range map[string]string{
		"/": "index.html", "/index.html": "index.html", "/recipes/5": "index.html", "/recipes/5/": "index.html", "/@ann": "index.html",
		"/users/john.doe": "index.html", "/assets": "index.html", "/assets/": "index.html", "/apis": "index.html", "/assets/app.js": "assets/app.js",
		"/robots.txt": "robots.txt", "/icons/a%20b.svg": "icons/a b.svg", "/data/list": "data/list", "/%00": "index.html",
	} {
		res := get(t, dir, path)
		require.Equal(t, http.StatusOK, res.StatusCode, path)
		require.Equal(t, file, body(t, res), path)
		if file == "index.html" {
			require.Equal(t, "text/html; charset=utf-8", res.Header.Get("Content-Type"), path)
		}
	}
}

func TestPathsOfTheServerAndMissingFilesAreNotTheApps(t *testing.T) {
	t.Parallel()
	dir := folder(t, "index.html", "api/x.js", "docs/index.html", ".env", "a/.git/config.json", ".well-known/x.json")
	for _, path := range []string{
		"/api", "/api/", "/api/nothing", "/api/x.js", "/docs/index.html", "/reference/x", "/openapi.json", "/.well-known/x.json",
		"/assets/gone.js", "/gone.PNG.png", "/a/.git/config.json",
	} {
		require.Equal(t, http.StatusTeapot, get(t, dir, path).StatusCode, path)
	}
	require.Equal(t, "index.html", body(t, get(t, dir, "/.env")), "a hidden file is not served")
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodOptions} {
		require.Equal(t, http.StatusTeapot, send(t, dir, httptest.NewRequest(method, "/", nil)).StatusCode, method)
	}
}

func TestLinksThatLeadOutOfTheFolderAreNotServed(t *testing.T) {
	t.Parallel()
	dir, secret := folder(t, "index.html"), folder(t, "secret.txt")
	require.NoError(t, os.Symlink(filepath.Join(secret, "secret.txt"), filepath.Join(dir, "link.txt")))
	require.NoError(t, os.Symlink(secret, filepath.Join(dir, "out")))
	for _, path := range []string{"/link.txt", "/out/secret.txt", "/../secret.txt", "/%2e%2e/secret.txt"} {
		require.NotContains(t, body(t, get(t, dir, path)), "secret", path)
	}
}

func TestHeadersOfFiles(t *testing.T) {
	t.Parallel()
	const forEver, revalidate = "public, max-age=31536000, immutable", "no-cache"
	for name, want := range map[string][2]string{
		"index.html":                    {"text/html; charset=utf-8", revalidate},
		"assets/index-DiwrgTda.js":      {"text/javascript; charset=utf-8", forEver},
		"static/css/main.8f2a1b3c.css":  {"text/css; charset=utf-8", forEver},
		"static/js/2.1b2c3d4e.chunk.js": {"text/javascript; charset=utf-8", forEver},
		"a.1b2c3d4e5f60718293a4.woff2":  {"font/woff2", forEver},
		"app.js":                        {"text/javascript; charset=utf-8", revalidate},
		"jquery-migrated.js":            {"text/javascript; charset=utf-8", revalidate},
		"manifest.webmanifest":          {"application/manifest+json", revalidate},
		"service-worker.js":             {"text/javascript; charset=utf-8", revalidate},
		"data":                          {"application/octet-stream", revalidate},
	} {
		res := get(t, folder(t, "index.html", name), "/"+name)
		require.Equal(t, want, [2]string{res.Header.Get("Content-Type"), res.Header.Get("Cache-Control")}, name)
		require.Equal(t, web.DefaultPolicy, res.Header.Get("Content-Security-Policy"), name)
	}
}

func TestAnUnchangedFileIsNotSentAgain(t *testing.T) {
	t.Parallel()
	dir := folder(t, "index.html")
	first := get(t, dir, "/recipes")
	again := httptest.NewRequest(http.MethodGet, "/fridge", nil)
	again.Header.Set("If-None-Match", first.Header.Get("Etag"))
	require.Equal(t, http.StatusNotModified, send(t, dir, again).StatusCode)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), []byte("another version"), 0o600))
	require.Equal(t, "another version", body(t, send(t, dir, again)))
}

func TestAFolderWithoutAnAppIsRejected(t *testing.T) {
	t.Parallel()
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing"), filepath.Join(folder(t, "index.html"), "index.html")} {
		_, err := web.Open(dir, "")
		require.Error(t, err, dir)
	}
}
