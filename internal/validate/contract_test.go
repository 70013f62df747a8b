package validate

import (
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/username"
)

// formats resembles those of the server.
var formats = map[string]Format{
	"base64url": {},
	"username":  {Normalize: username.Normalize},
	"new-username": {
		Normalize: username.Normalize, Check: username.Check,
	},
	"password":     {Normalize: asSent},
	"new-password": {Normalize: asSent, Check: func(s string) []apperr.FieldError { return password.Policy{MinLength: 8}.Check(s, "") }},
	"jwt":          {Normalize: asSent},
	"date-time":    {},
}

func asSent(s string) string { return s }

// contractBodies returns the schemas of all bodies in the contract, by operation.
func contractBodies(t testing.TB) map[string]*openapi3.Schema {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	require.NoError(t, err)
	bodies := map[string]*openapi3.Schema{}
	for _, item := range doc.Paths.Map() {
		for _, op := range item.Operations() {
			if op.RequestBody != nil {
				bodies[op.OperationID] = op.RequestBody.Value.Content.Get("application/json").Schema.Value
			}
		}
	}
	require.NotEmpty(t, bodies)
	return bodies
}

// contractParameters returns the schemas of all query parameters in the contract, by name.
func contractParameters(t testing.TB) map[string]*openapi3.Schema {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	require.NoError(t, err)
	parameters := map[string]*openapi3.Schema{}
	for _, p := range doc.Components.Parameters {
		if p.Value.In == openapi3.ParameterInQuery {
			schema := p.Value.Schema.Value
			if schema.Type.Is("array") { // each value is checked as an element
				schema = schema.Items.Value
			}
			parameters[p.Value.Name] = schema
		}
	}
	require.NotEmpty(t, parameters)
	return parameters
}

func compiled(t testing.TB, schema *openapi3.Schema) *Schema {
	t.Helper()
	s, err := Compile(schema, formats, "body")
	require.NoError(t, err)
	return s
}
