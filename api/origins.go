package api

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/rs/cors"

	"github.com/ocipe/ocipe/api/request"
)

// origins are the origins of the pages that may call this server with credentials.
type origins struct {
	allowed   map[string]bool // other origins, as originKey returns them
	crossSite *http.CrossOriginProtection
}

// newOrigins allows the server's own origin and those of allowed. It returns an error for a text that isn't an origin.
func newOrigins(publicURL *url.URL, allowed []string) (origins, error) {
	o := origins{allowed: map[string]bool{}, crossSite: http.NewCrossOriginProtection()}
	errs := []error{o.crossSite.AddTrustedOrigin(originKey(originOf(publicURL)))}
	for _, origin := range allowed {
		key := originKey(origin)
		o.allowed[key] = true
		if err := o.crossSite.AddTrustedOrigin(key); err != nil {
			errs = append(errs, fmt.Errorf("allowed origin: %w", err))
		}
	}
	return o, errors.Join(errs...)
}

// originOf returns the origin of a URL as browsers send it (RFC 6454, section 6.2): without the default port, and in lower case. If the
// scheme is neither http nor https, the host keeps its capitals; it may be the id of a browser extension.
func originOf(u *url.URL) string {
	if _, web := request.DefaultPorts[u.Scheme]; web {
		return u.Scheme + "://" + request.NormalHost(u.Scheme, u.Host)
	}
	return u.Scheme + "://" + u.Host
}

// originKey returns a text that is the same for all spellings of an origin. It returns other texts, such as null, unchanged.
func originKey(origin string) string {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return origin
	}
	return strings.ToLower(originOf(u))
}

// checkCrossSite returns an error if a browser sends the request with its cookies for a page of another origin.
// [http.CrossOriginProtection] compares texts, so checkCrossSite first removes capitals and the default port from the host.
func (o origins) checkCrossSite(r *http.Request) error {
	origin := r.Header.Get("Origin")
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" {
		return o.crossSite.Check(r)
	}
	same := r.WithContext(r.Context())
	same.Host = request.NormalHost(u.Scheme, r.Host)
	same.Header = r.Header.Clone()
	same.Header.Set("Origin", originKey(origin))
	return o.crossSite.Check(same)
}

// cors lets pages of the allowed origins read all responses, including errors, with credentials (Fetch, section 3.2).
func (o origins) cors(next http.Handler) http.Handler {
	if len(o.allowed) == 0 {
		return next
	}
	return cors.New(cors.Options{
		AllowOriginFunc:    func(origin string) bool { return o.allowed[originKey(origin)] },
		AllowedMethods:     []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders:     []string{"*"}, // the library returns the headers that the browser asks for
		ExposedHeaders:     []string{"API-Version", "Deprecation", "ETag", "Idempotent-Replayed", "Ignored-Members", "Link", "RateLimit", "RateLimit-Policy", "Retry-After", "Sunset", "WWW-Authenticate", "X-Request-Id"},
		AllowCredentials:   true,
		MaxAge:             7200, // seconds, the maximum of browsers
		OptionsPassthrough: true, // OPTIONS responds as it does without CORS
	}).Handler(next)
}
