package validate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/apperr"
)

// oracle is a second implementation of this package: it decodes a body into maps and lets kin-openapi validate them.
// It returns the paths and codes of errors, but not their details.
type oracle struct {
	formats map[string]Format
	found   []apperr.FieldError
	alone   *apperr.FieldError // the only error that is returned; nil: all are
	exact   bool               // the words of an enum must match in case
}

// check returns the normal form of a body, and collects its errors. It fails like [Schema.Body].
func (o *oracle) check(schema *openapi3.Schema, body []byte) (any, error) {
	body = bytes.TrimPrefix(body, byteOrderMark)
	if text := jsontext.Value(body); !text.IsValid() || text.Kind() != '{' {
		return nil, errors.New("not a JSON object")
	}
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, err
	}
	value = o.normal(schema, value, "")
	o.visit(schema, value, "")
	return meant(schema, value), nil
}

// normal normalizes a value as far as the schema describes it. A value of another type becomes an empty one, which
// kin-openapi rejects.
func (o *oracle) normal(schema *openapi3.Schema, value any, path string) any {
	switch value := value.(type) {
	case map[string]any:
		known := map[string]any{}
		for name, property := range schema.Properties {
			if member, ok := value[name]; ok && schema.Type.Is("object") {
				known[name] = o.normal(property.Value, member, joinPath(path, name))
			}
		}
		return known
	case []any:
		known := []any{}
		for i, element := range value {
			switch {
			case !schema.Type.Is("array"):
			case schema.MaxItems != nil && uint64(i) >= *schema.MaxItems: // the errors of further elements are not reported
				o.add(path, "too_many")
				return known
			default:
				known = append(known, o.normal(schema.Items.Value, element, joinPath(path, strconv.Itoa(i))))
			}
		}
		return known
	case string:
		switch text := strings.TrimSpace(value); {
		case schema.Type.Is("string"):
			return o.text(schema, value, path)
		case schema.Type.Is("integer") && schema.Max != nil && decimal.MatchString(text):
			number, _ := strconv.ParseFloat(text, 64) // infinite if out of range
			return clip(number)
		}
		return ""
	case json.Number:
		if schema.Extensions[acceptsNumbers] == true && schema.Type.Is("string") && !strings.ContainsAny(value.String(), "eE") {
			return o.text(schema, value.String(), path)
		}
		number, _ := value.Float64() // infinite if out of range
		switch {
		case !isInteger(value.String()):
			return notInteger
		case schema.Type.Is("integer") && schema.Max == nil && math.Abs(number) > MaxID:
			return 0.0
		}
		return clip(number)
	}
	return value
}

// text normalizes a text and collects the errors that kin-openapi doesn't find: of characters and of the format.
func (o *oracle) text(schema *openapi3.Schema, text, path string) string {
	format := o.formats[schema.Format]
	if most := schema.MaxLength; format.Normalize != nil && most != nil && *most < math.MaxInt/64 &&
		uint64(len(text)) > *most*maxShrink*utf8.UTFMax && !strings.ContainsRune(text, 0) {
		o.add(path, "too_long") // for any normal form
	}
	if format.Normalize == nil {
		format.Normalize = strings.TrimSpace
		if schema.Pattern == linePattern || schema.Pattern == optionalLinePattern {
			format.Normalize = func(text string) string { return whiteControls.Replace(strings.TrimSpace(text)) }
		}
	}
	normal := format.Normalize(text)
	for _, word := range schema.Enum {
		if !o.exact && strings.EqualFold(fmt.Sprint(word), normal) {
			normal = fmt.Sprint(word)
		}
	}
	switch {
	case strings.ContainsRune(text, 0), !utf8.ValidString(text), hasC1(normal, schema):
		o.add(path, "invalid_characters")
	case format.Check != nil:
		for _, e := range format.Check(normal) {
			o.add(path, e.Code)
		}
	}
	return normal
}

// visit validates a normalized value against the schema, level by level.
func (o *oracle) visit(schema *openapi3.Schema, value any, path string) {
	level := *schema
	level.Items, level.Properties = nil, nil
	err := level.VisitJSON(value, openapi3.MultiErrors(), openapi3.DisableSchemaErrorDetails())
	for _, e := range schemaErrors(err) {
		if e.SchemaField == "format" { // kin-openapi checks date-time; here, formats are those of the server
			continue
		}
		o.add(joinPath(path, strings.Join(e.JSONPointer(), ".")), kinCode(e))
		if schema.Extensions[tooLarge] != nil && kinCode(e) == "too_large" {
			o.alone = &o.found[len(o.found)-1]
		}
	}
	switch v := value.(type) {
	case []any:
		for i, e := range v {
			o.visit(schema.Items.Value, e, joinPath(path, strconv.Itoa(i)))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			o.visit(schema.Properties[name].Value, v[name], joinPath(path, name))
		}
	}
}

// parameter checks a query parameter.
func (o *oracle) parameter(schema *openapi3.Schema, name, sent string) string {
	o.exact = true
	text := o.text(schema, sent, name)
	var value any = text
	if schema.Type.Is("integer") && decimal.MatchString(text) {
		number, _ := strconv.ParseFloat(text, 64)
		value = clip(number)
	}
	o.visit(schema, value, name)
	return text
}

// errors returns path and code of the errors, one for each member, in the order of their paths.
func (o *oracle) errors() []string {
	if o.alone != nil {
		return withoutDetails([]apperr.FieldError{*o.alone})
	}
	rank := func(e apperr.FieldError) int { // of several errors of one member, this one says the least
		if e.Code == "not_allowed" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(o.found, func(a, b apperr.FieldError) int {
		return cmp.Or(oraclePaths(a.Path, b.Path), cmp.Compare(rank(a), rank(b)))
	})
	all := slices.CompactFunc(o.found, func(a, b apperr.FieldError) bool { return a.Path == b.Path })
	return withoutDetails(all[:min(len(all), maxErrors)])
}

func (o *oracle) add(path, code string) {
	o.found = append(o.found, apperr.FieldError{Path: path, Code: code})
}

func joinPath(path, member string) string {
	if path == "" || member == "" {
		return path + member
	}
	return path + "." + member
}

// hasC1 reports whether a text has a control character beyond ASCII, which the patterns of names and lines don't mention.
func hasC1(text string, schema *openapi3.Schema) bool {
	pattern := schema.Pattern
	return (pattern == optionalLinePattern || (pattern == linePattern || pattern == multilinePattern) && schema.MinLength > 0) && regexp.MustCompile(pattern).MatchString(text) &&
		strings.ContainsFunc(text, func(r rune) bool { return r >= 0x80 && r < 0xa0 && r != 0x85 })
}

// whiteControls are the control characters that count as a space in names.
var whiteControls = strings.NewReplacer("\t", " ", "\n", " ", "\v", " ", "\f", " ", "\r", " ", "\u0085", " ")
