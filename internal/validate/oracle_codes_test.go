package validate

import (
	"cmp"
	"errors"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/apperr"
)

func schemaErrors(err error) (all []*openapi3.SchemaError) {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		for _, one := range many {
			all = append(all, schemaErrors(one)...)
		}
	} else if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		all = append(all, one)
	}
	return all
}

// kinCode returns the code of an error of kin-openapi.
func kinCode(e *openapi3.SchemaError) string {
	code := map[string]string{
		"required": "required", "minLength": "too_short", "maxLength": "too_long", "pattern": "invalid_characters",
		"minimum": "too_small", "maximum": "too_large", "minItems": "too_few", "maxItems": "too_many",
	}[e.SchemaField]
	text, isText := e.Value.(string)
	switch {
	case e.SchemaField == "enum" && isText:
		code = "not_allowed"
	case code == "": // another JSON type
		kind := e.Schema.Type.Slice()[0]
		code = map[bool]string{true: "not_an_", false: "not_a_"}[strings.ContainsAny(kind[:1], "aio")] + kind
	}
	if isText && text == "" && (code == "too_short" || code == "not_allowed") {
		code = "blank"
	}
	return code
}

func withoutDetails(all []apperr.FieldError) (short []string) {
	for _, e := range all {
		short = append(short, e.Path+": "+e.Code)
	}
	return short
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
