package validate

import (
	"encoding/json"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
)

// schemaOf decodes a schema.
func schemaOf(t testing.TB, text string) *openapi3.Schema {
	t.Helper()
	s := new(openapi3.Schema)
	require.NoError(t, json.Unmarshal([]byte(text), s))
	return s
}

func TestUnsupportedSchemasFailToCompile(t *testing.T) {
	t.Parallel()
	compile := func(schema string) error {
		_, err := Compile(openapi3.NewObjectSchema().WithProperty("x", schemaOf(t, schema)), formats, "body")
		return err
	}
	for kind, keywords := range map[string][]string{
		"string": {
			`"allOf": [{"type": "string"}]`, `"oneOf": [{"type": "string"}]`, `"anyOf": [{"type": "string"}]`,
			`"not": {"type": "string"}`, `"readOnly": true`, `"writeOnly": true`, `"const": "x"`, `"minimum": 1`,
			`"contentEncoding": "base64"`, `"kohlrabi": 1`,
		},
		"integer": {
			`"multipleOf": 2`, `"minimum": 1, "exclusiveMinimum": true`, `"maximum": 1, "exclusiveMaximum": true`,
			`"enum": [1]`,
		},
		"boolean": {
			`"enum": [true]`,
		},
		"array": {
			`"items": {"type": "string"}, "uniqueItems": true`,
		},
		"object": {
			`"additionalProperties": false`, `"additionalProperties": {"type": "string"}`, `"minProperties": 1`,
			`"maxProperties": 1`, `"discriminator": {"propertyName": "y"}`,
			`"properties": {"y": {"type": "string"}}, "patternProperties": {"": {"type": "string"}}`,
		},
	} {
		for _, members := range keywords {
			require.ErrorContains(t, compile(`{"type": "`+kind+`", `+members+`}`), "is not supported for the type "+kind, members)
		}
	}
	for schema, want := range map[string]string{
		`{"type": "string", "format": "uri"}`:                                            "body.x: unknown format uri",
		`{"type": "string", "pattern": "("}`:                                             "body.x: error parsing regexp: missing closing ): `(`",
		`{"type": "string", "enum": ["x", 1]}`:                                           "body.x: the enum must only have strings",
		`{"type": "string", "nullable": true, "enum": ["x", null]}`:                      "body.x: the enum must only have strings",
		`{"type": "integer", "format": "int32"}`:                                         "body.x: unknown format int32",
		`{"type": "integer", "minimum": 0.5}`:                                            "body.x: the limit 0.5 is not an integer that every client can read exactly",
		`{"type": "integer", "maximum": 9007199254740992}`:                               "body.x: the limit 9.007199254740992e+15 is not an integer that every client can read exactly",
		`{"type": "array"}`:                                                              "body.x: items is missing",
		`{"type": "array", "items": {"type": "number"}}`:                                 "body.x[]: the type must be string, integer, boolean, array or object",
		`{"type": "array", "items": {"type": "object", "properties": {"y": {}}}}`:        "body.x[].y: the type must be string, integer, boolean, array or object",
		`{"type": ["string", "null"]}`:                                                   "body.x: the type must be string, integer, boolean, array or object",
		`{"type": "object", "required": ["y"], "properties": {"z": {"type": "string"}}}`: "body.x: y is required but missing in properties",
	} {
		require.EqualError(t, compile(schema), want, schema)
	}
	require.EqualError(t, compile(`{"type": "string", "minimum": 1}`), "body.x: the keyword minimum is not supported for the type string")
	_, err := Compile(&openapi3.Schema{Always: openapi3.Ptr(true)}, formats, "body")
	require.Error(t, err)
	_, err = CompileParameter(schemaOf(t, `{"type": "array", "items": {"type": "boolean"}}`), formats, "x")
	require.EqualError(t, err, "x: the type of a parameter must be string or integer")
}

func TestKeywordsWithoutARuleAreIgnored(t *testing.T) {
	t.Parallel()
	s := compiled(t, schemaOf(t, `{"type": "object", "title": "x", "description": "x", "default": {}, "example": {}, "deprecated": true,
		"externalDocs": {"url": "x"}, "x-kohlrabi": true, "properties": {"x": {"type": "boolean", "nullable": true, "default": true}}}`))
	found, err := s.Body([]byte(`{"x": null}`))
	require.NoError(t, err)
	require.Empty(t, found.Invalid)
	require.Equal(t, `{"x":null}`, string(found.Normal))
}

func TestASchemaMayContainItself(t *testing.T) {
	t.Parallel()
	menu := schemaOf(t, `{"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}`)
	menu.Properties["courses"] = openapi3.NewArraySchema().WithItems(menu).NewRef()
	found, err := compiled(t, menu).Body([]byte(`{"name": "", "courses": [{"name": ""}, {"courses": [{"name": 5}]}]}`))
	require.NoError(t, err)
	require.Len(t, found.Invalid, 2)
	require.Equal(t, "courses.1.courses.0.name", found.Invalid[0].Path)
	require.Equal(t, "courses.1.name", found.Invalid[1].Path)
}

func TestAParameterIsRepeatedOnlyIfItIsAnArray(t *testing.T) {
	t.Parallel()
	word := openapi3.NewStringSchema().WithMinLength(1).WithMaxLength(3)
	single, err := CompileParameter(word, formats, "word")
	require.NoError(t, err)
	list, err := CompileParameter(openapi3.NewArraySchema().WithItems(word).WithMaxItems(3), formats, "word")
	require.NoError(t, err)
	_, err = CompileParameter(openapi3.NewArraySchema().WithItems(openapi3.NewBoolSchema()), formats, "word")
	require.Error(t, err)

	for _, c := range []struct {
		parameter *Parameter
		sent      []string
		normal    []string
		invalid   [][2]string // path and code
	}{
		{single, []string{" a "}, []string{"a"}, nil},
		{single, []string{"a", "a"}, nil, [][2]string{{"word", "repeated"}}},
		{single, []string{"long"}, nil, [][2]string{{"word", "too_long"}}},
		{list, []string{" a "}, []string{"a"}, nil},
		{list, []string{"a,b", "a", "a"}, []string{"a,b", "a", "a"}, nil},
		{list, []string{"a", "", "long"}, nil, [][2]string{{"word.1", "blank"}, {"word.2", "too_long"}}},
		{list, []string{"a", "b", "c", "long"}, nil, [][2]string{{"word", "too_many"}}},
	} {
		normal, errors := c.parameter.CheckAll(c.sent)
		var invalid [][2]string
		for _, e := range errors {
			invalid = append(invalid, [2]string{e.Path, e.Code})
		}
		require.Equal(t, c.invalid, invalid, "%q", c.sent)
		if invalid == nil {
			require.Equal(t, c.normal, normal, "%q", c.sent)
		}
	}
}
