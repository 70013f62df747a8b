package validate

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Form is what the `format` of a string in the contract says beyond its limits.
type Form struct {
	Normalize func(string) string              // what is checked, counted and stored; nil: the text is trimmed
	Flaws     func(string) []apperr.FieldError // beyond those of the schema, the first one counts; may be nil
}

// text takes JSON strings.
type text struct {
	form        Form
	allowed     []string // nil: all
	least, most int      // in Unicode characters
	pattern     *regexp.Regexp

	foreign, short, long flaw
}

// Most texts of the contract have one of these patterns, for readers that don't trim. They say nothing new of a text
// in which a NUL character was looked for and which was trimmed, as long as it must not be empty where the second one
// stands, and cost more than all other checks.
const (
	anyText  = `^[^\x00]*$`
	someText = `^[^\x00]*[^\s\x00][^\x00]*$`
)

func (c *compiler) text(s *openapi3.Schema, place string) (*text, error) {
	form, ok := c.forms[s.Format]
	if !ok && s.Format != "" {
		return nil, fmt.Errorf("%s: format %s isn't known", place, s.Format)
	}
	t := &text{form: form, least: int(min(s.MinLength, math.MaxInt)), most: math.MaxInt}
	t.short = flaw{"too_short", fmt.Sprintf("This text must have at least %d characters.", t.least)}
	if s.MaxLength != nil {
		t.most = int(min(*s.MaxLength, math.MaxInt))
		t.long = flaw{"too_long", fmt.Sprintf("This text must have at most %d characters.", t.most)}
	}
	for _, value := range s.Enum {
		word, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("%s: its enum has something else than texts", place)
		}
		t.allowed = append(t.allowed, word)
	}
	t.foreign = flaw{"not_allowed", fmt.Sprintf("This must be one of: %s.", strings.Join(t.allowed, ", "))}
	isTrimmed := form.Normalize == nil
	if s.Pattern == "" || s.Pattern == anyText || s.Pattern == someText && isTrimmed && t.least > 0 {
		return t, nil
	}
	var err error
	if t.pattern, err = regexp.Compile(s.Pattern); err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	return t, nil
}

func (t *text) read(r *reading) error {
	quoted, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	sent := r.content(quoted)
	normal, f := t.check(sent)
	if f != (flaw{}) {
		r.flaw(f)
		return nil // nobody will read the normal form
	}
	if len(sent) == len(quoted)-len(`""`) && t.form.Normalize == nil { // no escapes, so none is needed
		r.out = append(append(append(r.out, '"'), normal...), '"')
		return nil
	}
	r.out, err = jsontext.AppendQuote(r.out, normal)
	return err
}

// check returns the form of a text, and the first of its flaws: a NUL character, which PostgreSQL can't store, those of the
// form, those of the schema.
func (t *text) check(sent []byte) (normal []byte, first flaw) {
	switch {
	case bytes.IndexByte(sent, 0) >= 0:
		return nil, nulCharacter
	case !utf8.Valid(sent): // in a URL; JSON is checked before
		return nil, noUTF8
	case t.form.Normalize == nil:
		normal = bytes.TrimSpace(sent)
	default:
		normal = []byte(t.form.Normalize(string(sent)))
	}
	if t.form.Flaws != nil {
		if found := t.form.Flaws(string(normal)); len(found) > 0 {
			return nil, flaw{found[0].Code, found[0].Detail}
		}
	}
	return normal, t.limits(normal)
}

// limits returns the first flaw of a text in its form that the schema knows of.
func (t *text) limits(normal []byte) flaw {
	foreign := t.allowed != nil && !slices.Contains(t.allowed, string(normal))
	switch {
	case len(normal) == 0 && (foreign || t.least > 0):
		return blank
	case foreign:
		return t.foreign
	case t.least > 0 && utf8.RuneCount(normal) < t.least:
		return t.short
	case len(normal) > t.most && utf8.RuneCount(normal) > t.most: // a character has at least one byte
		return t.long
	case t.pattern != nil && !t.pattern.Match(normal):
		return otherCharacters
	}
	return flaw{}
}
