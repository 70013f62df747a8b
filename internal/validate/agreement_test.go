package validate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// agree demands that the compiled schema and the oracle say the same of a body. It returns what they say.
func agree(t require.TestingT, compiled *Schema, schema *openapi3.Schema, body string) (verdict string) {
	in := oracle{forms: forms}
	value, wantErr := in.check(schema, []byte(body))
	normal, faults, err := compiled.Body([]byte(body))
	if wantErr != nil {
		require.Error(t, err, "%.2000q", body)
		require.Nil(t, faults)
		return "malformed"
	}
	require.NoError(t, err, "%.2000q", body)
	want := in.flaws()
	require.Equal(t, want, faults, "%.2000q", body)
	if len(want) > 0 {
		require.Nil(t, normal)
		return "faulty"
	}
	text, err := json.Marshal(value)
	require.NoError(t, err)
	require.JSONEq(t, string(text), string(normal), "%.2000q", body)
	return "valid"
}

func TestBodiesAreCheckedAsKinDoes(t *testing.T) {
	t.Parallel()
	for operation, schema := range contractBodies(t) {
		t.Run("Of"+operation, func(t *testing.T) {
			t.Parallel()
			compiled, seen := compiled(t, schema), map[string]int{}
			rapid.Check(t, func(t *rapid.T) {
				for range 4 {
					seen[agree(t, compiled, schema, document(t, schema))]++
				}
			})
			for _, verdict := range []string{"malformed", "faulty", "valid"} {
				require.Positive(t, seen[verdict], "or it shows nothing: %v", seen)
			}
		})
	}
}

// The schemas have combinations of keywords that the contract doesn't have yet.
func TestSchemasOfAllKindsAreCheckedAsKinDoes(t *testing.T) {
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
		compiled, err := Compile(schema, forms, "body")
		require.NoError(t, err)
		for range 4 {
			seen[agree(t, compiled, schema, document(t, schema))]++
		}
	})
	for _, verdict := range []string{"malformed", "faulty", "valid"} {
		require.Positive(t, seen[verdict], "or it shows nothing: %v", seen)
	}
}

// anySchema is a schema of any keywords that are checked.
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
		s.Pattern = rapid.SampledFrom([]string{"", anyText, someText, "^[a-z ]*$", "^.?é"}).Draw(t, "pattern")
		s.Format = rapid.SampledFrom([]string{"", "", "username", "password"}).Draw(t, "format")
		if rapid.IntRange(0, 3).Draw(t, "enum") == 0 {
			s.Enum = []any{"weekday", "used", ""}[rapid.IntRange(0, 2).Draw(t, "from"):]
		}
	}
	return s
}

func TestWhatIsNotOneObjectIsMalformed(t *testing.T) {
	t.Parallel()
	schema := contractBodies(t)["refreshToken"]
	for _, body := range []string{"", " ", "null", "true", "5", `"x"`, "[]", "[{}]", "{", "{}{}", "{} x", "{}]", "\ufeff{}", "x"} {
		require.Equal(t, "malformed", agree(t, compiled(t, schema), schema, body), body)
	}
	require.Equal(t, "valid", agree(t, compiled(t, schema), schema, " {}\n"))
}

func TestParametersAreCheckedAsKinDoes(t *testing.T) {
	t.Parallel()
	sent := rapid.OneOf(
		rapid.SampledFrom([]string{"", " ", "name", " -name\t", "0", "1", "01", "500", "501", "-1", "1.0", "1e1", "x\x00", "1\x00", "\xff", "9" + strings.Repeat("0", 400), strings.Repeat("é", 500), strings.Repeat("é", 501), "\u2003" + strings.Repeat("x", 4097)}),
		rapid.String())
	for name, schema := range contractParameters(t) {
		parameter, err := CompileParameter(schema, forms, name)
		require.NoError(t, err)
		rapid.Check(t, func(t *rapid.T) {
			text := sent.Draw(t, name)
			in := oracle{forms: forms}
			want := in.parameter(schema, name, text)
			normal, faults := parameter.Check(text)
			require.Equal(t, in.flaws(), faults)
			if faults == nil {
				require.Equal(t, want, normal)
			}
		})
	}
}

func TestOfManyFaultsTheFirstAreTold(t *testing.T) {
	t.Parallel()
	schema := contractBodies(t)["importRecipes"]
	compiled := compiled(t, schema)
	of := func(count int, element string) string {
		return "[" + strings.TrimSuffix(strings.Repeat(element+",", count), ",") + "]"
	}
	valid := `{"name": "x", "meat_type": "x", "longevity": 1, "frequency": "rarely", "ingredients": %s}`
	blankNames := of(1000, strings.Replace(fmt.Sprintf(valid, "[]"), `"name": "x"`, `"name": ""`, 1))
	for _, list := range []string{
		of(1000, "{}"), of(1001, "{}"), of(200, "{}"), blankNames, of(1000, fmt.Sprintf(valid, of(200, "{}"))), of(1000, fmt.Sprintf(valid, of(201, `{"quantity": "\u0000", "name": 5}`))),
		of(1000, `{"ingredients": [{"name": "\u0000"}], "name": null}`),
	} {
		require.Equal(t, "faulty", agree(t, compiled, schema, `{"list": `+list+`}`))
		_, faults, err := compiled.Body([]byte(`{"list": ` + list + `}`))
		require.NoError(t, err)
		require.Len(t, faults, 1000)
	}
}
