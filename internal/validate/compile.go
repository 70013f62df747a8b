package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// Compile makes a schema of the contract ready to check by; forms are the formats of strings that it may use. place
// is what errors call the schema.
//
// It fails, and names the place, if the schema says anything that isn't checked here: the contract must not promise it.
func Compile(schema *openapi3.Schema, forms map[string]Form, place string) (*Schema, error) {
	c := compiler{forms: forms, done: map[*openapi3.Schema]*node{}}
	root, err := c.node(schema, place)
	if err != nil {
		return nil, err
	}
	return &Schema{root}, nil
}

type compiler struct {
	forms map[string]Form
	done  map[*openapi3.Schema]*node // a schema may be used in several places, and in itself
}

// keywords are those that are checked, by the type of the schema. The first ones say nothing of a value, but for
// nullable, which stands beside each type.
var keywords = map[string][]string{
	"":                   {"type", "title", "description", "default", "example", "externalDocs", "deprecated", "nullable"},
	openapi3.TypeString:  {"format", "enum", "minLength", "maxLength", "pattern"},
	openapi3.TypeInteger: {"format", "minimum", "maximum"},
	openapi3.TypeBoolean: {},
	openapi3.TypeArray:   {"items", "minItems", "maxItems"},
	openapi3.TypeObject:  {"properties", "required"},
}

func (c *compiler) node(s *openapi3.Schema, place string) (n *node, err error) {
	if n := c.done[s]; n != nil {
		return n, nil
	}
	kind := ""
	if types := s.Type.Slice(); len(types) == 1 {
		kind = types[0]
	}
	if keywords[kind] == nil || kind == "" {
		return nil, fmt.Errorf("%s: its type is none of string, integer, boolean, array and object", place)
	}
	for _, word := range words(s) {
		if !slices.Contains(keywords[""], word) && !slices.Contains(keywords[kind], word) {
			return nil, fmt.Errorf("%s: nothing checks the keyword %s of a schema of type %s", place, word, kind)
		}
	}
	n = &node{nullable: s.Nullable}
	c.done[s] = n
	switch kind {
	case openapi3.TypeString:
		n.kind = '"'
		n.rules, err = c.text(s, place)
	case openapi3.TypeInteger:
		n.kind = '0'
		n.rules, err = c.integer(s, place)
	case openapi3.TypeBoolean:
		n.kind, n.rules = 't', boolean{}
	case openapi3.TypeArray:
		n.kind = '['
		n.rules, err = c.array(s, place)
	case openapi3.TypeObject:
		n.kind = '{'
		n.rules, err = c.object(s, place)
	}
	return n, err
}

// words are the keywords that a schema uses, those of later versions of OpenAPI and of none included.
func words(s *openapi3.Schema) (used []string) {
	value := reflect.ValueOf(*s)
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if value.Field(i).IsZero() || field.Name == "Extensions" || field.Name == "Origin" { // Origin: where it was read
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		if name == "-" {
			name = field.Name
		}
		used = append(used, name)
	}
	for name := range s.Extensions {
		if !strings.HasPrefix(name, "x-") {
			used = append(used, name)
		}
	}
	slices.Sort(used)
	return used
}
