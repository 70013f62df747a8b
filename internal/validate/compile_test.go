package validate

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// schemaOf reads a schema as the contract would have it.
func schemaOf(t testing.TB, text string) *openapi3.Schema {
	t.Helper()
	s := new(openapi3.Schema)
	require.NoError(t, json.Unmarshal([]byte(text), s))
	return s
}

func TestWhatIsNotCheckedCantBeSaid(t *testing.T) {
	t.Parallel()
	for schema, want := range map[string]string{
		`{"type": "string", "allOf": [{"type": "string"}]}`:                                                          "body.x: nothing checks the keyword allOf of a schema of type string",
		`{"type": "string", "oneOf": [{"type": "string"}]}`:                                                          "body.x: nothing checks the keyword oneOf of a schema of type string",
		`{"type": "string", "anyOf": [{"type": "string"}]}`:                                                          "body.x: nothing checks the keyword anyOf of a schema of type string",
		`{"type": "string", "not": {"type": "string"}}`:                                                              "body.x: nothing checks the keyword not of a schema of type string",
		`{"type": "string", "readOnly": true}`:                                                                       "body.x: nothing checks the keyword readOnly of a schema of type string",
		`{"type": "string", "writeOnly": true}`:                                                                      "body.x: nothing checks the keyword writeOnly of a schema of type string",
		`{"type": "string", "const": "x"}`:                                                                           "body.x: nothing checks the keyword const of a schema of type string",
		`{"type": "string", "minimum": 1}`:                                                                           "body.x: nothing checks the keyword minimum of a schema of type string",
		`{"type": "string", "contentEncoding": "base64"}`:                                                            "body.x: nothing checks the keyword contentEncoding of a schema of type string",
		`{"type": "string", "kohlrabi": 1}`:                                                                          "body.x: nothing checks the keyword kohlrabi of a schema of type string",
		`{"type": "string", "format": "date"}`:                                                                       "body.x: format date isn't known",
		`{"type": "string", "pattern": "("}`:                                                                         "body.x: error parsing regexp: missing closing ): `(`",
		`{"type": "string", "enum": ["x", 1]}`:                                                                       "body.x: its enum has something else than texts",
		`{"type": "string", "nullable": true, "enum": ["x", null]}`:                                                  "body.x: its enum has something else than texts",
		`{"type": "integer", "multipleOf": 2}`:                                                                       "body.x: nothing checks the keyword multipleOf of a schema of type integer",
		`{"type": "integer", "minimum": 1, "exclusiveMinimum": true}`:                                                "body.x: nothing checks the keyword exclusiveMinimum of a schema of type integer",
		`{"type": "integer", "maximum": 1, "exclusiveMaximum": true}`:                                                "body.x: nothing checks the keyword exclusiveMaximum of a schema of type integer",
		`{"type": "integer", "enum": [1]}`:                                                                           "body.x: nothing checks the keyword enum of a schema of type integer",
		`{"type": "integer", "format": "int32"}`:                                                                     "body.x: format int32 isn't known",
		`{"type": "integer", "minimum": 0.5}`:                                                                        "body.x: its limit 0.5 is no integer that every client reads exactly",
		`{"type": "integer", "maximum": 9007199254740992}`:                                                           "body.x: its limit 9.007199254740992e+15 is no integer that every client reads exactly",
		`{"type": "boolean", "enum": [true]}`:                                                                        "body.x: nothing checks the keyword enum of a schema of type boolean",
		`{"type": "array", "items": {"type": "string"}, "uniqueItems": true}`:                                        "body.x: nothing checks the keyword uniqueItems of a schema of type array",
		`{"type": "array"}`:                                                                                          "body.x: it doesn't say what its items are",
		`{"type": "array", "items": {"type": "number"}}`:                                                             "body.x[]: its type is none of string, integer, boolean, array and object",
		`{"type": "array", "items": {"type": "object", "properties": {"y": {}}}}`:                                    "body.x[].y: its type is none of string, integer, boolean, array and object",
		`{"type": ["string", "null"]}`:                                                                               "body.x: its type is none of string, integer, boolean, array and object",
		`{"type": "object", "additionalProperties": false}`:                                                          "body.x: nothing checks the keyword additionalProperties of a schema of type object",
		`{"type": "object", "additionalProperties": {"type": "string"}}`:                                             "body.x: nothing checks the keyword additionalProperties of a schema of type object",
		`{"type": "object", "minProperties": 1}`:                                                                     "body.x: nothing checks the keyword minProperties of a schema of type object",
		`{"type": "object", "maxProperties": 1}`:                                                                     "body.x: nothing checks the keyword maxProperties of a schema of type object",
		`{"type": "object", "discriminator": {"propertyName": "y"}}`:                                                 "body.x: nothing checks the keyword discriminator of a schema of type object",
		`{"type": "object", "required": ["y"], "properties": {"z": {"type": "string"}}}`:                             "body.x: it requires y, which it doesn't describe",
		`{"type": "object", "properties": {"y": {"type": "string"}}, "patternProperties": {"": {"type": "string"}}}`: "body.x: nothing checks the keyword patternProperties of a schema of type object",
	} {
		_, err := Compile(openapi3.NewObjectSchema().WithProperty("x", schemaOf(t, schema)), forms, "body")
		require.EqualError(t, err, want, schema)
	}
	_, err := Compile(&openapi3.Schema{Always: openapi3.Ptr(true)}, forms, "body")
	require.Error(t, err)
	_, err = CompileParameter(schemaOf(t, `{"type": "array", "items": {"type": "string"}}`), forms, "x")
	require.EqualError(t, err, "x: a parameter is a string or an integer")
}

func TestWhatSaysNothingOfAValueMayBeSaid(t *testing.T) {
	t.Parallel()
	s := compiled(t, schemaOf(t, `{"type": "object", "title": "x", "description": "x", "default": {}, "example": {}, "deprecated": true,
		"externalDocs": {"url": "x"}, "x-kohlrabi": true, "properties": {"x": {"type": "boolean", "nullable": true, "default": true}}}`))
	normal, faults, err := s.Body([]byte(`{"x": null}`))
	require.NoError(t, err)
	require.Empty(t, faults)
	require.Equal(t, `{"x":null}`, string(normal))
}

func TestASchemaMayHoldItself(t *testing.T) {
	t.Parallel()
	menu := schemaOf(t, `{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}`)
	menu.Properties["courses"] = openapi3.NewArraySchema().WithItems(menu).NewRef()
	_, faults, err := compiled(t, menu).Body([]byte(`{"name": "", "courses": [{"name": ""}, {"courses": [{"name": 5}]}]}`))
	require.NoError(t, err)
	require.Len(t, faults, 2)
	require.Equal(t, "courses.1.courses.0.name", faults[0].Path)
	require.Equal(t, "courses.1.name", faults[1].Path)
}
