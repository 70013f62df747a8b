package validate

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Parameter is the compiled schema of a query parameter. Create it with [CompileParameter]. It is safe for concurrent
// use.
type Parameter struct {
	name   string
	rules  plainRules // of the elements, if the parameter may be repeated
	repeat *array     // nil: the parameter must be given only once
}

// plainRules are the rules for values that may also be sent as plain text.
type plainRules interface {
	// parameter returns the normal form of the text, or the first error that it finds.
	checkText(sent string) (normal string, first fieldError)
}

// CompileParameter compiles the schema of the query parameter with this name. An array is a parameter that may be repeated.
// CompileParameter fails like [Compile], and if the type of the schema, or of the array's elements, is neither string nor integer.
func CompileParameter(schema *openapi3.Schema, formats map[string]Format, name string) (*Parameter, error) {
	compiled, err := Compile(schema, formats, name)
	if err != nil {
		return nil, err
	}
	p := &Parameter{name: name}
	root := compiled.root
	if list, ok := root.rules.(*array); ok {
		p.repeat, root = list, list.items
	}
	var ok bool
	if p.rules, ok = root.rules.(plainRules); !ok {
		return nil, fmt.Errorf("%s: the type of a parameter must be string or integer", name)
	}
	return p, nil
}

// Name returns the name of the parameter.
func (p *Parameter) Name() string { return p.name }

// Check returns the normal form of the text that was sent, which may have any bytes, or one field error.
func (p *Parameter) Check(sent string) (normal string, invalid []apperr.FieldError) {
	normal, e := p.rules.checkText(sent)
	if e != (fieldError{}) {
		return "", []apperr.FieldError{{Path: p.name, Code: e.code, Detail: e.detail}}
	}
	return normal, nil
}

// CheckAll is [Parameter.Check] for all values of a query parameter, at least one.
func (p *Parameter) CheckAll(sent []string) (normal []string, invalid []apperr.FieldError) {
	add := func(path string, e fieldError) {
		invalid = append(invalid, apperr.FieldError{Path: path, Code: e.code, Detail: e.detail})
	}
	switch {
	case p.repeat == nil && len(sent) > 1:
		add(p.name, fieldError{"repeated", "This parameter must be given only once."})
		return nil, invalid
	case p.repeat == nil:
		one, invalid := p.Check(sent[0])
		return []string{one}, invalid
	case uint64(len(sent)) > p.repeat.max:
		add(p.name, p.repeat.tooMany)
		return nil, invalid
	}
	for i, text := range sent {
		one, e := p.rules.checkText(text)
		if e != (fieldError{}) {
			add(p.name+"."+strconv.Itoa(i), e)
		}
		normal = append(normal, one)
	}
	return normal, invalid
}

func (t *text) checkText(sent string) (string, fieldError) {
	normal, e := t.check([]byte(sent), false)
	return string(normal), e
}

var decimal = regexp.MustCompile(`^-?[0-9]+$`)

func (n *integer) checkText(sent string) (string, fieldError) {
	anyText := text{max: math.MaxInt}
	digits, e := anyText.checkText(sent)
	switch {
	case e != fieldError{}:
		return "", e
	case !decimal.MatchString(digits):
		return "", errKind['0']
	}
	value, _ := strconv.ParseFloat(digits, 64) // infinite if out of range
	return digits, n.check(clip(value))
}
