package validate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Compile compiles a schema of the contract. formats are the formats of strings that it may use. place is the name of
// the schema in errors.
//
// It fails if the schema has a keyword that this package doesn't check: the contract must not have rules that aren't checked.
func Compile(schema *openapi3.Schema, formats map[string]Format, place string) (*Schema, error) {
	c := compiler{formats: formats, nodes: map[*openapi3.Schema]*node{}}
	root, err := c.node(schema, place)
	if err != nil {
		return nil, err
	}
	return &Schema{root}, nil
}

type compiler struct {
	formats map[string]Format
	nodes   map[*openapi3.Schema]*node // a schema may be used in several places, and within itself
}

// keywords lists the allowed keywords by the type of the schema. Those under "" are allowed with each type: they don't
// restrict the value, except for nullable.
var keywords = map[string][]string{
	"":                   {"type", "title", "description", "default", "example", "externalDocs", "deprecated", "nullable"},
	openapi3.TypeString:  {"format", "enum", "minLength", "maxLength", "pattern"},
	openapi3.TypeInteger: {"format", "minimum", "maximum"},
	openapi3.TypeBoolean: {},
	openapi3.TypeArray:   {"items", "minItems", "maxItems"},
	openapi3.TypeObject:  {"properties", "required"},
}

// The extensions of the contract that are read here.
const (
	acceptsNumbers = "x-accepts-numbers" // of a string: a number becomes the text that was sent
	alias          = "x-alias"           // of a member: another name that is accepted, but not both at once
	nullMeans      = "x-null-means"      // of a nullable value: the value that replaces null in the normal form
	tooLarge       = "x-too-large"       // of an integer: the sentence in the error of a larger value, which is then the only error
)

func (c *compiler) node(s *openapi3.Schema, place string) (n *node, err error) {
	if n := c.nodes[s]; n != nil {
		return n, nil
	}
	kind, err := supportedKind(s, place)
	if err != nil {
		return nil, err
	}
	n = &node{nullable: s.Nullable, otherKind: otherKind(kind, s)}
	if meaning, ok := s.Extensions[nullMeans]; ok {
		if n.null, err = json.Marshal(meaning); err != nil || !s.Nullable {
			return nil, fmt.Errorf("%s: %s needs a nullable value: %w", place, nullMeans, err)
		}
	}
	c.nodes[s] = n
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

// supportedKind returns the type of a schema, or an error if the type or a keyword isn't supported.
func supportedKind(s *openapi3.Schema, place string) (string, error) {
	kind := ""
	if types := s.Type.Slice(); len(types) == 1 {
		kind = types[0]
	}
	if keywords[kind] == nil || kind == "" {
		return "", fmt.Errorf("%s: the type must be string, integer, boolean, array or object", place)
	}
	for _, word := range usedKeywords(s) {
		if !slices.Contains(keywords[""], word) && !slices.Contains(keywords[kind], word) {
			return "", fmt.Errorf("%s: the keyword %s is not supported for the type %s", place, word, kind)
		}
	}
	return kind, nil
}

// otherKind returns the other kind of value that a schema accepts; 0: none.
func otherKind(kind string, s *openapi3.Schema) jsontext.Kind {
	switch {
	case kind == openapi3.TypeString && s.Extensions[acceptsNumbers] == true:
		return '0'
	case kind == openapi3.TypeInteger && s.Max != nil: // ids are never texts
		return '"'
	}
	return 0
}

// usedKeywords returns the keywords that a schema uses, including those of later versions of OpenAPI and unknown ones.
func usedKeywords(s *openapi3.Schema) (used []string) {
	value := reflect.ValueOf(*s)
	for i := range value.NumField() {
		field := value.Type().Field(i)
		if value.Field(i).IsZero() || field.Name == "Extensions" || field.Name == "Origin" { // Origin: the line in the file
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
