// Package api is HTTP and nothing else: it takes requests apart, calls one use case each, and puts the
// answers together. What a request and an answer may look like stands in openapi.yaml.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/rs/cors"
	"golang.org/x/sync/semaphore"

	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/monitoring"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/session"
	"github.com/ocipe/ocipe/internal/token"
)

// MaxHeaderBytes is how long a request's line and headers may be, as the contract says. The HTTP server answers 431 above
// it, by itself.
const MaxHeaderBytes = 32 << 10

// Config is what a server is made of. All fields are required except Passwords, the lists and the last two.
type Config struct {
	DB       *postgres.DB
	Contract []byte     // openapi.yaml
	Keys     token.File // made if it isn't there
	Clock    func() time.Time
	Log      *slog.Logger
	Version  string // of this program, a token (RFC 9110, section 5.6.2)

	PublicURL            *url.URL // its text is issuer and audience; its origin is this server's own
	Sessions             session.Settings
	PasswordMin          int             // characters of a new password
	Passwords            password.Params // the cost of hashing; the zero value is for production
	RegistrationsPerHour int             // from one address; 0: no limit
	AllowedOrigins       []string        // of web apps elsewhere: scheme://host[:port]
	TrustedProxies       []netip.Prefix  // whose Forwarded and X-Forwarded-For and -Proto are believed
	CookiePartitioned    bool
	Compression          Compression // empty: nobody's
}

// Server answers the operations of the contract. Create it with [New].
type Server struct {
	accounts   *account.Service
	sessions   *session.Service
	recipes    *recipe.Service
	fridge     *fridge.Service
	grocery    *grocery.Service
	monitoring *monitoring.Service
	keys       *token.Authority

	contract    *contract
	versions    versions
	room        *semaphore.Weighted // for large bodies
	cookies     cookies
	proxies     trustedProxies
	origins     []string
	headers     http.Header // of every answer
	crossOrigin *http.CrossOriginProtection
	compression Compression
	clock       func() time.Time
	log         *slog.Logger
	warnOnce    sync.Once // of a login whose cookie the browser drops
}

// New puts a server together on a migrated database, and loads what must be known before the first
// request: the keys, and the sessions that have just ended.
//
// It fails if the database is away, the keys file can't be read, or the contract or an origin isn't valid.
func New(ctx context.Context, c Config) (*Server, error) {
	keys, err := token.Open(strings.TrimSuffix(c.PublicURL.String(), "/"), c.Keys, rand.Reader, c.Clock, c.Log)
	if err != nil {
		return nil, fmt.Errorf("OCIPE_KEYS_FILE: %w", err)
	}
	hasher := password.NewHasher(c.Passwords)
	ended := session.NewEnded(c.DB, c.Clock, c.Log)
	if err := ended.Load(ctx); err != nil {
		return nil, err
	}
	policy := password.Policy{MinLength: c.PasswordMin}
	s := &Server{
		accounts: &account.Service{
			DB: c.DB, Passwords: hasher, Policy: policy, Quota: account.NewQuota(c.RegistrationsPerHour, c.Clock),
		},
		sessions: &session.Service{
			DB: c.DB, Passwords: hasher, Tokens: keys, Ended: ended, Settings: c.Sessions, Clock: c.Clock, Log: c.Log,
		},
		recipes:     &recipe.Service{DB: c.DB},
		fridge:      &fridge.Service{DB: c.DB},
		grocery:     &grocery.Service{DB: c.DB},
		monitoring:  &monitoring.Service{DB: c.DB},
		keys:        keys,
		room:        semaphore.NewWeighted(largeBodies),
		cookies:     cookies{lifetime: c.Sessions.RefreshTTL, partitioned: c.CookiePartitioned},
		proxies:     c.TrustedProxies,
		origins:     c.AllowedOrigins,
		compression: c.Compression,
		clock:       c.Clock,
		log:         c.Log,
		versions:    newVersions(c.Contract, c.Version),
	}
	if s.contract, err = loadContract(ctx, c.Contract, policy); err != nil {
		return nil, err
	}
	s.headers = http.Header{
		"Api-Version":             {s.contract.doc.Info.Version},
		"Cache-Control":           {"no-store"}, // what may be cached says so itself
		"Content-Security-Policy": {"default-src 'none'; frame-ancestors 'none'"},
		"Server":                  {"Ocipe/" + c.Version},
		"X-Content-Type-Options":  {"nosniff"},
	}
	s.crossOrigin, err = crossOriginProtection(c.PublicURL, c.AllowedOrigins)
	return s, err
}

// Work does what goes on beside requests, until ctx ends: it follows the keys file and the ends of
// sessions on other servers, and deletes what is long over.
func (s *Server) Work(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { s.keys.Follow(ctx) })
	wg.Go(func() { s.sessions.Ended.Follow(ctx) })
	wg.Go(func() { s.sessions.Sweep(ctx) })
	wg.Wait()
	s.accounts.Quota.Close()
}

// Handler returns what answers requests. What a request passes, in this order: the log line, panics,
// CORS, the route; then, bound to the route, what guard says; then the generated code, which calls the
// operation.
//
// It fails if a route and the contract don't belong together.
func (s *Server) Handler() (http.Handler, error) {
	routes := chi.NewRouter()
	bound := contractRouter{
		Router: routes, contract: s.contract, guard: s.guard, compress: s.compress, bound: map[string]error{}, literals: map[string][]string{},
	}
	routes.NotFound(unrouted(routes, bound.literals))
	routes.MethodNotAllowed(unrouted(routes, bound.literals))
	server.HandlerWithOptions(s.strict(), server.ChiServerOptions{
		BaseRouter: bound,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			fail(w, r, fmt.Errorf("a parameter that guard has let through: %w", err))
		},
	})
	bound.closeLiterals()
	err := errors.Join(bound.complete(), s.documentation(routes))
	return s.record(s.recoverPanics(s.cors(uncleaned(routes)))), err
}

// strict is the generated adapter from HTTP to typed requests, with our answers to its failures.
func (s *Server) strict() server.ServerInterface {
	requireAnswer := func(next server.StrictHandlerFunc, operation string) server.StrictHandlerFunc {
		return func(ctx context.Context, w http.ResponseWriter, r *http.Request, request any) (any, error) {
			response, err := next(ctx, w, r, request)
			if err == nil && response == nil {
				err = fmt.Errorf("%s answered nothing", operation)
			}
			return response, err
		}
	}
	return server.NewStrictHandlerWithOptions(s, []server.StrictMiddlewareFunc{requireAnswer}, server.StrictHTTPServerOptions{
		RequestErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			fail(w, r, &apperr.Error{Code: codeMalformedBody, Cause: err})
		},
		ResponseErrorHandlerFunc: fail,
	})
}

// crossOriginProtection refuses requests that a page of another origin made the browser send, with its cookies.
func crossOriginProtection(publicURL *url.URL, allowed []string) (*http.CrossOriginProtection, error) {
	p := http.NewCrossOriginProtection()
	var all error
	for _, origin := range append([]string{Origin(publicURL)}, allowed...) {
		all = errors.Join(all, p.AddTrustedOrigin(origin))
	}
	return p, all
}

// Origin is the origin of a URL as browsers send it: lower case, without the usual port (RFC 6454, section 6.2).
func Origin(u *url.URL) string {
	host, usual := strings.ToLower(u.Host), map[string]string{"http": ":80", "https": ":443"}[u.Scheme]
	return u.Scheme + "://" + strings.TrimSuffix(host, usual)
}

// cors lets the pages of the allowed origins, and of no others, read answers, errors included, with
// credentials (Fetch, section 3.2).
func (s *Server) cors(next http.Handler) http.Handler {
	if len(s.origins) == 0 { // which the library would take for all
		return next
	}
	return cors.New(cors.Options{
		AllowedOrigins:     s.origins,
		AllowedMethods:     []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowedHeaders:     []string{"*"}, // the origin is trusted; the library names those that were asked for
		ExposedHeaders:     []string{"API-Version", "Deprecation", "ETag", "Link", "Retry-After", "Sunset", "WWW-Authenticate", "X-Request-Id"},
		AllowCredentials:   true,
		MaxAge:             7200, // what browsers grant at most
		OptionsPassthrough: true, // OPTIONS answers as it does without CORS
	}).Handler(next)
}
