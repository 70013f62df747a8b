package validate

import (
	"errors"
	"fmt"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/apperr"
)

func schemaErrors(err error) []*openapi3.SchemaError {
	if many, ok := errors.AsType[openapi3.MultiError](err); ok {
		var all []*openapi3.SchemaError
		for _, one := range many {
			all = append(all, schemaErrors(one)...)
		}
		return all
	}
	if one, ok := errors.AsType[*openapi3.SchemaError](err); ok {
		return []*openapi3.SchemaError{one}
	}
	return nil
}

// kinError converts an error of kin-openapi to a field error.
func kinError(e *openapi3.SchemaError) apperr.FieldError {
	text, isText := e.Value.(string)
	var code, detail string
	switch field := e.SchemaField; {
	case field == "required":
		code, detail = "required", "This member is required."
	case field == "minLength":
		code, detail = "too_short", fmt.Sprintf("This text must have at least %d characters.", e.Schema.MinLength)
	case field == "maxLength":
		code, detail = "too_long", fmt.Sprintf("This text must have at most %d characters.", *e.Schema.MaxLength)
	case field == "pattern":
		code, detail = "invalid_characters", "This text contains characters that are not allowed here."
	case field == "enum" && isText: // so far no number has one
		code, detail = "not_allowed", fmt.Sprintf("This must be one of: %s.", allowed(e.Schema.Enum))
	case field == "minimum":
		code, detail = "too_small", fmt.Sprintf("This number must be at least %.0f.", *e.Schema.Min)
	case field == "maximum":
		code, detail = "too_large", fmt.Sprintf("This number must be at most %.0f.", *e.Schema.Max)
	case field == "minItems":
		code, detail = "too_few", fmt.Sprintf("There must be at least %d element(s).", e.Schema.MinItems)
	case field == "maxItems":
		code, detail = "too_many", fmt.Sprintf("There must be at most %d elements.", *e.Schema.MaxItems)
	default: // another JSON type, null among them
		code, detail = wrongType(e.Schema)
	}
	if isText && text == "" && (code == "too_short" || code == "not_allowed") {
		code, detail = "blank", "This text must not be empty."
	}
	return apperr.FieldError{Code: code, Detail: detail}
}

func allowed(values []any) string {
	texts := make([]string, 0, len(values))
	for _, v := range values {
		texts = append(texts, fmt.Sprint(v))
	}
	return strings.Join(texts, ", ")
}

func wrongType(schema *openapi3.Schema) (code, detail string) {
	switch {
	case schema.Type.Is("integer"):
		return "not_an_integer", "This must be an integer."
	case schema.Type.Is("boolean"):
		return "not_a_boolean", "This must be true or false."
	case schema.Type.Is("array"):
		return "not_an_array", "This must be an array."
	case schema.Type.Is("object"):
		return "not_an_object", "This must be an object."
	default:
		return "not_a_string", "This must be a string."
	}
}
