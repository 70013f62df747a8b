package validate

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/username"
)

// requireAgreement fails unless the compiled schema and the oracle have the same result for a body, which it returns.
func requireAgreement(t require.TestingT, compiled *Schema, schema *openapi3.Schema, body string) (result string) {
	o := oracle{formats: formats}
	value, wantErr := o.check(schema, []byte(body))
	found, err := compiled.Body([]byte(body))
	normal, invalid := found.Normal, found.Invalid
	if wantErr != nil {
		malformed, is := errors.AsType[*Malformed](err)
		require.True(t, is, "%.2000q", body)
		require.LessOrEqual(t, malformed.Offset, len(body))
		require.Regexp(t, `^[A-Z].{10,450}\.$`, malformed.Error())
		require.Nil(t, invalid)
		return "malformed"
	}
	require.NoError(t, err, "%.2000q", body)
	require.Equal(t, o.errors(), withoutDetails(invalid), "%.2000q", body)
	if len(invalid) > 0 {
		require.Nil(t, normal)
		return "invalid"
	}
	text, err := json.Marshal(value)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(normal), "%.2000q", body)
	return "valid"
}

func TestBodiesAreCheckedAsByKin(t *testing.T) {
	t.Parallel()
	for operation, schema := range contractBodies(t) {
		t.Run("Of"+operation, func(t *testing.T) {
			t.Parallel()
			compiled, seen := compiled(t, schema), map[string]int{}
			rapid.Check(t, func(t *rapid.T) {
				for range 4 {
					seen[requireAgreement(t, compiled, schema, document(t, schema))]++
				}
			})
			requireSeen(t, seen, "malformed", "invalid")
			if operation != "importAccount" { // a random document for its large schema is hardly ever valid
				requireSeen(t, seen, "valid")
			}
		})
	}
}

// TestSchemasOfAllKindsAreCheckedAsByKin uses combinations of keywords that the contract doesn't have yet.
func TestSchemasOfAllKindsAreCheckedAsByKin(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rapid.Check(t, func(t *rapid.T) {
		schema := openapi3.NewObjectSchema()
		schema.Properties = openapi3.Schemas{}
		for _, name := range []string{"name", "x", "y"} {
			schema.Properties[name] = anySchema(t, 2).NewRef()
			if rapid.Bool().Draw(t, "required") {
				schema.Required = append(schema.Required, name)
			}
		}
		compiled, err := Compile(schema, formats, "body")
		require.NoError(t, err)
		for range 4 {
			seen[requireAgreement(t, compiled, schema, document(t, schema))]++
		}
	})
	requireSeen(t, seen, "malformed", "invalid", "valid")
}

// requireSeen fails unless all of these cases were seen: a property without any case proves nothing.
func requireSeen[T comparable](t *testing.T, seen map[T]int, cases ...T) {
	t.Helper()
	for _, c := range cases {
		require.Positive(t, seen[c], "never seen: %v in %v", c, seen)
	}
}

// anySchema draws a schema with any of the supported keywords.
func anySchema(t *rapid.T, depth int) *openapi3.Schema {
	small := rapid.IntRange(0, 4)
	maybe := rapid.Bool()
	s := &openapi3.Schema{Nullable: maybe.Draw(t, "nullable")}
	switch kind := rapid.IntRange(0, 4).Draw(t, "kind"); {
	case kind == 0 && depth > 0:
		s.Type, s.Properties = &openapi3.Types{"object"}, openapi3.Schemas{"name": anySchema(t, depth-1).NewRef(), "quantity": anySchema(t, depth-1).NewRef()}
		s.Required = rapid.SampledFrom([][]string{nil, {"name"}, {"quantity", "name"}}).Draw(t, "required")
	case kind == 1 && depth > 0:
		s.Type, s.Items, s.MinItems = &openapi3.Types{"array"}, anySchema(t, depth-1).NewRef(), uint64(small.Draw(t, "least"))
		s.MaxItems = openapi3.Ptr(s.MinItems + uint64(small.Draw(t, "more")))
	case kind == 2:
		s.Type = &openapi3.Types{"boolean"}
	case kind == 3:
		s.Type = &openapi3.Types{"integer"}
		if maybe.Draw(t, "least") {
			s.Min = openapi3.Ptr(float64(small.Draw(t, "minimum") - 1))
		}
		if maybe.Draw(t, "most") {
			s.Max = rapid.SampledFrom([]*float64{openapi3.Ptr(5.0), openapi3.Ptr(36500.0), openapi3.Ptr(float64(MaxID))}).Draw(t, "maximum")
		}
	default:
		s.Type, s.MinLength = &openapi3.Types{"string"}, uint64(small.Draw(t, "least"))
		s.MaxLength = openapi3.Ptr(s.MinLength + uint64(small.Draw(t, "more")))
		s.Pattern = rapid.SampledFrom([]string{"", anyTextPattern, nonBlankPattern, "^[a-z ]*$", "^.?é"}).Draw(t, "pattern")
		s.Format = rapid.SampledFrom([]string{"", "", "username", "password"}).Draw(t, "format")
		if maybe.Draw(t, "numbers") {
			s.Extensions = map[string]any{acceptsNumbers: true}
		}
		if rapid.IntRange(0, 3).Draw(t, "enum") == 0 {
			s.Enum = []any{"weekday", "used", ""}[rapid.IntRange(0, 2).Draw(t, "from"):]
		}
	}
	return s
}

func TestParametersAreCheckedAsByKin(t *testing.T) {
	t.Parallel()
	sent := rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "name", " -name\t", "0", "1", "01", "500", "501", "-1", "1.0", "1e1", "x\x00", "1\x00", "\xff", "9" + strings.Repeat("0", 400), strings.Repeat("é", 500), strings.Repeat("é", 501), "\u2003" + strings.Repeat("x", 4097)}),
		rapid.String())
	for name, schema := range contractParameters(t) {
		parameter, err := CompileParameter(schema, formats, name)
		require.NoError(t, err)
		seen, sent := map[bool]int{}, sent
		if text, ok := formatted[schema.Format]; ok {
			sent = rapid.OneOf(sent, rapid.Just(text))
		}
		for _, value := range schema.Enum {
			sent = rapid.OneOf(sent, rapid.Just(value.(string)))
		}
		rapid.Check(t, func(t *rapid.T) {
			text := sent.Draw(t, name)
			o := oracle{formats: formats}
			want := o.parameter(schema, name, text)
			normal, invalid := parameter.Check(text)
			require.Equal(t, o.errors(), withoutDetails(invalid))
			if invalid == nil {
				require.Equal(t, want, normal)
			}
			seen[invalid == nil]++
		})
		requireSeen(t, seen, true, false)
	}
}

func TestOnlyTheFirstThousandErrorsAreReported(t *testing.T) {
	t.Parallel()
	schema := contractBodies(t)["importRecipes"]
	compiled := compiled(t, schema)
	of := func(count int, element string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(element+",", count), ",") + "]"
	}
	valid := `{"name": "x", "meat_type": "x", "longevity": 1, "frequency": "rarely", "ingredients": %s}`
	blankNames := of(1000, strings.Replace(fmt.Sprintf(valid, "[]"), `"name": "x"`, `"name": ""`, 1))
	for _, list := range []string{
		of(1000, "{}"), of(1001, "{}"), of(200, "{}"), blankNames, of(10, fmt.Sprintf(valid, of(200, "{}"))), of(5, fmt.Sprintf(valid, of(201, `{"quantity": "\u0000", "name": 5}`))),
		of(1000, `{"ingredients": [{"name": "\u0000"}], "name": null}`),
	} {
		require.Equal(t, "invalid", requireAgreement(t, compiled, schema, `{"list": `+list+`}`))
		found, err := compiled.Body([]byte(`{"list": ` + list + `}`))
		require.NoError(t, err)
		require.Len(t, found.Invalid, 1000)
	}
}

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
	"session-id":   {Normalize: asSent},
	"date-time":    {},
	"density":      {},
	"weight":       {},
	"factor":       {},

	"date": {}, "date-or-empty": {},
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

func TestControlCharactersBeyondASCIIAreChecked(t *testing.T) {
	t.Parallel()
	schema := contractBodies(t)["addFridgeIngredient"]
	require.Equal(t, "invalid", requireAgreement(t, compiled(t, schema), schema, `{"name": "\u009a", "group": "a\u0080b"}`))
	require.Equal(t, "valid", requireAgreement(t, compiled(t, schema), schema, `{"name": "a\u0085b", "group": "\u00a0a"}`))
}
