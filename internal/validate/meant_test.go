package validate

import "github.com/getkin/kin-openapi/openapi3"

// meant replaces null by its meaning according to the schema, which may be a value that clients can't send.
func meant(schema *openapi3.Schema, value any) any {
	if meaning, ok := schema.Extensions[nullMeans]; ok && value == nil {
		return meaning
	}
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			value[name] = meant(schema.Properties[name].Value, member)
		}
	case []any:
		for i, element := range value {
			value[i] = meant(schema.Items.Value, element)
		}
	}
	return value
}
