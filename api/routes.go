package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/ocipe/ocipe/internal/apperr"
)

// contractRouter registers the generated routes. Each is bound to its operation in the contract here,
// once, so that no request is routed twice; it is registered with and without its last slash, and a GET
// also as HEAD.
type contractRouter struct {
	chi.Router
	contract *contract
	guard    func(*operation, http.Handler) http.Handler
	compress func(http.Handler) (http.Handler, error)
	bound    map[string]error    // by operation, or method and path where the contract has none
	literals map[string][]string // the methods of each path without parameters, in both spellings
}

// Group registers the routes of one operation; it needs no middleware of its own.
func (c contractRouter) Group(fn func(chi.Router)) chi.Router {
	fn(c)
	return c
}

// Get binds a GET route.
func (c contractRouter) Get(pattern string, h http.HandlerFunc) { c.bind(http.MethodGet, pattern, h) }

// Post binds a POST route.
func (c contractRouter) Post(pattern string, h http.HandlerFunc) { c.bind(http.MethodPost, pattern, h) }

// Put binds a PUT route.
func (c contractRouter) Put(pattern string, h http.HandlerFunc) { c.bind(http.MethodPut, pattern, h) }

// Patch binds a PATCH route.
func (c contractRouter) Patch(pattern string, h http.HandlerFunc) {
	c.bind(http.MethodPatch, pattern, h)
}

// Delete binds a DELETE route.
func (c contractRouter) Delete(pattern string, h http.HandlerFunc) {
	c.bind(http.MethodDelete, pattern, h)
}

// closeLiterals makes a literal path win over a templated one for every method, as OpenAPI has it (Paths Object): chi
// would take DELETE /api/recipes/stats/ for the recipe "stats".
func (c contractRouter) closeLiterals() {
	for path, item := range c.contract.doc.Paths.Map() {
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
		for _, spelling := range spellings(path) {
			c.literals[spelling] = allowed
			for _, m := range append(others, http.MethodOptions) {
				c.Method(m, spelling, unroutable(allowed))
			}
		}
	}
}

// complete fails unless every operation of the contract, and nothing else, was bound: whatever got past bind
// would be served unguarded.
func (c contractRouter) complete() error {
	var all error
	for _, item := range c.contract.doc.Paths.Map() {
		for _, op := range item.Operations() {
			if _, ok := c.bound[op.OperationID]; !ok {
				all = errors.Join(all, fmt.Errorf("%s was not bound", op.OperationID))
			}
		}
	}
	for _, err := range c.bound {
		all = errors.Join(all, err)
	}
	return all
}

func (c contractRouter) bind(method, pattern string, h http.Handler) {
	op, err := c.contract.operation(method, pattern)
	if err != nil {
		c.bound[method+" "+pattern] = err
		return
	}
	if method == http.MethodGet && op.needsUser {
		h, err = c.compress(h)
	}
	c.bound[op.id] = err
	h = c.guard(op, h)
	for _, path := range spellings(pattern) {
		c.Method(method, path, h)
		if method == http.MethodGet {
			c.Method(http.MethodHead, path, h)
		}
	}
}

// spellings are the ways to write a path: with and without its last slash.
func spellings(path string) []string {
	bare := strings.TrimSuffix(path, "/")
	if bare == "" {
		return []string{"/"}
	}
	return []string{bare, bare + "/"}
}

// methods are those that the contract may use, in the order of Allow.
var methods = []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}

// unrouted answers what no route takes. literals are the methods of the paths where routes take more than is there.
func unrouted(routes chi.Routes, literals map[string][]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.EscapedPath()
		allowed, ok := literals[path]
		for _, m := range methods {
			if !ok && routes.Match(chi.NewRouteContext(), m, path) {
				allowed = append(allowed, m)
			}
		}
		unroutable(allowed)(w, r)
	}
}

// unroutable answers OPTIONS with 204 and the methods there are, any other method with 405; 404 if there are none.
func unroutable(allowed []string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if len(allowed) == 0 {
			fail(w, r, apperr.New(apperr.NotFound))
			return
		}
		w.Header().Set("Allow", strings.Join(append(slices.Clip(allowed), http.MethodOptions), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		fail(w, r, apperr.New(codeMethodNotAllowed))
	}
}

// uncleaned answers 404 where a path has doubled slashes or dot segments: they are not cleaned, and no parameter may
// be empty. A group of the fridge that is called ".." is written %2E%2E.
func uncleaned(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path := r.URL.EscapedPath(); strings.Contains(path, "//") || strings.Contains(path, "/.") && hasDots(path) {
			fail(w, r, apperr.New(apperr.NotFound))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func hasDots(path string) bool {
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}
