package validate

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestEveryErrorHasItsCodeAndContainsNothingOfTheInput(t *testing.T) {
	t.Parallel()
	for _, f := range []struct {
		schema, value string
		want          []string
	}{
		{`{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}`, `{}`, []string{"x.name:required: This member is required."}},
		{`{"type": "string", "minLength": 9}`, `"kohlrabi"`, []string{"x:too_short: This text must have at least 9 characters."}},
		{`{"type": "string", "minLength": 9}`, `""`, []string{"x:blank: This text must not be empty."}},
		{`{"type": "string", "maxLength": 7}`, `"kohlrabi"`, []string{"x:too_long: This text must have at most 7 characters."}},
		{`{"type": "string", "pattern": "^x$"}`, `"kohlrabi"`, []string{"x:invalid_characters: This text contains characters that are not allowed here."}},
		{`{"type": "string"}`, `"kohlrabi\u0000"`, []string{"x:invalid_characters: This text must not contain NUL characters."}},
		{`{"type": "string", "enum": ["weekday", "weekend"]}`, `"kohlrabi"`, []string{"x:not_allowed: This must be one of: weekday, weekend."}},
		{`{"type": "string", "enum": ["weekday", "weekend"]}`, `""`, []string{"x:blank: This text must not be empty."}},
		{`{"type": "string", "enum": ["weekday", "weekend"]}`, `5`, []string{"x:not_a_string: This must be a string."}},
		{`{"type": "string", "format": "new-username"}`, `"kohl rabi"`, []string{"x:invalid_characters: Use only letters, digits and @ . + _ - in a username."}},
		{`{"type": "string", "format": "new-password"}`, `"kohlrab"`, []string{"x:too_short: A password must have at least 8 characters."}},
		{`{"type": "string", "format": "password", "minLength": 1, "pattern": "^[^\\x00]*[^\\s\\x00][^\\x00]*$"}`, `" "`, []string{"x:invalid_characters: This text contains characters that are not allowed here."}},
		{`{"type": "integer", "minimum": 3}`, `2`, []string{"x:too_small: This number must be at least 3."}},
		{`{"type": "integer", "maximum": 3}`, `4`, []string{"x:too_large: This number must be at most 3."}},
		{`{"type": "array", "items": {"type": "string"}, "minItems": 2}`, `["kohlrabi"]`, []string{"x:too_few: There must be at least 2 element(s)."}},
		{`{"type": "array", "items": {"type": "string"}, "maxItems": 1}`, `[5, "kohlrabi", 5]`, []string{"x:too_many: There must be at most 1 elements.", "x.0:not_a_string: This must be a string."}},
		{`{"type": "integer"}`, `"kohlrabi"`, []string{"x:not_an_integer: This must be an integer."}},
		{`{"type": "integer", "minimum": 1}`, `0.5`, []string{"x:not_an_integer: This must be an integer."}},
		{`{"type": "string"}`, `null`, []string{"x:not_a_string: This must be a string."}},
		{`{"type": "string"}`, `["kohlrabi"]`, []string{"x:not_a_string: This must be a string."}},
		{`{"type": "boolean"}`, `"kohlrabi"`, []string{"x:not_a_boolean: This must be true or false."}},
		{`{"type": "array", "items": {"type": "string"}}`, `{"kohlrabi": 1}`, []string{"x:not_an_array: This must be an array."}},
		{`{"type": "object"}`, `["kohlrabi"]`, []string{"x:not_an_object: This must be an object."}},
	} {
		s := compiled(t, schemaOf(t, `{"type": "object", "properties": {"x": `+f.schema+`}}`))
		found, err := s.Body([]byte(`{"x": ` + f.value + `}`))
		require.NoError(t, err)
		var got []string
		for _, e := range found.Invalid {
			got = append(got, e.Path+":"+e.Code+": "+e.Detail)
		}
		require.Equal(t, f.want, got)
	}
}

func TestPathsAreSortedByTheNumbersInThem(t *testing.T) {
	t.Parallel()
	path := rapid.StringMatching(`(a|ab|list)?(\.(0|1|2|9|10|11|100|a|name)){0,3}`)
	seen := map[int]int{}
	rapid.Check(t, func(t *rapid.T) {
		for range 10 {
			a, b := path.Draw(t, "a"), path.Draw(t, "b")
			order := oraclePaths(a, b)
			require.Equal(t, order, comparePaths(a, b), "%s %s", a, b)
			seen[order]++
		}
	})
	requireSeen(t, seen, -1, 0, 1)
	want := []string{"", "list", "list.2", "list.2.name", "list.10", "list.10.a", "lists"}
	require.True(t, slices.IsSortedFunc(want, comparePaths))
}

func TestABodyCostsOneAllocation(t *testing.T) { // not parallel: all allocations are counted
	s, text, r := compiled(t, contractBodies(t)["createRecipe"]), []byte(leekSoup), new(bodyReader)
	check := func() {
		if found, err := s.check(r, text); err != nil || found.Invalid != nil {
			t.Fatal(found.Invalid, err)
		}
	}
	check()
	require.LessOrEqual(t, testing.AllocsPerRun(100, check), 1.0, "the normal form")
}

func TestNothingOfABodyAffectsTheNext(t *testing.T) {
	t.Parallel()
	s, r := compiled(t, contractBodies(t)["createRecipe"]), new(bodyReader)
	for _, body := range []string{`{"name": `, `{"name": "\u0000"}`, `{"ingredients": [{"name": `, `{"x": 1, "name": 5}`, `{"ingredients": [{"name": "\u00e9` + strings.Repeat("x", 100) + `"}, 5]}`} {
		found, err := s.check(r, []byte(body))
		require.True(t, err != nil || found.Invalid != nil)
		r.reset()
		found, err = s.check(r, []byte(leekSoup))
		require.NoError(t, err)
		require.Empty(t, found.Invalid)
		require.Empty(t, found.Ignored)
		want, _ := s.Body([]byte(leekSoup))
		require.Equal(t, string(want.Normal), string(found.Normal))
	}
}
