package apitest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/ocipe/ocipe/gen"
)

// strictContract is the contract with every object closed: an undeclared member of an answer is a fault.
var strictContract = sync.OnceValues(func() (routers.Router, error) {
	doc, err := gen.GetSpec()
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	no := false
	for _, schema := range doc.Components.Schemas {
		closeObjects(schema.Value, &no)
	}
	return gorillamux.NewRouter(doc)
})

func closeObjects(s *openapi3.Schema, no *bool) {
	if s.Type.Is("object") && s.AdditionalProperties.Schema == nil {
		s.AdditionalProperties.Has = no
	}
	for _, p := range s.Properties {
		closeObjects(p.Value, no)
	}
}

// Seen is one outcome of an operation.
type seen struct {
	operation string
	status    int
}

var observed struct {
	sync.Mutex
	all map[seen]bool
}

// checked is a transport that holds every answer against the contract. What doesn't fit fails the test.
type checked struct {
	t    testing.TB
	next http.RoundTripper
}

// RoundTrip sends the request and checks the answer.
func (c checked) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		return nil, err
	}
	if err != nil {
		return nil, err
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	if err := check(r, res, body); err != nil {
		c.t.Errorf("%s %s answered %d, and the contract says: %v", r.Method, r.URL.Path, res.StatusCode, err)
	}
	return res, nil
}

func check(r *http.Request, res *http.Response, body []byte) error {
	if res.Header.Get("X-Request-Id") == "" || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		return fmt.Errorf("every answer carries X-Request-Id and X-Content-Type-Options: %v", res.Header)
	}
	router, err := strictContract()
	if err != nil {
		return err
	}
	route, params, err := find(router, r)
	if err != nil {
		return checkUnrouted(r, res)
	}
	status := res.StatusCode
	declared := route.Operation.Responses.Status(status)
	if declared == nil {
		return fmt.Errorf("%s has no status %d: %s", route.Operation.OperationID, status, body)
	}
	if r.Method != http.MethodHead {
		if err := validate(route, params, r, res, body); err != nil {
			return err
		}
	}
	for name, header := range declared.Value.Headers {
		if header.Value.Required && res.Header.Get(name) == "" {
			return fmt.Errorf("the header %s is missing", name)
		}
	}
	observed.Lock()
	defer observed.Unlock()
	if observed.all == nil {
		observed.all = map[seen]bool{}
	}
	observed.all[seen{route.Operation.OperationID, status}] = true
	return nil
}

func validate(route *routers.Route, params map[string]string, r *http.Request, res *http.Response, body []byte) error {
	return openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: r, PathParams: params, Route: route},
		Status:                 res.StatusCode,
		Header:                 res.Header,
		Body:                   io.NopCloser(bytes.NewReader(body)),
		Options:                &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true},
	})
}

// find looks the operation up under both spellings of its path; HEAD is GET.
func find(router routers.Router, r *http.Request) (route *routers.Route, params map[string]string, err error) {
	probe := r.Clone(context.Background())
	if probe.Method == http.MethodHead {
		probe.Method = http.MethodGet
	}
	bare := strings.TrimSuffix(r.URL.Path, "/")
	if strings.HasSuffix(bare, "/") {
		return nil, nil, routers.ErrPathNotFound
	}
	for _, path := range []string{bare, bare + "/"} {
		probe.URL.Path = path
		if route, params, err = router.FindRoute(probe); err == nil {
			return route, params, nil
		}
	}
	return nil, nil, err
}

// checkUnrouted holds what the contract says in its description: unknown paths, methods and OPTIONS, and
// the documentation.
func checkUnrouted(r *http.Request, res *http.Response) error {
	problem := res.Header.Get("Content-Type") == "application/problem+json"
	switch {
	case r.Method == http.MethodOptions && res.StatusCode == http.StatusNoContent && res.Header.Get("Allow") != "",
		res.StatusCode == http.StatusNotFound && problem,
		res.StatusCode == http.StatusMethodNotAllowed && problem && res.Header.Get("Allow") != "":
		return nil
	case slices.ContainsFunc([]string{"/docs", "/openapi."}, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) }), r.URL.Path == "/":
		return nil
	}
	return fmt.Errorf("no operation, and not answered as an unknown one: %v", res.Header)
}

// unseen lists what the contract declares and no test has seen.
func unseen() ([]string, error) {
	doc, err := gen.GetSpec()
	if err != nil {
		return nil, err
	}
	var missing []string
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			for status := range op.Responses.Map() {
				var code int
				if _, err := fmt.Sscan(status, &code); err != nil {
					return nil, fmt.Errorf("%s: status %s: %w", op.OperationID, status, err)
				}
				if !observed.all[seen{op.OperationID, code}] {
					missing = append(missing, fmt.Sprintf("%s %s never answered %s", method, path, status))
				}
			}
		}
	}
	slices.Sort(missing)
	return missing, nil
}
