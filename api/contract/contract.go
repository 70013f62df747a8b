// Package contract binds openapi.yaml to the routes of the server: it registers a route for each operation and puts in front
// of it the checks that the contract demands.
package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/validate"
)

// The lines of the contract that depend on the operator's settings. The server publishes them with what it enforces: the minimum
// length of a new password, and the path under which clients reach the server.
const (
	passwordMinLine = "minLength: %d # OCIPE_PASSWORD_MIN" //nolint:gosec // a line of the contract, no password
	serverLine      = "  - url: /\n"
)

// Contract is openapi.yaml as this server enforces and publishes it.
type Contract struct {
	YAML, JSON []byte // the published document

	doc     *openapi3.T
	formats map[string]validate.Format
}

// Load parses openapi.yaml and sets the minimum length of a new password and the path of the server's public URL, which is empty or
// begins with a slash. It returns an error if the document isn't valid OpenAPI 3.0.
func Load(ctx context.Context, source []byte, policy password.Policy, path string) (*Contract, error) {
	lines := map[string]string{fmt.Sprintf(passwordMinLine, 8): fmt.Sprintf(passwordMinLine, policy.MinLength), serverLine: serverLine}
	if path != "" {
		lines[serverLine] = fmt.Sprintf("  - url: '%s'\n", strings.ReplaceAll(path, "'", "''"))
	}
	for line, published := range lines {
		if bytes.Count(source, []byte(line)) != 1 {
			return nil, fmt.Errorf("the contract must have the line %q exactly once", line)
		}
		source = bytes.Replace(source, []byte(line), []byte(published), 1)
	}
	doc, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		return nil, fmt.Errorf("parse the contract: %w", err)
	}
	if err := doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("the contract is invalid: %w", err)
	}
	text, err := doc.MarshalJSON()
	if err != nil {
		return nil, fmt.Errorf("write the contract as JSON: %w", err)
	}
	return &Contract{YAML: source, JSON: text, doc: doc, formats: formats(policy)}, nil
}

// Version returns the version of the API: `info.version` of the contract.
func (c *Contract) Version() string { return c.doc.Info.Version }

// ReadVersion returns `info.version` of openapi.yaml without checking the rest of it.
func ReadVersion(source []byte) (string, error) {
	doc, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		return "", fmt.Errorf("parse the contract: %w", err)
	}
	if doc.Info == nil {
		return "", errors.New("the contract has no info")
	}
	return doc.Info.Version, nil
}

// OperationIDs returns the ids of all operations of openapi.yaml without checking the rest of it.
func OperationIDs(source []byte) ([]string, error) {
	doc, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		return nil, fmt.Errorf("parse the contract: %w", err)
	}
	var ids []string
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			ids = append(ids, op.OperationID)
		}
	}
	return ids, nil
}
