package api

import (
	"bytes"
	"compress/gzip"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/go-chi/chi/v5"
	"github.com/swaggest/swgui/v5/static"
)

// docsPolicy lets the documentation run its own scripts and styles and call this server; nothing else.
const docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed docs
var docs embed.FS

// pages are the documentation's: ours, and those of Swagger UI, which come compressed.
var pages = []struct {
	path, media string
	from        fs.ReadFileFS
	file        string
}{
	{"/docs/", "text/html; charset=utf-8", docs, "docs/index.html"},
	{"/docs/ocipe.js", "text/javascript; charset=utf-8", docs, "docs/ocipe.js"},
	{"/docs/ocipe.css", "text/css; charset=utf-8", docs, "docs/ocipe.css"},
	{"/docs/swagger-ui.css", "text/css; charset=utf-8", static.FS, "swagger-ui.css.gz"},
	{"/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8", static.FS, "swagger-ui-bundle.js.gz"},
	{"/docs/favicon-32x32.png", "image/png", static.FS, "favicon-32x32.png"},
}

// documentation serves the contract and Swagger UI on it, from copies in the program. It fails only if the
// program was built without one.
func (s *Server) documentation(routes chi.Router) error {
	get := func(pattern string, h http.HandlerFunc) {
		for _, p := range spellings(pattern) {
			named := func(w http.ResponseWriter, r *http.Request) {
				exchangeOf(r.Context()).route = pattern
				h(w, r)
			}
			routes.Get(p, named)
			routes.Head(p, named)
		}
	}
	get("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/docs/", http.StatusFound) })
	get("/openapi.yaml", document("application/yaml", s.contract.yaml))
	get("/openapi.json", document("application/json", s.contract.json))
	for _, p := range pages {
		content, err := p.from.ReadFile(p.file)
		if err != nil {
			return fmt.Errorf("read the documentation: %w", err)
		}
		serve := document
		if strings.HasSuffix(p.file, ".gz") {
			serve = compressed
		}
		get(p.path, withPolicy(serve(p.media, content)))
	}
	return nil
}

// document serves one unchanging text, with a validator.
func document(media string, content []byte) http.HandlerFunc {
	tag := entityTag(content)
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", tag)
		if matches(strings.Join(r.Header.Values("If-None-Match"), ","), tag) {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", media)
		h.Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content) // the client has gone, if anything
	}
}

// compressed serves a text of which there is the gzipped form: as it is to nearly everybody. It is unpacked for
// the first who can't take that.
func compressed(media string, gzipped []byte) http.HandlerFunc {
	asItIs := document(media, gzipped)
	plain := sync.OnceValues(func() (http.HandlerFunc, error) {
		r, err := gzip.NewReader(bytes.NewReader(gzipped))
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		return document(media, text), err
	})
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			w.Header().Set("Content-Encoding", "gzip")
			asItIs(w, r)
			return
		}
		serve, err := plain()
		if err != nil {
			fail(w, r, fmt.Errorf("unpack the documentation: %w", err))
			return
		}
		serve(w, r)
	}
}

func withPolicy(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", docsPolicy)
		next(w, r)
	}
}
