package validate

import (
	"fmt"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/unicode/norm"
)

// TestATextThatIsTooLongIsNotNormalized counts the bytes that reach the format: a normal form can be many times as long.
func TestATextThatIsTooLongIsNotNormalized(t *testing.T) {
	t.Parallel()
	longest := 0
	counting := map[string]Format{"username": {Normalize: func(s string) string {
		longest = max(longest, len(s))
		return norm.NFKC.String(s)
	}}}
	s, err := Compile(schemaOf(t, `{"type": "object", "properties": {"x": {"type": "string", "format": "username", "maxLength": 150}}}`), counting, "body")
	require.NoError(t, err)
	for _, c := range []struct {
		text  string
		valid bool
	}{
		{strings.Repeat("\ufdfa", 340_000), false}, {strings.Repeat(" ", 100_000) + "a", false}, {strings.Repeat("a", 2_401), false},
		{strings.Repeat("\ufdfa", 9), false}, {strings.Repeat("a", 151), false},
		{strings.Repeat("a", 150), true}, {strings.Repeat("🍋", 150), true}, {strings.Repeat("\ufdfa", 8), true},
		{strings.Repeat("\u03b1\u0313\u0300\u0345", 150), true}, // each four become U+1F82
	} {
		found, err := s.Body([]byte(`{"x": "` + c.text + `"}`))
		require.NoError(t, err)
		require.Equal(t, c.valid, len(found.Invalid) == 0, "%.20q", c.text)
		if !c.valid {
			require.Equal(t, "too_long", found.Invalid[0].Code)
		}
	}
	require.LessOrEqual(t, longest, 2_400)
}

func TestControlCharactersAreRefusedInLines(t *testing.T) {
	t.Parallel()
	s, err := Compile(schemaOf(t, `{"type": "object", "properties": {"x": {"type": "string", "minLength": 1,
		"pattern": "^[^\\x00-\\x08\\x0E-\\x1F\\x7F]*[^\\s\\x00-\\x1F\\x7F][^\\x00-\\x08\\x0E-\\x1F\\x7F]*$"}}}`), formats, "body")
	require.NoError(t, err)
	for r := rune(1); r < 0x200; r++ {
		found, err := s.Body(fmt.Appendf(nil, `{"x": "a\u%04xb"}`, r))
		require.NoError(t, err)
		isControl := r < ' ' || r >= 0x7f && r < 0xa0
		require.Equal(t, isControl && !unicode.IsSpace(r), len(found.Invalid) > 0, "%U", r)
	}
}

func TestControlCharactersAreRefusedInNamesUnlessTheyAreWhiteSpace(t *testing.T) {
	t.Parallel()
	s, err := Compile(schemaOf(t, `{"type": "object", "properties": {"x": {"type": "string", "minLength": 1,
		"pattern": "^[^\\x00-\\x1F\\x7F]*[^\\s\\x00-\\x1F\\x7F][^\\x00-\\x1F\\x7F]*$"}}}`), formats, "body")
	require.NoError(t, err)
	require.True(t, s.root.rules.(*object).members["x"].rules.(*text).noControls)
	for r := rune(1); r < 0x200; r++ {
		found, err := s.Body(fmt.Appendf(nil, `{"x": "a\u%04xb"}`, r))
		require.NoError(t, err)
		isControl := r < ' ' || r >= 0x7f && r < 0xa0
		require.Equal(t, isControl && !unicode.IsSpace(r), len(found.Invalid) > 0, "%U", r)
		if isControl && unicode.IsSpace(r) {
			require.JSONEq(t, `{"x": "a b"}`, string(found.Normal), "%U", r)
		}
	}
}
