package api

import (
	"math/big"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/gen"
)

// contractSchema is a schema of the contract by its name.
func contractSchema(t *testing.T, name string) *openapi3.Schema {
	t.Helper()
	doc, err := gen.GetSpec()
	require.NoError(t, err)
	require.Contains(t, doc.Components.Schemas, name)
	return doc.Components.Schemas[name].Value
}

func TestIntegersAreToldByTheirValue(t *testing.T) {
	t.Parallel()
	form := rapid.StringMatching(`-?(0|[1-9][0-9]{0,3}|[1-9]0{0,20})(\.[0-9]{1,3}|\.0{1,20})?([eE][+-]?(0[0-9]|[0-9]|1[0-9]))?`)
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			text := form.Draw(t, "number")
			exact, ok := new(big.Rat).SetString(text)
			require.True(t, ok, text)
			require.Equal(t, exact.IsInt(), isInteger(text), text)
		}
	})
	for text, want := range map[string]bool{
		"0e-99999999999999999999": true, "-0.000E-9223372036854775808": true, "1e99999999999999999999": true, "1e-99999999999999999999": false,
		"1e9223372036854775807": true, "1.5e9223372036854775807": true, "1e-9223372036854775808": false, "1" + strings.Repeat("0", 999) + "e-999": true,
		"1" + strings.Repeat("0", 999) + "e-1000": false, "0." + strings.Repeat("0", 999) + "1e1000": true, "0." + strings.Repeat("0", 999) + "1e999": false,
	} {
		require.Equal(t, want, isInteger(text), "%.40s", text)
	}
}

func TestNumbersThatAreNoIdAreThatOfNoRow(t *testing.T) {
	t.Parallel()
	id, days := contractSchema(t, "PlanRequest").Properties["recipe_ids"].Value.Items.Value, contractSchema(t, "RecipeInput").Properties["longevity"].Value
	for text, want := range map[string]float64{
		"1": 1, "1.0": 1, "1e0": 1, "0": 0, "-3": -3, "9007199254740991": maxID, "9007199254740992": 0, "9007199254740993": 0, "-9007199254740992": 0, "1e400": 0, "-1e400": 0, "1e9223372036854775807": 0,
	} {
		require.InDelta(t, want, number(id, text), 0, text)
	}
	for _, text := range []string{"0.5", "9007199254740990.5", "9007199254740992.5", "1e-400", "4503599627370496.0000001"} {
		require.InDelta(t, 0.5, number(id, text), 0, "no rounding makes an integer of %s", text)
		require.InDelta(t, 0.5, number(days, text), 0, text)
	}
	for _, text := range []string{"36501", "9007199254740993", "1e30", "1e400", "1" + strings.Repeat("0", 400)} {
		require.Greater(t, number(days, text), 36500.0, text)
		require.Less(t, number(days, "-"+text), 0.0, text)
	}
}

func TestQueriesAreReadAsTheStandardLibraryDoesWhereItCan(t *testing.T) {
	t.Parallel()
	raw, bytes := rapid.StringMatching(`[ab=&%+;4F2 \x00é]{0,20}`), rapid.SliceOf(rapid.Byte())
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			query := raw.Draw(t, "query")
			values := queryOf(query)
			if want, err := url.ParseQuery(query); err == nil {
				delete(want, "") // nobody asks for it
				require.Equal(t, want, values, query)
			}
			if text, err := url.QueryUnescape(query); err == nil {
				require.Equal(t, text, unescape(query))
			}
			name, value := "n"+string(bytes.Draw(t, "name")), string(bytes.Draw(t, "value"))
			require.Equal(t, url.Values{name: {value, value}}, queryOf(url.Values{name: {value, value}}.Encode()))
			require.Equal(t, value, unescape(url.QueryEscape(value)))
		}
	})
	for query, want := range map[string]url.Values{
		"search=50%": {"search": {"50%"}}, "a=%4&b=%zz&c=%%41&d=%4%31": {"a": {"%4"}, "b": {"%zz"}, "c": {"%A"}, "d": {"%41"}}, "a=x;y&b=;": {"a": {"x;y"}, "b": {";"}},
		"a": {"a": {""}}, "a=b=c": {"a": {"b=c"}}, "&&=x&": {}, "%61=1&a=+": {"a": {"1", " "}}, "%=%": {"%": {"%"}}, "a=%e2%98%83": {"a": {"☃"}}, "a=%FF": {"a": {"\xff"}},
	} {
		require.Equal(t, want, queryOf(query), query)
	}
}

func TestIdsAreDecimalNumbersBelow2To53(t *testing.T) {
	t.Parallel()
	canonical := regexp.MustCompile(`^[1-9][0-9]*$`)
	near := rapid.OneOf(rapid.StringMatching(`[-+ ]?[0-9]{1,20}(\.0|e0)?`), rapid.Custom(func(t *rapid.T) string {
		return strconv.FormatInt(maxID+rapid.Int64Range(-3, 3).Draw(t, "delta"), 10)
	}))
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			text := near.Draw(t, "id")
			value, ok := new(big.Int).SetString(text, 10)
			require.Equal(t, ok && canonical.MatchString(text) && value.Cmp(big.NewInt(1<<53)) < 0, isID(text), text)
		}
	})
	for text, want := range map[string]bool{"1": true, "9007199254740991": true, "9007199254740992": false, "": false, "0": false, "01": false, "１": false, "1\n": false, strings.Repeat("9", 400): false} {
		require.Equal(t, want, isID(text), text)
	}
}

func TestEveryKindOfFaultHasItsCodeAndEchoesNothing(t *testing.T) {
	t.Parallel()
	three, texts := openapi3.Ptr(3.0), []any{"weekday", "weekend"}
	text, integer := openapi3.NewStringSchema(), openapi3.NewInt64Schema()
	for _, f := range []struct {
		schema *openapi3.Schema
		value  any
		want   []string
	}{
		{openapi3.NewObjectSchema().WithProperty("name", text).WithRequired([]string{"name"}), map[string]any{}, []string{"name:required: This member is required."}},
		{openapi3.NewStringSchema().WithMinLength(9), "kohlrabi", []string{":too_short: This text must have at least 9 characters."}},
		{openapi3.NewStringSchema().WithMinLength(9), "", []string{":blank: This text must not be empty."}},
		{openapi3.NewStringSchema().WithMaxLength(7), "kohlrabi", []string{":too_long: This text must have at most 7 characters."}},
		{openapi3.NewStringSchema().WithPattern("^x$"), "kohlrabi", []string{":invalid_characters: This text has characters that are not allowed here."}},
		{openapi3.NewStringSchema().WithEnum(texts...), "kohlrabi", []string{":not_allowed: This must be one of: weekday, weekend."}},
		{openapi3.NewStringSchema().WithEnum(texts...), "", []string{":blank: This text must not be empty."}},
		{openapi3.NewStringSchema().WithEnum(texts...), 5.0, []string{":not_a_string: This must be a string."}},
		{&openapi3.Schema{Type: &openapi3.Types{"integer"}, Min: three}, 2.0, []string{":too_small: This number must be at least 3."}},
		{&openapi3.Schema{Type: &openapi3.Types{"integer"}, Max: three}, 4.0, []string{":too_large: This number must be at most 3."}},
		{openapi3.NewArraySchema().WithItems(text).WithMinItems(2), []any{"kohlrabi"}, []string{":too_few: There must be at least 2 element(s)."}},
		{openapi3.NewArraySchema().WithItems(text).WithMaxItems(1), []any{"kohlrabi", 5.0}, []string{":too_many: There must be at most 1 elements.", "1:not_a_string: This must be a string."}},
		{integer, "kohlrabi", []string{":not_an_integer: This must be an integer."}}, {integer, 0.5, []string{":not_an_integer: This must be an integer."}},
		{text, nil, []string{":not_a_string: This must be a string."}}, {text, []any{}, []string{":not_a_string: This must be a string."}},
		{openapi3.NewBoolSchema(), "kohlrabi", []string{":not_a_boolean: This must be true or false."}},
		{openapi3.NewArraySchema().WithItems(text), map[string]any{}, []string{":not_an_array: This must be an array."}},
		{openapi3.NewObjectSchema(), []any{}, []string{":not_an_object: This must be an object."}},
	} {
		var in input
		in.visit(f.schema, f.value, "")
		var told []string
		for _, flaw := range in.flaws() {
			told = append(told, flaw.Path+":"+flaw.Code+": "+flaw.Detail)
		}
		require.Equal(t, f.want, told)
	}
}
