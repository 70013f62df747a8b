// Package api is the HTTP layer: a handler reads a request, calls one use case and writes the response. openapi.yaml defines the
// requests and responses.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/ocipe/ocipe/api/contract"
	"github.com/ocipe/ocipe/api/docs"
	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/api/web"
	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/apitoken"
	"github.com/ocipe/ocipe/internal/app"
	"github.com/ocipe/ocipe/internal/budget"
	"github.com/ocipe/ocipe/internal/metrics"
)

// MaxHeaderBytes is the maximum size of a request's line and headers in HTTP/2. In HTTP/1.1, net/http adds 4 KiB. It rejects larger ones
// with 431, as the contract says.
const MaxHeaderBytes = 32 << 10

// Config has the settings of the HTTP layer. The fields up to PublicURL are required.
type Config struct {
	Contract  *contract.Contract // loaded with the same PublicURL
	Clock     func() time.Time
	Log       *slog.Logger
	Version   string   // of the program; must be a token (RFC 9110, section 5.6.2)
	PublicURL *url.URL // its origin is the server's origin; its path is where a proxy serves the program

	ReauthAge         time.Duration     // the maximum age of a login that counts as recent; whole seconds
	AllowedOrigins    []string          // of apps on other origins: scheme://host[:port], as browsers send them
	TrustedProxies    []netip.Prefix    // their Forwarded, X-Forwarded-For and X-Forwarded-Proto are trusted
	BodyWait          time.Duration     // the maximum wait for the next bytes of a body; 0: 15 s
	PlanWait          time.Duration     // the maximum wait for other plans; 0: 3 s
	CookiePartitioned bool              // the refresh cookie has the attribute Partitioned (CHIPS)
	Compression       Compression       // empty: none
	Trace             request.Tracer    // nil: no traces
	Metrics           *metrics.Requests // nil: requests aren't measured
	HSTSSubdomains    bool              // Strict-Transport-Security includes the subdomains of the public URL's host
	Web               *web.App          // a single-page app to serve at /; nil: none
}

// Server handles the operations of the contract. Create it with [New].
type Server struct {
	*app.App

	config        Config
	path          string // the path of the contract
	origins       origins
	compress      func(http.Handler) http.Handler
	etags         etags
	cookies       cookies
	planBudget    *budget.Budget
	exportCounter exportCounter
	scaled        scaledTexts
	warnOnce      sync.Once // warns about a login over plain HTTP

	headers  atomic.Pointer[http.Header] // of every response
	stopping atomic.Bool
}

// New returns a server for the use cases of a. It returns an error if an origin is invalid.
func New(a *app.App, c Config) (*Server, error) {
	s := &Server{
		App: a, config: c, etags: newETags(c.Contract.Source, c.Version), path: c.Contract.Path,
		cookies:    cookies{lifetime: a.Sessions.Settings.RefreshTTL, partitioned: c.CookiePartitioned},
		planBudget: newPlanBudget(), scaled: newScaledTexts(),
	}
	var err error
	if s.compress, err = c.Compression.middleware(); err != nil {
		return nil, err
	}
	headers := s.responseHeaders()
	s.headers.Store(&headers)
	s.origins, err = newOrigins(c.PublicURL, c.AllowedOrigins)
	return s, err
}

// Handler returns the handler of all requests. A request passes through these layers: the log, the recovery from panics, CORS, the
// router, the checks of its operation ([contract.Guard]), the generated code that binds parameters, and the handler.
//
// It returns an error if the generated routes and the contract differ.
func (s *Server) Handler() (http.Handler, error) {
	routes := chi.NewRouter()
	router := contract.NewRouter(routes, s.config.Contract, s.guard(), s.compress)
	server.HandlerWithOptions(s, server.ChiServerOptions{
		BaseRouter: router,
		ErrorHandlerFunc: func(w http.ResponseWriter, r *http.Request, err error) {
			request.Fail(w, r, fmt.Errorf("bind a parameter that was checked before: %w", err))
		},
	})
	err := errors.Join(router.Complete(), s.serveDocs(routes))
	routes.NotFound(s.compress(s.config.Web.Handler(routes.NotFoundHandler())).ServeHTTP)
	log := request.Log{Log: s.config.Log, Clock: s.config.Clock, Proxies: s.config.TrustedProxies, Origin: originOf(s.config.PublicURL), Memory: newResponseBudget(), Headers: &s.headers, Metrics: s.config.Metrics, Trace: s.config.Trace}
	return log.Wrap(log.Recover(s.origins.cors(s.underPath(routes, router.RejectUncleanPaths(routes))))), err
}

func (s *Server) guard() contract.Guard {
	g := contract.Guard{
		Authenticate: s.authenticate, ReauthAge: s.config.ReauthAge, Clock: s.config.Clock,
		CrossSite: s.origins.checkCrossSite, Limit: s.Requests.Take, BodyWait: s.config.BodyWait, CheckLoad: s.CheckLoad,
	}
	g.Policies.User = []string{problem.Policy(s.Requests.Users.Limit())}
	g.Policies.Address = []string{problem.Policy(s.Requests.Networks.Limit())}
	return g
}

// authenticate returns the caller that a token belongs to.
func (s *Server) authenticate(ctx context.Context, text string) (request.Caller, error) {
	s.Sessions.Passwords.Yield()
	if strings.HasPrefix(text, apitoken.Prefix) {
		return s.authenticateAPIToken(ctx, text)
	}
	t, err := s.Sessions.Authenticate(text) //nolint:contextcheck // its query isn't the request's: others wait for it, too
	if err != nil {
		return request.Caller{}, err
	}
	return request.Caller{UserID: t.UserID, SessionID: t.SessionID, AuthTime: t.AuthTime}, nil
}

// serveDocs registers the documentation, with and without the last slash of each path. / redirects to it unless it serves an app.
func (s *Server) serveDocs(routes chi.Router) error {
	handlers, err := docs.Handlers(s.config.Contract.YAML, s.config.Contract.JSON, s.path)
	if s.config.Web != nil {
		delete(handlers, "/")
	}
	for path, handler := range handlers {
		h := func(w http.ResponseWriter, r *http.Request) {
			request.Of(r).Route = path
			handler.ServeHTTP(w, r)
		}
		for _, variant := range contract.SlashVariants(path) {
			routes.Get(variant, h)
			routes.Head(variant, h)
		}
	}
	return err
}
