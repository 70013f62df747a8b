package validate

import (
	"fmt"
	"math"
	"regexp"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Parameter is the compiled schema of a query parameter. Make it with [CompileParameter]. Any number of goroutines may
// use it.
type Parameter struct {
	name  string
	rules plain
}

// plain are the rules of what needs no JSON.
type plain interface {
	// parameter returns the normal form of what was sent, and the first of its flaws.
	parameter(sent string) (normal string, first flaw)
}

// CompileParameter makes the schema of a parameter of this name ready to check by, as [Compile] does that of a body. It
// fails also if the schema is neither that of a string nor that of an integer.
func CompileParameter(schema *openapi3.Schema, forms map[string]Form, name string) (*Parameter, error) {
	compiled, err := Compile(schema, forms, name)
	if err != nil {
		return nil, err
	}
	rules, ok := compiled.root.rules.(plain)
	if !ok {
		return nil, fmt.Errorf("%s: a parameter is a string or an integer", name)
	}
	return &Parameter{name, rules}, nil
}

// Name is the name of the parameter.
func (p *Parameter) Name() string { return p.name }

// Check returns the normal form of what was sent, a text that may hold any bytes; and what is wrong with it, nothing or
// one fault.
func (p *Parameter) Check(sent string) (normal string, faults []apperr.FieldError) {
	normal, f := p.rules.parameter(sent)
	if f != (flaw{}) {
		return "", []apperr.FieldError{{Path: p.name, Code: f.code, Detail: f.detail}}
	}
	return normal, nil
}

func (t *text) parameter(sent string) (string, flaw) {
	normal, f := t.check([]byte(sent))
	return string(normal), f
}

var decimal = regexp.MustCompile(`^-?[0-9]+$`)

func (n *integer) parameter(sent string) (string, flaw) {
	anyText := text{most: math.MaxInt}
	digits, f := anyText.parameter(sent)
	switch {
	case f != flaw{}:
		return "", f
	case !decimal.MatchString(digits):
		return "", wrongKind['0']
	}
	value, _ := strconv.ParseFloat(digits, 64) // out of range: an infinity
	return digits, n.check(clip(value))
}
