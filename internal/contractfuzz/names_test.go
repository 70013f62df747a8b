package contractfuzz_test

import (
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
)

// isName reports whether a schema has the pattern of names, which are on one line.
func isName(s *openapi3.Schema) bool { return strings.HasPrefix(s.Pattern, `^[^\x00-\x1F\x7F]*[^\s`) }

// nameOf returns a name as it is stored: trimmed, with a space for each control character that is white space.
func nameOf(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, strings.TrimSpace(text))
}
