package api

import (
	"bytes"
	"compress/gzip"
	"embed"
	"errors"
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

// The policies of the documentation's pages: they may run the scripts and styles of this server and call it, nothing else.
const (
	docsPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

	// Redoc puts its styles into style elements. The first hash is that of no text: most of them are empty, and filled
	// rule by rule through the style sheet's object, which no policy forbids. The second is that of the one with a text,
	// the scroll bars' in redoc.standalone.js. Any other text stays forbidden, and so do style attributes.
	referencePolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' " +
		"'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; img-src 'self' data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

//go:embed docs reference
var files embed.FS

const (
	html       = "text/html; charset=utf-8"
	javascript = "text/javascript; charset=utf-8"
	css        = "text/css; charset=utf-8"
)

// pages are the documentation's: ours, and those of Swagger UI and Redoc, which come compressed.
var pages = []struct {
	path, media, policy string
	from                fs.ReadFileFS
	file                string
}{
	{"/docs/", html, docsPolicy, files, "docs/index.html"},
	{"/docs/ocipe.js", javascript, docsPolicy, files, "docs/ocipe.js"},
	{"/docs/authorize.js", javascript, docsPolicy, files, "docs/authorize.js"},
	{"/docs/order.js", javascript, docsPolicy, files, "docs/order.js"},
	{"/docs/request-id.js", javascript, docsPolicy, files, "docs/request-id.js"},
	{"/docs/session.js", javascript, docsPolicy, files, "docs/session.js"},
	{"/docs/ocipe.css", css, docsPolicy, files, "docs/ocipe.css"},
	{"/docs/swagger-ui.css", css, docsPolicy, static.FS, "swagger-ui.css.gz"},
	{"/docs/swagger-ui-bundle.js", javascript, docsPolicy, static.FS, "swagger-ui-bundle.js.gz"},
	{"/docs/favicon-32x32.png", "image/png", docsPolicy, static.FS, "favicon-32x32.png"},
	{"/reference/", html, referencePolicy, files, "reference/index.html"},
	{"/reference/reference.js", javascript, referencePolicy, files, "reference/reference.js"},
	{"/reference/redoc.standalone.js", javascript, referencePolicy, files, "reference/redoc.standalone.js.gz"},
	{"/reference/redoc.LICENSE.txt", "text/plain; charset=utf-8", referencePolicy, files, "reference/redoc.LICENSE.txt"},
}

// documentation serves the contract, and Swagger UI and Redoc on it, from copies in the program. It fails only if the
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
	get("/openapi.yaml", compressible("application/yaml", s.contract.yaml))
	get("/openapi.json", compressible("application/json", s.contract.json))
	for _, p := range pages {
		content, err := p.from.ReadFile(p.file)
		if err != nil {
			return fmt.Errorf("read the documentation: %w", err)
		}
		serve := document
		if strings.HasSuffix(p.file, ".gz") {
			serve = compressed
		}
		get(p.path, withPolicy(p.policy, serve(p.media, content)))
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
			h.Del("Content-Encoding") // of what isn't sent
			w.WriteHeader(http.StatusNotModified)
			return
		}
		h.Set("Content-Type", media)
		h.Set("Content-Length", strconv.Itoa(len(content)))
		_, _ = w.Write(content) // the client has gone, if anything
	}
}

// form makes what serves a text in one of its forms.
type form func() (http.HandlerFunc, error)

// compressed serves a text of which there is the gzipped form: as it is to nearly everybody. It is unpacked for
// the first who can't take that.
func compressed(media string, gzipped []byte) http.HandlerFunc {
	plain := func() (http.HandlerFunc, error) {
		r, err := gzip.NewReader(bytes.NewReader(gzipped))
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		return document(media, text), err
	}
	return inEitherForm(plain, func() (http.HandlerFunc, error) { return document(media, gzipped), nil })
}

// compressible serves a text, and gzips it once for those who take that.
func compressible(media string, text []byte) http.HandlerFunc {
	packed := func() (http.HandlerFunc, error) {
		var gzipped bytes.Buffer
		w, err := gzip.NewWriterLevel(&gzipped, gzip.BestCompression)
		if err == nil {
			_, err = w.Write(text)
			err = errors.Join(err, w.Close())
		}
		return document(media, gzipped.Bytes()), err
	}
	return inEitherForm(func() (http.HandlerFunc, error) { return document(media, text), nil }, packed)
}

func inEitherForm(plain, gzipped form) http.HandlerFunc {
	plain, gzipped = sync.OnceValues(plain), sync.OnceValues(gzipped)
	return func(w http.ResponseWriter, r *http.Request) {
		h, serve := w.Header(), plain
		h.Add("Vary", "Accept-Encoding")
		if takesGzip(r.Header) {
			h.Set("Content-Encoding", "gzip")
			serve = gzipped
		}
		answer, err := serve()
		if err != nil {
			h.Del("Content-Encoding")
			fail(w, r, fmt.Errorf("bring the documentation into its form: %w", err))
			return
		}
		answer(w, r)
	}
}

// takesGzip tells whether a client takes gzip (RFC 9110, section 12.5.3), which nobody who means it says by a `*`.
func takesGzip(h http.Header) bool {
	for _, one := range splitList(h.Values("Accept-Encoding")) {
		coding, weight, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}

func withPolicy(policy string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", policy)
		next(w, r)
	}
}
