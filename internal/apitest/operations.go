package apitest

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// Operation describes one method of one path of the contract. Tests that loop over operations cover new ones without a change.
type Operation struct {
	ID         string
	Tag        string
	Method     string
	Path       string                     // the template
	Statuses   []int                      // all that it declares
	Responses  map[int]*openapi3.Response // by status
	NeedsToken bool                       // an access token
	NeedsLogin bool                       // a recent login, too
	Scope      string                     // the scope that an API token needs; empty: API tokens can't call it
	Params     []*openapi3.Parameter
	Body       *Body            // nil: it takes none
	Result     *openapi3.Schema // of the JSON body of a success; nil: it has none
}

// Body describes the body of a request in the contract.
type Body struct {
	Required bool
	MaxBytes int64
	Example  map[string]any
	Schema   *openapi3.Schema
}

// Operations returns all operations of the contract, by path and method.
func Operations(t testing.TB) []Operation {
	t.Helper()
	all, err := operations()
	require.NoError(t, err)
	return all
}

// operations reads the contract once.
var operations = sync.OnceValues(func() ([]Operation, error) {
	doc, err := Document()
	if err != nil {
		return nil, err
	}
	var all []Operation
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			o, err := operationOf(doc, item, op)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", op.OperationID, err)
			}
			o.Method, o.Path = method, path
			all = append(all, o)
		}
	}
	slices.SortFunc(all, func(a, b Operation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Method, b.Method))
	})
	return all, nil
})

// operationOf converts an operation of the contract. It fails if a body has no limit or no example: the tests need them.
func operationOf(doc *openapi3.T, item *openapi3.PathItem, op *openapi3.Operation) (Operation, error) {
	o := Operation{ID: op.OperationID, Tag: strings.Join(op.Tags, " "), Responses: map[int]*openapi3.Response{}}
	o.NeedsLogin, _ = op.Extensions["x-requires-recent-login"].(bool)
	for status, response := range op.Responses.Map() {
		code, err := strconv.Atoi(status)
		if err != nil {
			return o, fmt.Errorf("status %s: %w", status, err)
		}
		o.Statuses = append(o.Statuses, code)
		o.Responses[code] = response.Value
	}
	slices.Sort(o.Statuses)
	if media := o.Responses[o.Success()].Content["application/json"]; media != nil {
		o.Result = media.Schema.Value
	}
	for _, p := range slices.Concat(item.Parameters, op.Parameters) {
		o.Params = append(o.Params, p.Value)
	}
	o.Scope, _ = op.Extensions["x-required-scope"].(string)
	security := doc.Security
	if op.Security != nil {
		security = *op.Security
	}
	for _, requirement := range security {
		_, bearer := requirement["bearerAuth"]
		o.NeedsToken = o.NeedsToken || bearer
	}
	if op.RequestBody == nil {
		return o, nil
	}
	body := op.RequestBody.Value
	media := body.Content["application/json"]
	limit, hasLimit := body.Extensions["x-max-body-bytes"].(float64)
	example, hasExample := media.Example.(map[string]any)
	if !hasLimit || !hasExample {
		return o, errors.New("the body needs x-max-body-bytes and an example")
	}
	o.Body = &Body{Required: body.Required, MaxBytes: int64(limit), Example: example, Schema: media.Schema.Value}
	return o, nil
}

// Declares reports whether the contract declares this status.
func (o Operation) Declares(status int) bool { return slices.Contains(o.Statuses, status) }

// RefusesCrossSite reports whether the operation rejects requests from pages of other origins: a browser may send those with a cookie,
// but not with an access token.
func (o Operation) RefusesCrossSite() bool { return !o.NeedsToken && o.Declares(http.StatusForbidden) }

// Success returns the status of the response to a valid request without the query of x-if-query.
func (o Operation) Success() int {
	for _, status := range o.Statuses {
		if o.Responses[status].Extensions["x-if-query"] == nil {
			return status
		}
	}
	return 0
}

// SuccessIf returns the status of the response to a valid request with these query parameters, spelled name=value.
func (o Operation) SuccessIf(query []string) int {
	for _, status := range o.Statuses {
		if with, ok := o.Responses[status].Extensions["x-if-query"].(string); ok && slices.Contains(query, with) {
			return status
		}
	}
	return o.Success()
}

// ResourceTemplate returns the template of the path of the resource that the operation handles: /api/recipes/{id}/ for
// /api/recipes/{id}/restore/.
func (o Operation) ResourceTemplate() string {
	before, _, found := strings.Cut(o.Path, "{id}/")
	if !found {
		return o.Path
	}
	return before + "{id}/"
}

// In returns the parameters of the path or of the query.
func (o Operation) In(place string) []*openapi3.Parameter {
	return slices.DeleteFunc(slices.Clone(o.Params), func(p *openapi3.Parameter) bool { return p.In != place })
}

// HasID reports whether the path names something by its id.
func (o Operation) HasID() bool {
	return slices.ContainsFunc(o.In("path"), func(p *openapi3.Parameter) bool { return p.Name == "id" })
}

// DeletesCaller reports whether the operation deletes the account of the caller.
func (o Operation) DeletesCaller() bool { return o.ID == "deleteAccount" }

// Reads reports whether the operation returns data of the caller and changes nothing. An export is an event of the security log.
func (o Operation) Reads() bool {
	return o.Method == http.MethodGet && o.NeedsToken && o.ID != "exportAccount"
}

// Revalidates reports whether the operation reads something that has an ETag.
func (o Operation) Revalidates() bool { return o.Reads() && o.Declares(http.StatusNotModified) }

// IDs returns the members of the body that hold ids: integers without limits.
func (o Operation) IDs() []string {
	if o.Body == nil {
		return nil
	}
	var names []string
	for name, property := range o.Body.Schema.Properties {
		s := property.Value
		if s.Type.Is("array") {
			s = s.Items.Value
		}
		if s.Type.Is("integer") && s.Max == nil {
			names = append(names, name)
		}
	}
	return names
}

// observation is one outcome of an operation.
type observation struct {
	operation string
	status    int
}

var observed struct {
	sync.Mutex
	all map[observation]bool
}

// missingStatuses lists the declared responses that no test has seen.
func missingStatuses() ([]string, error) {
	all, err := operations()
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, op := range all {
		for _, status := range op.Statuses {
			if !observed.all[observation{op.ID, status}] {
				missing = append(missing, fmt.Sprintf("%s %s never returned %d", op.Method, op.Path, status))
			}
		}
	}
	return missing, nil
}
