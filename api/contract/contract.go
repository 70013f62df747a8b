// Package contract binds openapi.yaml to the routes of the server. It registers a route for each operation, with the checks that the
// contract requires.
package contract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/validate"
)

// The lines of the contract that depend on the operator's settings: the minimum length of a new password, and the path of the public
// URL. The server publishes the contract with the actual values.
const (
	passwordMinLine = "minLength: %d # OCIPE_PASSWORD_MIN" //nolint:gosec // a line of the contract, no password
	serverLine      = "  - url: /\n"
)

// Contract is openapi.yaml as a server enforces and publishes it. It is immutable, so several servers may share one.
type Contract struct {
	Source     []byte // openapi.yaml
	YAML, JSON []byte // the published document
	Path       string // of the public URL, escaped, without the last slash

	doc     *openapi3.T
	formats map[string]validate.Format
}

// Load parses openapi.yaml and sets the minimum length of a new password and the path of the server's public URL. It returns an error
// if the document isn't valid OpenAPI 3.0.
func Load(ctx context.Context, source []byte, policy password.Policy, public *url.URL) (*Contract, error) {
	c := &Contract{Source: source, YAML: source, Path: strings.TrimSuffix(public.EscapedPath(), "/"), formats: formats(policy)}
	lines := map[string]string{fmt.Sprintf(passwordMinLine, 8): fmt.Sprintf(passwordMinLine, policy.MinLength), serverLine: serverLine}
	if c.Path != "" {
		lines[serverLine] = fmt.Sprintf("  - url: '%s'\n", strings.ReplaceAll(c.Path, "'", "''"))
	}
	for line, published := range lines {
		if bytes.Count(c.YAML, []byte(line)) != 1 {
			return nil, fmt.Errorf("the contract must have the line %q exactly once", line)
		}
		c.YAML = bytes.Replace(c.YAML, []byte(line), []byte(published), 1)
	}
	var err error
	if c.doc, err = openapi3.NewLoader().LoadFromData(c.YAML); err != nil {
		return nil, fmt.Errorf("parse the contract: %w", err)
	}
	if err := c.doc.Validate(ctx); err != nil {
		return nil, fmt.Errorf("the contract is invalid: %w", err)
	}
	if c.JSON, err = c.doc.MarshalJSON(); err != nil {
		return nil, fmt.Errorf("write the contract as JSON: %w", err)
	}
	return c, nil
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
