package contract

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
)

// Router registers the generated routes. It binds each route to its operation in the contract, so that a request is routed only once.
// It registers paths with and without their last slash, and GET also as HEAD. If a path ends with a parameter and no slash, the value
// of the parameter is the rest of the request's path, including slashes. Create it with [NewRouter].
type Router struct {
	chi.Router
	contract     *Contract
	guard        *Guard
	compress     func(http.Handler) http.Handler
	bound        map[string]error    // by operation id, or by method and path if the contract has no such operation
	literals     map[string][]string // the methods of each path without parameters, with and without its last slash
	restPrefixes map[string]bool     // the prefixes of paths that end with a parameter and no slash
}

// NewRouter returns a router that registers its routes on routes. It applies the middleware compress to GET operations that need a user.
func NewRouter(routes chi.Router, c *Contract, guard Guard, compress func(http.Handler) http.Handler) Router {
	guard.bodies, guard.files = newBodyBudgets(), &fileBudget{byUser: map[int64]int64{}}
	router := Router{
		Router: routes, contract: c, guard: &guard, compress: compress,
		bound: map[string]error{}, literals: map[string][]string{}, restPrefixes: map[string]bool{},
	}
	routes.NotFound(notFoundOrNotAllowed(routes, router.literals))
	routes.MethodNotAllowed(notFoundOrNotAllowed(routes, router.literals))
	return router
}

// Group registers the routes of one operation.
func (rt Router) Group(fn func(chi.Router)) chi.Router {
	fn(rt)
	return rt
}

// Get binds a GET route.
func (rt Router) Get(pattern string, h http.HandlerFunc) { rt.bind(http.MethodGet, pattern, h) }

// Post binds a POST route.
func (rt Router) Post(pattern string, h http.HandlerFunc) { rt.bind(http.MethodPost, pattern, h) }

// Put binds a PUT route.
func (rt Router) Put(pattern string, h http.HandlerFunc) { rt.bind(http.MethodPut, pattern, h) }

// Patch binds a PATCH route.
func (rt Router) Patch(pattern string, h http.HandlerFunc) { rt.bind(http.MethodPatch, pattern, h) }

// Delete binds a DELETE route.
func (rt Router) Delete(pattern string, h http.HandlerFunc) { rt.bind(http.MethodDelete, pattern, h) }

func (rt Router) bind(method, pattern string, h http.Handler) {
	op, err := rt.contract.operation(method, pattern)
	if err != nil {
		rt.bound[method+" "+pattern] = err
		return
	}
	rt.bound[op.id] = nil
	if method == http.MethodGet && op.needsUser {
		h = rt.compress(h)
	}
	h = rt.guard.wrap(op, h)
	if !op.sunset.IsZero() {
		h = middleware.Deprecation(op.deprecatedSince)(middleware.Sunset(op.sunset)(h))
	}
	paths := SlashVariants(pattern)
	if op.restParam != "" {
		prefix := strings.TrimSuffix(pattern, "{"+op.restParam+"}")
		rt.restPrefixes[prefix] = true
		paths = []string{prefix + "*"}
	}
	for _, path := range paths {
		rt.Method(method, path, h)
		if method == http.MethodGet {
			rt.Method(http.MethodHead, path, h)
		}
	}
}

// Complete ends the registration. It returns an error if an operation of the contract has no route, or if a route has no operation,
// because such a route would have no checks.
func (rt Router) Complete() error {
	rt.registerLiteralPaths()
	var errs []error
	for _, item := range rt.contract.doc.Paths.Map() {
		for _, op := range item.Operations() {
			if _, ok := rt.bound[op.OperationID]; !ok {
				errs = append(errs, fmt.Errorf("no route for %s", op.OperationID))
			}
		}
	}
	for _, err := range rt.bound {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// registerLiteralPaths gives paths without parameters precedence for every method, as OpenAPI requires (Paths Object). Without it, chi
// would treat DELETE /api/recipes/stats/ as the deletion of a recipe with the id "stats".
func (rt Router) registerLiteralPaths() {
	for path, item := range rt.contract.doc.Paths.Map() {
		if strings.Contains(path, "{") {
			continue
		}
		var allowed, others []string
		for _, m := range methods {
			if item.GetOperation(m) != nil || m == http.MethodHead && item.Get != nil {
				allowed = append(allowed, m)
			} else {
				others = append(others, m)
			}
		}
		for _, variant := range SlashVariants(path) {
			rt.literals[variant] = allowed
			for _, m := range append(others, http.MethodOptions) {
				rt.Method(m, variant, methodNotAllowed(allowed))
			}
		}
	}
}

// SlashVariants returns a path without and with its last slash.
func SlashVariants(path string) []string {
	bare := strings.TrimSuffix(path, "/")
	if bare == "" {
		return []string{"/"}
	}
	return []string{bare, bare + "/"}
}

// methods are the methods that the contract can use, in their order in the header Allow.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// notFoundOrNotAllowed returns a handler for requests that match no route. It responds with 405 and Allow if the path exists, otherwise
// with 404. literals has the methods of paths without parameters: chi would also match them as parameters.
func notFoundOrNotAllowed(routes chi.Routes, literals map[string][]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		allowed, ok := literals[path]
		for _, m := range methods {
			if !ok && routes.Match(chi.NewRouteContext(), m, path) {
				allowed = append(allowed, m)
			}
		}
		methodNotAllowed(allowed)(w, r)
	}
}

// methodNotAllowed returns a handler that responds to OPTIONS with 204 and Allow, and to other methods with 405 and Allow. If no method
// is allowed, it responds with 404.
func methodNotAllowed(allowed []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(allowed) == 0 {
			request.Fail(w, r, noSuchPath())
			return
		}
		w.Header().Set("Allow", strings.Join(append(slices.Clip(allowed), http.MethodOptions), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		request.Fail(w, r, apperr.New(problem.MethodNotAllowed))
	}
}

// noSuchPath returns the error for a path that the server doesn't have. Its usual cause is a client with a wrong base URL.
func noSuchPath() *apperr.Error {
	return &apperr.Error{Code: apperr.NotFound, Detail: "There is no such path. The paths of the API begin with /api/, directly after the URL of the server; /docs/ lists them."}
}

// RejectUncleanPaths is the middleware that responds with 404 to paths with double slashes or dot segments. Paths aren't cleaned, and no
// parameter can be empty. The name of a fridge group may have double slashes; the name ".." is written %2E%2E.
func (rt Router) RejectUncleanPaths(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		rest := rt.hasRestParam(path)
		request.Of(r).PathHasUserText = rest
		if strings.Contains(path, "//") && !rest || strings.Contains(path, "/.") && hasDotSegment(path) {
			request.Fail(w, r, noSuchPath())
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (rt Router) hasRestParam(path string) bool {
	for prefix := range rt.restPrefixes {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

func hasDotSegment(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}
