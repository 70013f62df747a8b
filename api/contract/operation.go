package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/validate"
)

// defaultDeadline is how long an operation may take after its body has arrived, unless the contract has x-deadline-seconds. deadlineBody
// has the deadline of the body.
const defaultDeadline = 10 * time.Second

// operation has the rules of one method of one path.
type operation struct {
	id           string
	route        string // the path as the contract writes it
	body         *validate.Schema
	bodyOptional bool
	maxBytes     int64    // the maximum size of the body
	codings      []string // the accepted content codings of the body
	bodyInFile   bool     // the body is received into a file
	deadline     time.Duration

	namedList *namedList // nil: one invalid element makes the whole body invalid

	query     []*validate.Parameter
	path      map[string]*validate.Parameter // nil: an id
	restParam string                         // the parameter whose value is the rest of the path; empty: none

	needsAdmission   bool   // is rejected while too many requests are waiting
	writes           bool   // isn't a GET
	needsUser        bool   // needs an access token
	recentLogin      bool   // needs a recent login
	scope            string // the scope that an API token needs; empty: API tokens can't call it
	refreshCookie    bool   // accepts the refresh cookie instead of the body
	rateLimited      bool   // declares 429
	idempotent       bool   // accepts an idempotency key
	rejectsCrossSite bool   // declares 403 and needs no access token (a page of another origin doesn't have one)
	errorMember      bool   // its 400 has the member `error`

	deprecatedSince, sunset time.Time // zero: not deprecated
}

// operation compiles the rules of an operation. It returns an error if the contract has no such operation, or if the operation lacks
// something that the server needs.
func (c *Contract) operation(method, path string) (*operation, error) {
	item := c.doc.Paths.Value(path)
	if item == nil || item.GetOperation(method) == nil {
		return nil, fmt.Errorf("the contract has no %s %s", method, path)
	}
	op := item.GetOperation(method)
	o := &operation{
		id: op.OperationID, route: path, deadline: defaultDeadline,
		rateLimited: op.Responses.Status(http.StatusTooManyRequests) != nil,
		errorMember: hasErrorMember(op),
	}
	if seconds, ok := op.Extensions["x-deadline-seconds"].(float64); ok {
		o.deadline = time.Duration(seconds) * time.Second
	}
	var err error
	if o.deprecatedSince, o.sunset, err = deprecation(op); err != nil {
		return nil, err
	}
	if o.query, o.path, err = c.params(item.Parameters, op.Parameters); err != nil {
		return nil, fmt.Errorf("%s: %w", op.OperationID, err)
	}
	if _, last, ok := strings.Cut(path, "{"); ok && strings.HasSuffix(last, "}") {
		o.restParam = strings.TrimSuffix(last, "}")
	}
	o.idempotent = op.Parameters.GetByInAndName(openapi3.ParameterInHeader, idempotency.Header) != nil
	o.needsUser, o.refreshCookie = c.security(op)
	o.writes = method != http.MethodGet
	o.needsAdmission = o.needsUser || o.writes // the others need no database, or only check it
	o.rejectsCrossSite = !o.needsUser && op.Responses.Status(http.StatusForbidden) != nil
	if err = c.readAccess(o, op); err != nil {
		return nil, err
	}
	if op.RequestBody != nil {
		if err = c.body(o, op.RequestBody.Value); err == nil {
			o.namedList, err = c.namedList(o, op)
		}
	}
	return o, err
}

func hasErrorMember(op *openapi3.Operation) bool {
	badRequest := op.Responses.Status(http.StatusBadRequest)
	if badRequest == nil {
		return false
	}
	_, ok := badRequest.Value.Content.Get("application/problem+json").Schema.Value.Properties["error"]
	return ok
}

func (c *Contract) security(op *openapi3.Operation) (needsUser, refreshCookie bool) {
	requirements := c.doc.Security
	if op.Security != nil {
		requirements = *op.Security
	}
	for _, r := range requirements {
		_, bearer := r["bearerAuth"]
		_, cookie := r["refreshCookie"]
		needsUser, refreshCookie = needsUser || bearer, refreshCookie || cookie
	}
	return needsUser, refreshCookie
}

// readAccess reads x-requires-recent-login and x-required-scope. It returns an error if the operation has both, or has one of them but
// needs no access token.
func (c *Contract) readAccess(o *operation, op *openapi3.Operation) error {
	recentLogin, scope := op.Extensions["x-requires-recent-login"], op.Extensions["x-required-scope"]
	o.recentLogin, _ = recentLogin.(bool)
	o.scope, _ = scope.(string)
	switch {
	case recentLogin != nil && !o.recentLogin:
		return fmt.Errorf("%s: x-requires-recent-login must be true", o.id)
	case scope != nil && !slices.Contains(c.doc.Components.Schemas["Scope"].Value.Enum, scope):
		return fmt.Errorf("%s: x-required-scope must be a scope like recipes:read", o.id)
	case recentLogin != nil && scope != nil:
		return fmt.Errorf("%s: an API token never has a recent login: it needs no x-required-scope", o.id)
	case (recentLogin != nil || scope != nil) && !o.needsUser:
		return fmt.Errorf("%s needs no access token, and so no scope and no recent login", o.id)
	}
	return nil
}

// body compiles the rules of the body. It returns an error if the contract doesn't limit its size, or if its schema has a keyword that
// package validate doesn't check.
func (c *Contract) body(o *operation, body *openapi3.RequestBody) (err error) {
	limit, ok := body.Extensions["x-max-body-bytes"].(float64) // all numbers of a parsed document are float64
	if !ok || limit < 1 {
		return fmt.Errorf("%s: its body needs x-max-body-bytes", o.id)
	}
	o.bodyOptional, o.maxBytes = !body.Required, int64(limit)
	o.bodyInFile, _ = body.Extensions["x-body-in-file"].(bool)
	codings, _ := body.Extensions["x-content-codings"].([]any)
	for _, one := range codings {
		coding, _ := one.(string)
		if decoders[coding] == nil {
			return fmt.Errorf("%s: the content coding %v is not supported", o.id, one)
		}
		o.codings = append(o.codings, coding)
	}
	if o.body, err = validate.Compile(body.Content.Get("application/json").Schema.Value, c.formats, "body"); err != nil {
		return fmt.Errorf("%s: %w", o.id, err)
	}
	return nil
}

// deprecation returns the day since which an operation is deprecated (RFC 9745) and the day after which it may be removed (RFC 8594), or
// zero times if it isn't deprecated. It returns an error if the contract has only one of the days.
func deprecation(op *openapi3.Operation) (since, sunset time.Time, err error) {
	if !op.Deprecated {
		if op.Extensions["x-sunset"] != nil {
			err = fmt.Errorf("%s has x-sunset but isn't deprecated", op.OperationID)
		}
		return since, sunset, err
	}
	if since, err = day(op, "x-deprecated-since"); err != nil {
		return since, sunset, err
	}
	sunset, err = day(op, "x-sunset")
	return since, sunset, err
}

func day(op *openapi3.Operation, extension string) (time.Time, error) {
	text, _ := op.Extensions[extension].(string)
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		err = fmt.Errorf("%s is deprecated and needs %s, a day like \"2027-01-31\": %w", op.OperationID, extension, err)
	}
	return t, err
}
