package apitest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// strictContract is the contract with closed objects in all responses: an undeclared member is an error.
var strictContract = sync.OnceValues(func() (routers.Router, error) {
	doc, err := Document()
	if err != nil {
		return nil, err
	}
	doc.Servers = nil
	closed := map[*openapi3.Schema]bool{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			for _, response := range op.Responses.Map() {
				for _, media := range response.Value.Content {
					if err := closeObjects(media.Schema, closed); err != nil {
						return nil, fmt.Errorf("%s: %w", op.OperationID, err)
					}
				}
			}
		}
	}
	return gorillamux.NewRouter(doc)
})

// closeObjects closes the objects of a schema, at any depth. It fails if several schemas share an object: if each were closed, it
// would reject the members of the others.
func closeObjects(ref *openapi3.SchemaRef, closed map[*openapi3.Schema]bool) error {
	if ref == nil || closed[ref.Value] {
		return nil
	}
	s := ref.Value
	closed[s] = true
	isObject := s.Type.Is("object") || len(s.Properties) > 0
	switch {
	case len(s.AllOf) > 1, len(s.AllOf) == 1 && isObject:
		return errors.New("allOf of several schemas can't be closed: write one object with all the members")
	case isObject && s.AdditionalProperties.Schema == nil && s.AdditionalProperties.Has == nil:
		s.AdditionalProperties.Has = new(false)
	}
	inner := slices.Concat(slices.Collect(maps.Values(s.Properties)), s.AllOf, s.AnyOf, s.OneOf)
	for _, one := range append(inner, s.Items, s.AdditionalProperties.Schema) {
		if err := closeObjects(one, closed); err != nil {
			return err
		}
	}
	return nil
}

// checkingTransport is a transport that checks every response against the contract. A response that doesn't match fails the test.
type checkingTransport struct {
	t    testing.TB
	next http.RoundTripper
	logs *pgtest.Logs // of the server; may be nil
}

// RoundTrip sends the request and checks the response.
func (c checkingTransport) RoundTrip(r *http.Request) (*http.Response, error) {
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
	plain, err := Decompress(res.Header, body)
	if err == nil {
		err = check(r, res, plain)
	}
	if err != nil {
		c.t.Errorf("%s %s: the response with status %d doesn't fit the contract: %v%s", r.Method, r.URL.EscapedPath(), res.StatusCode, err, c.logged(res))
	}
	return res, nil
}

// logged returns the log lines of a request that has failed with 500. They have the cause, which the response doesn't show.
func (c checkingTransport) logged(res *http.Response) (lines string) {
	if c.logs == nil || res.StatusCode != http.StatusInternalServerError {
		return ""
	}
	for line := range strings.Lines(c.logs.String()) {
		if strings.Contains(line, res.Header.Get("X-Request-Id")) {
			lines += "\n" + line
		}
	}
	return lines
}

func check(r *http.Request, res *http.Response, body []byte) error {
	for name, form := range requiredHeaders {
		if !form.MatchString(res.Header.Get(name)) {
			return fmt.Errorf("every response has %s: %v", name, res.Header)
		}
	}
	router, err := strictContract()
	if err != nil {
		return err
	}
	route, params, err := find(router, r)
	if err != nil {
		return checkUnrouted(r, res, errors.Is(err, routers.ErrMethodNotAllowed))
	}
	status := res.StatusCode
	declared := route.Operation.Responses.Status(status)
	if declared == nil {
		return fmt.Errorf("%s has no status %d: %s", route.Operation.OperationID, status, body)
	}
	if err := checkHeaders(declared.Value.Headers, res.Header); err != nil {
		return err
	}
	if r.Method != http.MethodHead {
		if err := checkBody(declared.Value, body); err != nil {
			return err
		}
		if err := validate(route, params, r, res, body); err != nil {
			return err
		}
	}
	observed.Lock()
	defer observed.Unlock()
	if observed.all == nil {
		observed.all = map[observation]bool{}
	}
	observed.all[observation{route.Operation.OperationID, status}] = true
	return nil
}

// requiredHeaders has the headers that every response has according to the description of the contract.
var requiredHeaders = map[string]*regexp.Regexp{
	"X-Request-Id":           regexp.MustCompile(`^[\w-]{1,64}$`),
	"X-Content-Type-Options": regexp.MustCompile(`^nosniff$`),
	"Server":                 regexp.MustCompile(`^Ocipe/\S+$`),
	"API-Version":            regexp.MustCompile(`^\d+\.\d+\.\d+$`),
	"Cache-Control":          regexp.MustCompile(`.`),
	"Referrer-Policy":        regexp.MustCompile(`^(no-referrer|same-origin)$`),

	"Content-Security-Policy":      regexp.MustCompile(`^default-src 'none'; .*frame-ancestors 'none'$`),
	"Cross-Origin-Resource-Policy": regexp.MustCompile(`^same-origin$`),
}

// mustBeDeclared lists headers that change the behavior of a client. The contract must declare them.
var mustBeDeclared = []string{"ETag", "Link", "Location", "Retry-After", "Set-Cookie", "WWW-Authenticate"}

var errStored = errors.New("Cache-Control must be no-store, unless the contract declares another value")

// checkHeaders checks the headers, including those of HEAD and 304, which the library skips.
func checkHeaders(declared openapi3.Headers, sent http.Header) error {
	for _, name := range mustBeDeclared {
		if sent.Get(name) != "" && declared[name] == nil {
			return fmt.Errorf("the header %s is not declared", name)
		}
	}
	if declared["Cache-Control"] == nil && sent.Get("Cache-Control") != "no-store" {
		return errStored
	}
	for name, header := range declared {
		lines := sent.Values(name)
		switch {
		case len(lines) == 0 && header.Value.Required:
			return fmt.Errorf("the header %s is missing", name)
		case len(lines) == 0:
			continue
		case len(lines) > 1 && name != "Set-Cookie": // which can't be joined (RFC 6265, section 3)
			return fmt.Errorf("the header %s comes %d times", name, len(lines))
		}
		for _, line := range lines {
			if err := checkHeader(name, header.Value.Schema.Value, line); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkHeader(name string, schema *openapi3.Schema, line string) error {
	value := any(line)
	if n, err := strconv.ParseFloat(line, 64); err == nil && schema.Type.Is("integer") {
		value = n
	}
	if err := schema.VisitJSON(value); err != nil {
		return fmt.Errorf("the header %s is not as declared: %w", name, err)
	}
	return nil
}

// checkBody finds errors that decoding would accept: undeclared content, repeated members, invalid UTF-8, and data after the JSON
// value.
func checkBody(declared *openapi3.Response, body []byte) error {
	if len(declared.Content) == 0 && len(body) > 0 {
		return fmt.Errorf("content, but none is declared: %s", body)
	}
	if len(declared.Content) > 0 && !jsontext.Value(body).IsValid() {
		return fmt.Errorf("not one JSON value in UTF-8 with distinct member names: %s", body)
	}
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
