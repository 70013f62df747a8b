package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/ocipe/ocipe/internal/fault"
)

// contractRouter registers the generated routes. Each is bound to its operation in the contract here,
// once, so that no request is routed twice; it is registered with and without its last slash, and a GET
// also as HEAD.
type contractRouter struct {
	chi.Router
	contract *contract
	guard    func(*operation, http.Handler) http.Handler
	bound    map[string]error // by operation, or method and path where the contract has none
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
	c.bound[op.id] = nil
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

// unrouted answers what no route takes: OPTIONS with 204 and the methods there are, an unknown path with
// 404, an unknown method with 405.
func unrouted(routes chi.Routes) http.HandlerFunc {
	methods := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
	return func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.RawPath
		if path == "" {
			path = r.URL.Path
		}
		var allowed []string
		for _, m := range methods {
			if routes.Match(chi.NewRouteContext(), m, path) {
				allowed = append(allowed, m)
			}
		}
		if len(allowed) == 0 {
			fail(w, r, fault.New(fault.NotFound))
			return
		}
		w.Header().Set("Allow", strings.Join(append(allowed, http.MethodOptions), ", "))
		if r.Method == http.MethodOptions {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		fail(w, r, fault.New(codeMethodNotAllowed))
	}
}
