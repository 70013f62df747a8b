package contract

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/validate"
)

// namedList has the rules of a body whose only member is a list of elements with a name (x-named-list).
type namedList struct {
	member  string
	element *validate.Schema
	onError *validate.Parameter
}

// The limits of an error about a list. They keep a `detail` within 500 characters and a response within a few MB.
const (
	maxNameLength    = 100 // characters
	maxNamedElements = 3
	maxElementErrors = 100
)

// namedList compiles the extension x-named-list of an operation. It returns nil if the operation has none.
func (c *Contract) namedList(o *operation, op *openapi3.Operation) (*namedList, error) {
	member, ok := op.Extensions["x-named-list"].(string)
	if !ok {
		return nil, nil //nolint:nilnil // most operations have none
	}
	body := op.RequestBody.Value.Content.Get("application/json").Schema.Value
	if list := body.Properties[member]; list == nil || list.Value.Items == nil || len(body.Properties) != 1 {
		return nil, fmt.Errorf("%s: x-named-list must name a list, the only member of the body", o.id)
	}
	element, err := validate.Compile(body.Properties[member].Value.Items.Value, c.formats, member)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.id, err)
	}
	l := &namedList{member: member, element: element}
	for _, p := range o.query {
		if p.Name() == "on_error" {
			l.onError = p
		}
	}
	if l.onError == nil {
		return nil, fmt.Errorf("%s: x-named-list needs the query parameter on_error", o.id)
	}
	return l, nil
}

// resolve handles a body with invalid members. With on_error=skip, it returns the normal form without the invalid elements, and stores
// those in the state of the request. Otherwise, or if the list itself is invalid, it returns an error. The error names the elements.
func (l *namedList) resolve(r *http.Request, text []byte, invalid []apperr.FieldError) (normal []byte, err error) {
	elements, err := l.elements(text)
	if err != nil || !l.listIsValid(invalid) { // the list itself is invalid, for example too long
		return nil, apperr.Invalid(invalid...)
	}
	if l.skipsInvalid(r) {
		normal, request.Of(r).InvalidElements = l.splitInvalid(elements)
		return normal, nil
	}
	return nil, l.nameElements(elements, invalid)
}

func (l *namedList) skipsInvalid(r *http.Request) bool {
	values := parseQuery(r.URL.RawQuery)["on_error"]
	if len(values) != 1 { // checkQuery rejects more than one
		return false
	}
	normal, invalid := l.onError.Check(values[0])
	return len(invalid) == 0 && normal == "skip"
}

// elements returns the elements of the list in a valid JSON body.
func (l *namedList) elements(text []byte) (elements []jsontext.Value, err error) {
	var body map[string]jsontext.Value
	if err := json.Unmarshal(bytes.TrimPrefix(text, []byte("\ufeff")), &body); err != nil {
		return nil, err
	}
	err = json.Unmarshal(body[l.member], &elements)
	return elements, err
}

// listIsValid reports whether only elements of the list are invalid. An error of the list itself would be the first.
func (l *namedList) listIsValid(invalid []apperr.FieldError) bool {
	return strings.HasPrefix(invalid[0].Path, l.member+".")
}

// splitInvalid returns the normal form of the body without its invalid elements, and the invalid elements.
func (l *namedList) splitInvalid(elements []jsontext.Value) (normal []byte, removed []request.InvalidElement) {
	normal = append(append([]byte(`{"`), l.member...), `":[`...)
	first := true
	for i, element := range elements {
		normalElement, invalid := l.check(element, l.member+"."+strconv.Itoa(i))
		if len(invalid) > 0 {
			invalid = invalid[:min(len(invalid), maxElementErrors)]
			removed = append(removed, request.InvalidElement{Index: i, Name: nameOf(element), Errors: invalid})
			continue
		}
		if !first {
			normal = append(normal, ',')
		}
		normal, first = append(normal, normalElement...), false
	}
	return append(normal, `]}`...), removed
}

func (l *namedList) check(element jsontext.Value, path string) (normal []byte, invalid []apperr.FieldError) {
	if element.Kind() != '{' {
		return nil, []apperr.FieldError{{Path: path, Code: "not_an_object", Detail: "This must be an object."}}
	}
	found, err := l.element.Body(element)
	if err != nil { // can't happen: the whole body has been parsed before
		panic(fmt.Errorf("read %s of a valid body: %w", path, err))
	}
	for i := range found.Invalid {
		found.Invalid[i].Path = path + "." + found.Invalid[i].Path
	}
	return found.Normal, found.Invalid
}

// nameElements returns the error for the body. Each detail has the name of its element.
func (l *namedList) nameElements(elements []jsontext.Value, invalid []apperr.FieldError) *apperr.Error {
	var named []string
	last, name, count := -1, "", 0
	for i, e := range invalid {
		digits, _, _ := strings.Cut(strings.TrimPrefix(e.Path, l.member+"."), ".")
		index, err := strconv.Atoi(digits)
		if err != nil || index >= len(elements) {
			return apperr.Invalid(invalid...)
		}
		if index != last {
			last, name = index, quoted(nameOf(elements[index]))
			if count++; count <= maxNamedElements {
				named = append(named, strings.TrimSpace(fmt.Sprintf("%s (%s.%d)", cmp.Or(name, "no name"), l.member, index)))
			}
		}
		if name != "" {
			invalid[i].Detail = "In " + name + ": " + e.Detail
		}
	}
	detail := "Invalid: " + strings.Join(named, ", ")
	if count > maxNamedElements {
		detail += fmt.Sprintf(", and %d more", count-maxNamedElements)
	}
	e := apperr.Invalid(invalid...)
	e.Detail = detail + "; see errors."
	return e
}

func quoted(name string) string {
	if name == "" {
		return ""
	}
	return `"` + name + `"`
}

// nameOf returns the name of an element on one line, shortened to maxNameLength, or an empty text if it has no name.
func nameOf(element jsontext.Value) string {
	var named struct {
		Name jsontext.Value `json:"name"`
	}
	var name string
	if json.Unmarshal(element, &named) != nil || named.Name.Kind() != '"' || json.Unmarshal(named.Name, &name) != nil {
		return ""
	}
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if runes := []rune(name); len(runes) > maxNameLength {
		name = strings.TrimSpace(string(runes[:maxNameLength-1])) + "…"
	}
	return name
}
