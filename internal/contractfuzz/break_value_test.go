package contractfuzz_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// location is a value in a body that can be broken.
type location struct {
	path     string // dotted, as in `errors`
	name     string // the last part of the path
	schema   *openapi3.Schema
	value    any
	required bool // a member that can't be left out
	member   bool // of an object; else an element of a list
	parent   map[string]any
	set      func(value any)
}

// locations returns all values in a body; of long lists only the first two elements and the last.
func locations(s *openapi3.Schema, value any, path string) (all []location) {
	switch v := value.(type) {
	case map[string]any:
		for _, name := range memberNames(s) {
			if _, given := v[name]; !given {
				continue
			}
			p := location{path: dotted(path, name), name: name, schema: s.Properties[name].Value, value: v[name], member: true, parent: v}
			p.required = slices.Contains(s.Required, name)
			p.set = func(value any) { v[name] = value }
			all = append(append(all, p), locations(p.schema, p.value, p.path)...)
		}
	case []any:
		for i, one := range v {
			if i >= 2 && i < len(v)-1 {
				continue
			}
			p := location{path: dotted(path, fmt.Sprint(i)), schema: s.Items.Value, value: one, set: func(value any) { v[i] = value }}
			all = append(append(all, p), locations(p.schema, p.value, p.path)...)
		}
	}
	return all
}

func dotted(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

// defect is a way to break a value, with the expected error.
type defect struct {
	description string
	fieldCode   string // of the field error; empty: see problem
	expectedProblem
	apply func(p location)
}

// expectedProblem is the expected response: by default 400 and invalid_input.
type expectedProblem struct {
	status     int
	code       string   // its code
	otherCodes []string // other codes that are also correct
}

var malformed = expectedProblem{400, "malformed_body", nil}

// replacement is a defect that puts another value in the location.
func replacement(what, code string, value any) defect {
	return defect{description: what, fieldCode: code, apply: func(p location) { p.set(value) }}
}

// defects returns the ways to break the value in a location.
func (m generator) defects(p location) []defect {
	all := m.wrongTypes(p)
	if p.required {
		all = append(all, defect{description: "missing", fieldCode: "required", apply: func(p location) { delete(p.parent, p.name) }})
	}
	if p.member {
		all = append(all, defect{description: "repeated", expectedProblem: malformed, apply: func(p location) {
			text := encodeBody(m.T, p.schema, p.value)
			p.set(rawJSON(fmt.Sprintf("%s,%q:%s", text, p.name, text)))
		}})
	}
	switch s := p.schema; {
	case s.Type.Is("string"):
		all = append(all, m.wrongTexts(p)...)
	case s.Type.Is("integer"):
		all = append(all, wrongNumbers(s)...)
	case s.Type.Is("array"):
		if isUnlimited(s) {
			return all
		}
		all = append(all, defect{description: "too many elements", fieldCode: "too_many", apply: func(p location) { p.set(m.listOfLength(s, p.name, int(*s.MaxItems)+1)) }})
		if s.MinItems > 0 {
			all = append(all, defect{description: "too few elements", fieldCode: "too_few", apply: func(p location) { p.set(m.listOfLength(s, p.name, int(s.MinItems)-1)) }})
		}
	}
	return all
}

// wrongTypes returns defects with values of the other JSON types.
func (m generator) wrongTypes(p location) (all []defect) {
	s, types := p.schema, *p.schema.Type
	code := map[string]string{
		"string": "not_a_string", "integer": "not_an_integer", "boolean": "not_a_boolean", "array": "not_an_array", "object": "not_an_object",
	}[types[0]]
	for kind, texts := range map[string][]string{
		"string":  {`""`, `"1"`, `"true"`, `"\u0000"`, `"` + forbiddenText + `"`},
		"integer": {"0", "1", "-1", "1e400", "12345678901234567890", forbiddenNumber},
		"boolean": {"true", "false"},
		"array":   {"[]", "[1]", `[""]`, strings.Repeat("[", 900) + strings.Repeat("]", 900)},
		"object":  {"{}", `{"id":1}`, strings.Repeat(`{"a":`, 900) + "1" + strings.Repeat("}", 900)},
		"null":    {"null"},
	} {
		if !s.Type.Is(kind) && (kind != "null" || !s.Nullable) {
			for _, text := range texts {
				if accepted(s, kind, text) {
					continue
				}
				all = append(all, replacement(kind, code, rawJSON(text)))
			}
		}
	}
	if !s.Type.Is("integer") && !accepted(s, "integer", "1.5") {
		all = append(all, replacement("fraction", code, rawJSON("1.5")))
	}
	slices.SortStableFunc(all, func(a, b defect) int { return strings.Compare(a.description, b.description) }) // a seed must draw the same defects again
	brackets := rawJSON(strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000))
	deep := replacement("10,000 brackets", "", brackets)
	deep.expectedProblem = expectedProblem{400, "malformed_body", []string{"invalid_input"}} // the contract doesn't say which depth is too deep
	return append(all, deep)
}

// accepted reports whether a value of another type is accepted, or has another error, because it can mean only one thing.
func accepted(s *openapi3.Schema, kind, text string) bool {
	return s.Type.Is("integer") && s.Max != nil && kind == "string" && text == `"1"` ||
		s.Extensions["x-accepts-numbers"] == true && kind == "integer" && !strings.Contains(text, "e")
}

func wrongNumbers(s *openapi3.Schema) (all []defect) {
	for _, text := range []string{"0.5", "1.5", "-0.1", forbiddenNumber + ".5", "1e-9223372036854775808", "1e-400", "36499.000000000000000000001", "9007199254740992.5", "10e-2"} {
		all = append(all, replacement("fraction", "not_an_integer", rawJSON(text)))
	}
	huge := []string{"1e400", "12345678901234567890", "9223372036854775808", "1E+30", "1e99999999999999999999"}
	if s.Max == nil { // an id: an invalid one is not found
		for _, text := range append(huge, "0", "-1", "9007199254740992", "9007199254740991", "-9223372036854775808") {
			all = append(all, defect{description: "no id", expectedProblem: expectedProblem{404, "not_found", nil}, apply: func(p location) { p.set(rawJSON(text)) }})
		}
		return all
	}
	if *s.Max < 771177117711771 {
		huge = append(huge, forbiddenNumber)
	}
	for _, text := range append(huge, forbiddenNumber+"e99999999999999999999", fmt.Sprint(int64(*s.Max)+1)) {
		all = append(all, replacement("too large", "too_large", rawJSON(text)))
	}
	for _, text := range []string{"-1e400", "-12345678901234567890", fmt.Sprint(int64(*s.Min) - 1)} {
		all = append(all, replacement("too small", "too_small", rawJSON(text)))
	}
	return all
}

// wrongTexts returns texts that are invalid for this schema.
func (m generator) wrongTexts(p location) []defect {
	s := p.schema
	text, _ := p.value.(string)
	all := []defect{
		replacement("NUL", "invalid_characters", text+"\x00"),
		replacement("NUL", "invalid_characters", forbiddenText+"\x00"),
		{description: "invalid UTF-8", expectedProblem: malformed, apply: func(p location) { p.set(rawJSON("\"a\xff\"")) }},
		{description: "a surrogate in UTF-8", expectedProblem: malformed, apply: func(p location) { p.set(rawJSON("\"\xed\xa0\x80\"")) }},
		{description: "lone surrogate", expectedProblem: malformed, apply: func(p location) { p.set(rawJSON(`"\ud83c"`)) }},
		{description: "surrogates the wrong way round", expectedProblem: malformed, apply: func(p location) { p.set(rawJSON(`"\udf4b\ud83c"`)) }},
		{description: "an unknown escape", expectedProblem: malformed, apply: func(p location) { p.set(rawJSON(`"\x41"`)) }},
		{description: "a newline as it is", expectedProblem: malformed, apply: func(p location) { p.set(rawJSON("\"a\nb\"")) }},
	}
	if s.MinLength > 0 || len(s.Enum) > 0 {
		all = append(all, replacement("empty", "blank", ""))
		if trimmed(s) {
			all = append(all, replacement("white space", "blank", rapid.SampledFrom(spaces).Draw(m.T, "white space")+"\u00a0"))
		}
	}
	if s.MinLength > 1 {
		all = append(all, replacement("too short by one", "too_short", strings.Repeat("🍋", int(s.MinLength)-1)))
	}
	if s.MaxLength != nil && *s.MaxLength <= maxTextLength {
		all = append(all, replacement("too long by one", "too_long", strings.Repeat("w", int(*s.MaxLength)+1)))
		if trimmed(s) {
			all = append(all, replacement("too long by one", "too_long", " "+strings.Repeat("🍋", int(*s.MaxLength)+1)+"\n"),
				replacement("too long, with a marker", "too_long", forbiddenText+strings.Repeat("x", int(*s.MaxLength))))
		}
	}
	for _, odd := range []string{"a!b12345", "a b12345", "a/b12345"} {
		if !matches(s, odd) {
			all = append(all, replacement("a character that isn't allowed", "invalid_characters", odd))
		}
	}
	for _, wrong := range []string{"2026-02-29T00:00:00.000000Z", "2026-03-01T18:30:00.12345+Z", "2026-03-01 18:30:00.123456Z", "0001-01-01T00:00:00.000000Z", "9999-12-31T00:00:00.000000Z"} {
		if isTime(s) {
			all = append(all, replacement("no time", "not_a_time", wrong))
		}
	}
	for _, wrong := range wrongDates {
		if isDate(s) {
			all = append(all, replacement("no date", "not_a_date", wrong))
		}
	}
	for _, one := range s.Enum {
		word := one.(string)
		all = append(all, replacement("another value", "not_allowed", forbiddenText), replacement("another value", "not_allowed", word+"s"))
	}
	return all
}

// wrongDates has texts that look like dates but aren't.
var wrongDates = []string{"2026-02-29", "2026-13-01", "2026-00-10", "2026-03-32", "0000-01-01"}

// Many broken values contain one of these. No response and no log line may.
const forbiddenText, forbiddenNumber = "kohlrabi", "771177117711771"

// unknownID is an id that no resource has.
const unknownID = json.Number("9007199254740991")
