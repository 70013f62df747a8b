package validate

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Format implements a `format` of strings in the contract.
type Format struct {
	// Normalize returns the form of a text that is checked, measured and stored. Nil trims the text. It may return a longer
	// text, so it is called only for texts of at most maxShrink times the bytes that the schema allows.
	Normalize func(string) string

	// Check returns the errors of a normalized text, of which only the first is reported. Nil checks nothing.
	Check func(string) []apperr.FieldError
}

// text has the rules for JSON strings.
type text struct {
	format   Format
	allowed  []string // nil: all texts
	min, max int      // in Unicode characters
	maxSent  int      // in bytes, before normalization
	pattern  *regexp.Regexp

	noControls, multiline bool // instead of linePattern and multilinePattern

	notAllowed, tooShort, tooLong fieldError
}

// Most texts of the contract have one of these two patterns, for validators that don't trim. Here they are implied by the
// check for NUL characters, trimming and minLength, so they aren't compiled: matching them would cost more than all other
// checks.
const (
	anyTextPattern  = `^[^\x00]*$`
	nonBlankPattern = `^[^\x00]*[^\s\x00][^\x00]*$`
)

// The patterns of names, and of texts with several lines. They exclude control characters, which take six bytes each in JSON. Texts
// with several lines may have those that are white space; in names, these become spaces before the check. They are checked without a
// regular expression, for the same reason. The patterns cover only ASCII, because some languages' regular expressions match bytes;
// the server also rejects the control characters beyond ASCII.
const (
	optionalLinePattern = `^[^\x00-\x1F\x7F]*$`
	linePattern         = `^[^\x00-\x1F\x7F]*[^\s\x00-\x1F\x7F][^\x00-\x1F\x7F]*$`
	multilinePattern    = `^[^\x00-\x08\x0E-\x1F\x7F]*[^\s\x00-\x1F\x7F][^\x00-\x08\x0E-\x1F\x7F]*$`
)

// maxShrink is how many characters may become one by normalization: it composes one letter from a base and up to three marks. A text
// that has more than maxShrink times the allowed characters is still too long after normalization.
const maxShrink = 4

func (c *compiler) text(s *openapi3.Schema, place string) (*text, error) {
	format, ok := c.formats[s.Format]
	if !ok && s.Format != "" {
		return nil, fmt.Errorf("%s: unknown format %s", place, s.Format)
	}
	t := &text{format: format, min: int(min(s.MinLength, math.MaxInt)), max: math.MaxInt}
	t.tooShort = fieldError{"too_short", fmt.Sprintf("This text must have at least %d characters.", t.min)}
	if s.MaxLength != nil {
		t.max = int(min(*s.MaxLength, math.MaxInt))
		t.tooLong = fieldError{"too_long", fmt.Sprintf("This text must have at most %d characters.", t.max)}
	}
	t.maxSent = math.MaxInt
	if t.max <= math.MaxInt/(maxShrink*utf8.UTFMax) {
		t.maxSent = t.max * maxShrink * utf8.UTFMax
	}
	for _, value := range s.Enum {
		word, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("%s: the enum must only have strings", place)
		}
		t.allowed = append(t.allowed, word)
	}
	t.notAllowed = fieldError{"not_allowed", fmt.Sprintf("This must be one of: %s.", strings.Join(t.allowed, ", "))}
	isTrimmed := format.Normalize == nil
	t.multiline = s.Pattern == multilinePattern
	t.noControls = isTrimmed && (s.Pattern == optionalLinePattern || t.min > 0 && (s.Pattern == linePattern || t.multiline))
	if s.Pattern == "" || s.Pattern == anyTextPattern || s.Pattern == nonBlankPattern && isTrimmed && t.min > 0 || t.noControls {
		return t, nil
	}
	var err error
	if t.pattern, err = regexp.Compile(s.Pattern); err != nil {
		return nil, fmt.Errorf("%s: %w", place, err)
	}
	return t, nil
}

func (t *text) read(r *bodyReader) error {
	quoted, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	var sent []byte
	switch {
	case quoted.Kind() == '"':
		sent = r.content(quoted)
	case bytes.ContainsAny(quoted, "eE"): // nobody types 1e3 as a text
		r.invalid(errKind['"'])
		return nil
	default:
		sent = quoted
	}
	normal, e := t.check(sent, true)
	if e != (fieldError{}) {
		r.invalid(e)
		return nil // the normal form of an invalid body isn't used
	}
	if len(sent) == len(quoted)-len(`""`) && t.format.Normalize == nil { // sent without escapes, so it needs none
		r.out = append(append(append(r.out, '"'), normal...), '"')
		return nil
	}
	r.out, err = jsontext.AppendQuote(r.out, normal)
	return err
}

// check returns the normal form of a text, or its first error: a NUL character (PostgreSQL can't store it), a length that no
// normalization makes valid, then the errors of the format, then those of the schema. With anyCase, the words of an enum match in
// any case.
func (t *text) check(sent []byte, anyCase bool) (normal []byte, first fieldError) {
	switch {
	case bytes.IndexByte(sent, 0) >= 0:
		return nil, errNULCharacter
	case !utf8.Valid(sent): // only in a URL: the JSON decoder rejects it
		return nil, errEncoding
	case t.format.Normalize == nil:
		normal = bytes.TrimSpace(sent)
		if t.noControls && !t.multiline {
			normal = replaceControls(normal)
		}
	case len(sent) > t.maxSent:
		return nil, t.tooLong
	default:
		normal = []byte(t.format.Normalize(string(sent)))
	}
	if t.format.Check != nil {
		if found := t.format.Check(string(normal)); len(found) > 0 {
			return nil, fieldError{found[0].Code, found[0].Detail}
		}
	}
	if anyCase {
		normal = t.word(normal)
	}
	return normal, t.limits(normal)
}

// word returns the word of the enum that differs from a text only in case, or the text if there is none.
func (t *text) word(normal []byte) []byte {
	for _, word := range t.allowed {
		if word == string(normal) {
			return normal
		}
		if strings.EqualFold(word, string(normal)) {
			return []byte(word)
		}
	}
	return normal
}

// limits checks a normalized text against the limits of the schema and returns the first error.
func (t *text) limits(normal []byte) fieldError {
	isForbidden := t.allowed != nil && !slices.Contains(t.allowed, string(normal))
	switch {
	case len(normal) == 0 && (isForbidden || t.min > 0):
		return errBlank
	case isForbidden:
		return t.notAllowed
	case t.min > 0 && utf8.RuneCount(normal) < t.min:
		return t.tooShort
	case len(normal) > t.max && utf8.RuneCount(normal) > t.max: // bytes are faster to count, and never fewer
		return t.tooLong
	case t.pattern != nil && !t.pattern.Match(normal), t.noControls && hasControls(normal, t.multiline):
		return errCharacters
	}
	return fieldError{}
}

// replaceControls replaces each control character that is white space in a name by a space: a name that was copied from a table may have
// a tab.
func replaceControls(name []byte) []byte {
	if !hasControls(name, false) {
		return name
	}
	return bytes.Map(func(r rune) rune {
		if unicode.IsControl(r) && unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, name)
}

// hasControls reports whether a text has a control character (Unicode's category Cc). With multiline, those that are white space don't
// count.
func hasControls(text []byte, multiline bool) bool {
	for i, c := range text {
		switch {
		case multiline && ('\t' <= c && c <= '\r' || c == 0xc2 && text[i+1] == 0x85):
		case c < ' ', c == 0x7f:
			return true
		case c == 0xc2 && text[i+1] < 0xa0: // U+0080 to U+009F in UTF-8, which text is
			return true
		}
	}
	return false
}
