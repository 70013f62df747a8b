package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/validate"
)

// passwordMinLine is the line of the contract that says how long a new password must be. It is the one
// limit that an operator may change; the document that is served says what holds on this server.
const passwordMinLine = "minLength: %d # OCIPE_PASSWORD_MIN"

// contract is openapi.yaml as this server keeps it: the source of every check of a request.
type contract struct {
	doc        *openapi3.T
	yaml, json []byte
	forms      map[string]validate.Format
}

// loadContract reads the contract. It fails if it isn't valid OpenAPI 3.0.
func loadContract(ctx context.Context, source []byte, policy password.Policy) (*contract, error) {
	line, mine := fmt.Sprintf(passwordMinLine, 8), fmt.Sprintf(passwordMinLine, policy.MinLength)
	if bytes.Count(source, []byte(line)) != 1 {
		return nil, errors.New("the contract doesn't say once how long a password must be")
	}
	source = bytes.Replace(source, []byte(line), []byte(mine), 1)
	doc, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		return nil, fmt.Errorf("read the contract: %w", err)
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("the contract is not valid: %w", err)
	}
	text, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write the contract as JSON: %w", err)
	}
	return &contract{doc: doc, yaml: source, json: text, forms: textForms(policy)}, nil
}

// ContractVersion returns the version of the API that openapi.yaml describes: its `info.version`.
func ContractVersion(source []byte) (string, error) {
	doc, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		return "", fmt.Errorf("read the contract: %w", err)
	}
	return doc.Info.Version, nil
}

// operation is what the contract says of one method of one path.
type operation struct {
	id       string
	route    string // the path as the contract writes it
	body     *validate.Schema
	optional bool  // the body may be left out
	maxBytes int64 // of the body
	deadline time.Duration

	query []*validate.Parameter
	path  map[string]*validate.Parameter // nil: an id

	needsUser     bool // an access token
	refreshCookie bool // takes the refresh cookie, which then stands for the body
	crossOrigin   bool // refuses pages of other origins: it declares 403, which nothing else answers
	errorMember   bool // its 400 has the member `error`
	notice        *notice
}

// operation looks up what stands in the contract for a route that is being bound. It fails if nothing does,
// or not all that is needed.
func (c *contract) operation(method, path string) (*operation, error) {
	item := c.doc.Paths.Value(path)
	if item == nil || item.GetOperation(method) == nil {
		return nil, fmt.Errorf("the contract has no %s %s", method, path)
	}
	op := item.GetOperation(method)
	o := &operation{id: op.OperationID, route: path, crossOrigin: op.Responses.Status(http.StatusForbidden) != nil, deadline: requestDeadline}
	if seconds, ok := op.Extensions["x-deadline-seconds"].(float64); ok {
		o.deadline = time.Duration(seconds) * time.Second
	}
	var err error
	if o.notice, err = noticeOf(op); err != nil {
		return nil, err
	}
	if o.query, o.path, err = c.params(item.Parameters, op.Parameters); err != nil {
		return nil, fmt.Errorf("%s: %w", op.OperationID, err)
	}
	if refusal := op.Responses.Status(http.StatusBadRequest); refusal != nil {
		_, o.errorMember = refusal.Value.Content.Get("application/problem+json").Schema.Value.Properties["error"]
	}
	security := c.doc.Security
	if op.Security != nil {
		security = *op.Security
	}
	for _, requirement := range security {
		_, bearer := requirement["bearerAuth"]
		_, cookie := requirement["refreshCookie"]
		o.needsUser = o.needsUser || bearer
		o.refreshCookie = o.refreshCookie || cookie
	}
	if op.RequestBody != nil {
		err = c.body(o, op.RequestBody.Value)
	}
	return o, err
}

// body adds what the contract says of the body. It fails if there is no limit of its size, or anything in its schema that
// nothing would check.
func (c *contract) body(o *operation, body *openapi3.RequestBody) (err error) {
	limit, ok := body.Extensions["x-max-body-bytes"].(float64) // as every number of a decoded document
	if !ok || limit < 1 {
		return fmt.Errorf("%s: its body has no x-max-body-bytes", o.id)
	}
	o.optional, o.maxBytes = !body.Required, int64(limit)
	if o.body, err = validate.Compile(body.Content.Get("application/json").Schema.Value, c.forms, "body"); err != nil {
		return fmt.Errorf("%s: %w", o.id, err)
	}
	return nil
}
