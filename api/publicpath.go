package api

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"
)

// underPath removes the path of the public URL from requests, for proxies that serve the program under this path but don't remove it
// themselves. It removes nothing if a route begins with the same path, such as /api: then the proxy must remove it.
func (s *Server) underPath(routes chi.Routes, next http.Handler) http.Handler {
	ambiguous := s.path == ""
	_ = chi.Walk(routes, func(_, route string, _ http.Handler, _ ...func(http.Handler) http.Handler) error {
		ambiguous = ambiguous || strings.HasPrefix(route, s.path+"/")
		return nil
	})
	if ambiguous {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if rest, ok := strings.CutPrefix(r.URL.EscapedPath(), s.path); ok && (rest == "" || rest[0] == '/') {
			r = withPath(r, rest)
		}
		next.ServeHTTP(w, r)
	})
}

// withPath returns a copy of a request with another path, given in escaped form.
func withPath(r *http.Request, escaped string) *http.Request {
	if escaped == "" {
		escaped = "/"
	}
	path, err := url.PathUnescape(escaped)
	if err != nil { // impossible: escaped is the end of a valid escaped path
		return r
	}
	target := *r.URL
	target.Path, target.RawPath = path, ""
	if target.EscapedPath() != escaped {
		target.RawPath = escaped
	}
	changed := r.WithContext(r.Context())
	changed.URL = &target
	return changed
}
