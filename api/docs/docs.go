// Package docs serves the documentation: the contract, Swagger UI and Redoc, all from copies in the program.
package docs

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/swaggest/swgui/v5/static"

	"github.com/ocipe/ocipe/api/request"
)

// The content security policies of the pages. Scripts and styles come only from this server, and scripts call only this server.
const (
	swaggerPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

	// Redoc writes its styles into style elements. The first hash is that of an empty text: most of the elements are empty,
	// and Redoc adds rules through the style sheet object, which no policy forbids. The second hash is that of the styles of
	// the scroll bar in redoc.standalone.js. All other inline styles are forbidden.
	redocPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' " +
		"'sha256-QMIg+bpjm3JdElJ388KYke01izlUW0UoNOeKjpMxdgc='; img-src 'self' data:; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// pageHeaders isolate the pages from windows and files of other origins, and disable browser features that they don't use. The referrer
// policy isn't no-referrer, because some browsers would then send Origin: null with the calls of Swagger UI.
var pageHeaders = http.Header{
	"Cross-Origin-Embedder-Policy": {"require-corp"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Permissions-Policy":           {"camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()"},
	"Referrer-Policy":              {"same-origin"},
}

//go:embed swagger reference
var files embed.FS

// pages are the files of the documentation. Those of Swagger UI and Redoc are stored with gzip.
var pages = []struct {
	path, policy string
	from         fs.ReadFileFS
	file         string
}{
	{"/docs/", swaggerPolicy, files, "swagger/index.html"},
	{"/docs/ocipe.js", swaggerPolicy, files, "swagger/ocipe.js"},
	{"/docs/authorize.js", swaggerPolicy, files, "swagger/authorize.js"},
	{"/docs/fill-in.js", swaggerPolicy, files, "swagger/fill-in.js"},
	{"/docs/plain-text.js", swaggerPolicy, files, "swagger/plain-text.js"},
	{"/docs/seen.js", swaggerPolicy, files, "swagger/seen.js"},
	{"/docs/start.js", swaggerPolicy, files, "swagger/start.js"},
	{"/docs/order.js", swaggerPolicy, files, "swagger/order.js"},
	{"/docs/request-id.js", swaggerPolicy, files, "swagger/request-id.js"},
	{"/docs/session.js", swaggerPolicy, files, "swagger/session.js"},
	{"/docs/ocipe.css", swaggerPolicy, files, "swagger/ocipe.css"},
	{"/docs/swagger-ui.css", swaggerPolicy, static.FS, "swagger-ui.css.gz"},
	{"/docs/swagger-ui-bundle.js", swaggerPolicy, static.FS, "swagger-ui-bundle.js.gz"},
	{"/docs/favicon-32x32.png", swaggerPolicy, static.FS, "favicon-32x32.png"},
	{"/reference/", redocPolicy, files, "reference/index.html"},
	{"/reference/reference.js", redocPolicy, files, "reference/reference.js"},
	{"/reference/redoc.standalone.js", redocPolicy, files, "reference/redoc.standalone.js.gz"},
	{"/reference/redoc.LICENSE.txt", redocPolicy, files, "reference/redoc.LICENSE.txt"},
}

// mediaTypes are the media types of the files by extension. mime.TypeByExtension depends on the machine.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8",
	".png": "image/png", ".txt": "text/plain; charset=utf-8",
}

// Handlers returns the handlers of the documentation by path. publicPath is the path of the server's public URL. The links between the
// pages are relative, so they work under every path. Handlers returns an error if a file is missing in the program.
func Handlers(contractYAML, contractJSON []byte, publicPath string) (map[string]http.Handler, error) {
	handlers := map[string]http.Handler{
		"/":             http.RedirectHandler(publicPath+"/docs/", http.StatusFound),
		"/openapi.yaml": compressible("application/yaml", contractYAML),
		"/openapi.json": compressible("application/json", contractJSON),
	}
	for _, p := range pages {
		content, err := p.from.ReadFile(p.file)
		if err != nil {
			return nil, fmt.Errorf("read the documentation: %w", err)
		}
		name, gzipped := strings.CutSuffix(p.file, ".gz")
		media := mediaTypes[path.Ext(name)]
		h := serve(media, content)
		if gzipped {
			h = precompressed(media, content)
		}
		if strings.HasSuffix(p.path, "/") {
			h = withSlash(h)
		}
		handlers[p.path] = withPolicy(p.policy, h)
	}
	return handlers, nil
}

// withSlash redirects /docs to /docs/, because a browser resolves the relative links of a page against its folder.
func withSlash(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/") {
			next.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Location", path.Base(r.URL.Path)+"/") // relative: http.Redirect would add the folder that the server sees
		w.WriteHeader(http.StatusFound)
	})
}

func withPolicy(policy string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		maps.Copy(h, pageHeaders)
		h.Set("Content-Security-Policy", policy)
		next.ServeHTTP(w, r)
	})
}

// serve returns a handler for a file that never changes.
func serve(media string, content []byte) http.Handler {
	sum := sha256.Sum256(content)
	tag, size := `"`+base64.RawURLEncoding.EncodeToString(sum[:12])+`"`, strconv.Itoa(len(content))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", media)
		h.Set("Etag", tag)
		if h.Get("Content-Encoding") != "" {
			h.Set("Content-Length", size) // ServeContent doesn't set it for encoded content
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	})
}

// precompressed serves a file that is stored with gzip. It unpacks the file for the first client that doesn't accept gzip.
func precompressed(media string, gzipped []byte) http.Handler {
	plain := func() (http.Handler, error) {
		r, err := gzip.NewReader(bytes.NewReader(gzipped))
		if err != nil {
			return nil, err
		}
		text, err := io.ReadAll(r)
		return serve(media, text), err
	}
	return negotiate(plain, func() (http.Handler, error) { return serve(media, gzipped), nil })
}

// compressible serves a text. It compresses the text for the first client that accepts gzip.
func compressible(media string, text []byte) http.Handler {
	packed := func() (http.Handler, error) {
		var gzipped bytes.Buffer
		w, err := gzip.NewWriterLevel(&gzipped, gzip.BestCompression)
		if err == nil {
			_, err = w.Write(text)
			err = errors.Join(err, w.Close())
		}
		return serve(media, gzipped.Bytes()), err
	}
	return negotiate(func() (http.Handler, error) { return serve(media, text), nil }, packed)
}

// negotiate serves the encoding that the client accepts. It calls plain and gzipped at most once, when a client first needs them.
func negotiate(plain, gzipped func() (http.Handler, error)) http.Handler {
	plain, gzipped = sync.OnceValues(plain), sync.OnceValues(gzipped)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, encoding := w.Header(), plain
		h.Add("Vary", "Accept-Encoding")
		if acceptsGzip(r.Header) {
			h.Set("Content-Encoding", "gzip")
			encoding = gzipped
		}
		handler, err := encoding()
		if err != nil {
			h.Del("Content-Encoding")
			request.Fail(w, r, fmt.Errorf("encode the documentation: %w", err))
			return
		}
		handler.ServeHTTP(w, r)
	})
}

// acceptsGzip reports whether a client accepts gzip (RFC 9110, section 12.5.3). It ignores `*`, which no browser sends.
func acceptsGzip(h http.Header) bool {
	for entry := range strings.SplitSeq(strings.Join(h.Values("Accept-Encoding"), ","), ",") {
		coding, weight, _ := strings.Cut(entry, ";")
		if strings.EqualFold(strings.TrimSpace(coding), "gzip") {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}
