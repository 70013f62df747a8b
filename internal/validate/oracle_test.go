package validate

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/apperr"
)

// oracle is a second implementation of this package: it decodes a body into maps and lets kin-openapi validate them.
// Of several errors of one member it keeps the first.
type oracle struct {
	formats map[string]Format
	found   []apperr.FieldError
}

// check returns the normal form of a body, and collects its errors. It fails like [Schema.Body].
func (in *oracle) check(schema *openapi3.Schema, text []byte) (any, error) {
	dec := jsontext.NewDecoder(bytes.NewBuffer(text))
	if dec.PeekKind() != '{' {
		return nil, errors.New("not a JSON object")
	}
	body, err := in.normal(dec, schema, "")
	if err != nil {
		return nil, err
	}
	if _, err := dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, errors.New("data after the JSON object")
	}
	in.visit(schema, body, "")
	return body, nil
}

// visit validates a normalized value against the schema, level by level.
func (in *oracle) visit(schema *openapi3.Schema, value any, path string) {
	level := *schema
	level.Items, level.Properties = nil, nil
	err := level.VisitJSON(value, openapi3.MultiErrors(), openapi3.DisableSchemaErrorDetails())
	for _, e := range schemaErrors(err) {
		f := kinError(e)
		f.Path = joinPath(path, strings.Join(e.JSONPointer(), "."))
		in.found = append(in.found, f)
	}
	switch v := value.(type) {
	case []any:
		for i, e := range v {
			in.visit(schema.Items.Value, e, joinPath(path, strconv.Itoa(i)))
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			in.visit(schema.Properties[name].Value, v[name], joinPath(path, name))
		}
	}
}

// parameter checks a query parameter.
func (in *oracle) parameter(schema *openapi3.Schema, name, sent string) string {
	text := in.text(schema, sent, name)
	var value any = text
	if schema.Type.Is("integer") && decimal.MatchString(text) {
		number, _ := strconv.ParseFloat(text, 64)
		value = clip(number)
	}
	in.visit(schema, value, name)
	return text
}

// fieldErrors returns the errors, one for each member, in the order of their paths.
func (in *oracle) fieldErrors() []apperr.FieldError {
	rank := func(f apperr.FieldError) int { // of several errors of one member, this one says the least
		if f.Code == "not_allowed" {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(in.found, func(a, b apperr.FieldError) int {
		return cmp.Or(oraclePaths(a.Path, b.Path), cmp.Compare(rank(a), rank(b)))
	})
	all := slices.CompactFunc(in.found, func(a, b apperr.FieldError) bool { return a.Path == b.Path })
	return all[:min(len(all), maxErrors)]
}

// oraclePaths compares dotted paths like [comparePaths].
func oraclePaths(a, b string) int {
	return slices.CompareFunc(strings.Split(a, "."), strings.Split(b, "."), func(a, b string) int {
		if decimal.MatchString(a) && decimal.MatchString(b) {
			return cmp.Or(cmp.Compare(len(a), len(b)), strings.Compare(a, b))
		}
		return strings.Compare(a, b)
	})
}

func (in *oracle) add(path, code, detail string) {
	in.found = append(in.found, apperr.FieldError{Path: path, Code: code, Detail: detail})
}

// normal decodes the next value as far as the schema describes it. A value of another type than the schema's becomes an
// empty value of its type, which kin-openapi rejects.
func (in *oracle) normal(dec *jsontext.Decoder, schema *openapi3.Schema, path string) (any, error) {
	switch kind := dec.PeekKind(); kind {
	case '{':
		if !schema.Type.Is("object") {
			return map[string]any{}, dec.SkipValue()
		}
		return in.object(dec, schema, path)
	case '[':
		if !schema.Type.Is("array") {
			return []any{}, dec.SkipValue()
		}
		return in.array(dec, schema, path)
	default:
		token, err := dec.ReadToken()
		switch {
		case err != nil:
			return nil, err
		case kind == '"' && schema.Type.Is("string"):
			return in.text(schema, token.String(), path), nil
		case kind == '"':
			return "", nil
		case kind == '0':
			return oracleNumber(schema, token.String()), nil
		case kind == 'n':
			return nil, nil
		}
		return kind == 't', nil
	}
}

func (in *oracle) object(dec *jsontext.Decoder, schema *openapi3.Schema, path string) (any, error) {
	known := map[string]any{}
	_, err := dec.ReadToken()
	for err == nil && dec.PeekKind() != '}' {
		var name jsontext.Token
		if name, err = dec.ReadToken(); err != nil {
			break
		}
		if property, ok := schema.Properties[name.String()]; ok {
			member := name.String()
			known[member], err = in.normal(dec, property.Value, joinPath(path, member))
		} else {
			err = dec.SkipValue()
		}
	}
	if err == nil {
		_, err = dec.ReadToken()
	}
	return known, err
}

func (in *oracle) array(dec *jsontext.Decoder, schema *openapi3.Schema, path string) (any, error) {
	known, most := []any{}, uint64(math.MaxUint64)
	if schema.MaxItems != nil {
		most = *schema.MaxItems
	}
	_, err := dec.ReadToken()
	for n := uint64(0); err == nil && dec.PeekKind() != ']'; n++ {
		if n >= most { // the errors of further elements are not reported
			if n == most {
				in.add(path, "too_many", fmt.Sprintf("There must be at most %d elements.", most))
			}
			err = dec.SkipValue()
			continue
		}
		var element any
		element, err = in.normal(dec, schema.Items.Value, joinPath(path, strconv.FormatUint(n, 10)))
		known = append(known, element)
	}
	if err == nil {
		_, err = dec.ReadToken()
	}
	return known, err
}

// text normalizes a text and collects the errors that kin-openapi doesn't find: NUL characters and those of the format.
func (in *oracle) text(schema *openapi3.Schema, text, path string) string {
	format := in.formats[schema.Format]
	if format.Normalize == nil {
		format.Normalize = strings.TrimSpace
	}
	normal := format.Normalize(text)
	switch {
	case strings.ContainsRune(text, 0):
		in.add(path, "invalid_characters", "This text must not contain NUL characters.")
	case !utf8.ValidString(text): // only in a URL
		in.add(path, "invalid_characters", "This text must be valid UTF-8.")
	case format.Check != nil:
		in.found = append(in.found, format.Check(normal)...)
	}
	return normal
}

func oracleNumber(schema *openapi3.Schema, text string) float64 {
	value, _ := strconv.ParseFloat(text, 64) // infinite if out of range
	switch {
	case !isInteger(text):
		return notInteger
	case schema.Type.Is("integer") && schema.Max == nil && math.Abs(value) > MaxID:
		return 0
	}
	return clip(value)
}

func joinPath(path, member string) string {
	if path == "" || member == "" {
		return path + member
	}
	return path + "." + member
}
