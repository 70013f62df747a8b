// Package web serves a built single-page app from a folder, next to the API.
package web

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path"
	"regexp"
	"strconv"
	"strings"
)

// DefaultPolicy is the default Content-Security-Policy of the app's files. It allows scripts, styles and calls only of this server.
const DefaultPolicy = "default-src 'self'; img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; " +
	"base-uri 'self'; form-action 'self'; frame-ancestors 'none'"

// index is the page of the app. It is also served for the paths that only the app knows.
const index = "index.html"

// mediaTypes are the media types of the files by extension. mime.TypeByExtension depends on the machine. The response for a missing
// file with one of these extensions is 404; any other unknown path is a path of the app.
var mediaTypes = map[string]string{
	".avif": "image/avif", ".css": "text/css; charset=utf-8", ".gif": "image/gif", ".html": "text/html; charset=utf-8", ".ico": "image/x-icon",
	".jpeg": "image/jpeg", ".jpg": "image/jpeg", ".js": "text/javascript; charset=utf-8", ".json": "application/json",
	".map": "application/json", ".mjs": "text/javascript; charset=utf-8", ".mp3": "audio/mpeg", ".mp4": "video/mp4", ".otf": "font/otf",
	".pdf": "application/pdf", ".png": "image/png", ".svg": "image/svg+xml", ".ttf": "font/ttf", ".txt": "text/plain; charset=utf-8",
	".wasm": "application/wasm", ".webm": "video/webm", ".webmanifest": "application/manifest+json", ".webp": "image/webp",
	".woff": "font/woff", ".woff2": "font/woff2", ".xml": "application/xml",
}

// reserved are the first segments of paths that never belong to the app.
var reserved = []string{"api", "docs", "reference", "openapi.yaml", "openapi.json", ".well-known"}

// App serves the files of a folder. Create it with [Open].
type App struct {
	root   *os.Root
	policy string
}

// Open opens a folder with an index.html. An empty policy means [DefaultPolicy]. Symbolic links to files outside of the folder aren't
// served. Open returns an error if the folder or its index.html can't be read.
func Open(dir, policy string) (*App, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, err
	}
	page, err := root.Open(index)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("a built app has an %s: %w", index, err), root.Close())
	}
	return &App{root: root, policy: cmp.Or(policy, DefaultPolicy)}, page.Close()
}

// Close closes the folder. It may be called on nil.
func (a *App) Close() error {
	if a == nil {
		return nil
	}
	return a.root.Close()
}

// Handler serves GET and HEAD requests for the app, and passes all others to next. A nil App serves nothing.
func (a *App) Handler(next http.Handler) http.Handler {
	if a == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead || isReserved(r.URL.Path) || !a.serve(w, r) {
			next.ServeHTTP(w, r)
		}
	})
}

func isReserved(urlPath string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(urlPath, "/"), "/")
	for _, name := range reserved {
		if first == name {
			return true
		}
	}
	return false
}

// serve responds with a file. It returns false, without a response, if there is no such file.
func (a *App) serve(w http.ResponseWriter, r *http.Request) bool {
	name := cmp.Or(strings.TrimPrefix(path.Clean(r.URL.Path), "/"), index)
	file, info, err := a.open(name)
	if err != nil && mediaTypes[path.Ext(name)] == "" {
		name = index
		file, info, err = a.open(name)
	}
	if err != nil {
		return false
	}
	defer file.Close() //nolint:errcheck // it was only read
	h := w.Header()
	h.Set("Content-Security-Policy", a.policy)
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cache-Control", cacheControl(name))
	h.Set("Etag", `"`+strconv.FormatInt(info.ModTime().UnixNano(), 36)+"-"+strconv.FormatInt(info.Size(), 36)+`"`)
	h.Set("Content-Type", cmp.Or(mediaTypes[path.Ext(name)], "application/octet-stream"))
	http.ServeContent(w, r, name, info.ModTime(), file)
	return true
}

// open opens a file of the app. It returns fs.ErrNotExist for folders and for hidden files, such as .env.
func (a *App) open(name string) (*os.File, fs.FileInfo, error) {
	if strings.HasPrefix(name, ".") || strings.Contains(name, "/.") {
		return nil, nil, fs.ErrNotExist
	}
	file, err := a.root.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := file.Stat()
	if err == nil && info.IsDir() {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, nil, errors.Join(err, file.Close())
	}
	return file, info, nil
}

// hashed matches the names that bundlers give to files whose content never changes, such as app.8f2a1b3c.js and index-DiwrgTda.css.
// likeHash matches their hashes: a hash has a digit, or a capital after a small letter.
var (
	hashed   = regexp.MustCompile(`[.-]([0-9A-Za-z_]{8,40})(\.chunk)?\.[0-9a-z]+(\.map)?$`)
	likeHash = regexp.MustCompile(`[0-9]|[a-z][A-Z]`)
)

// cacheControl returns the Cache-Control of a file. Browsers may keep a file with a hash in its name forever. They must revalidate other
// files each time.
func cacheControl(name string) string {
	if found := hashed.FindStringSubmatch(path.Base(name)); found != nil && likeHash.MatchString(found[1]) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache"
}
