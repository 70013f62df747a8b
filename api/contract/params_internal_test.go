package contract

import (
	"math/big"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/validate"
)

func TestQueriesAreReadAsTheStandardLibraryDoesWhereItCan(t *testing.T) {
	t.Parallel()
	raw, bytes := rapid.StringMatching(`[ab=&%+;4F2 \x00é]{0,20}`), rapid.SliceOf(rapid.Byte())
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			query := raw.Draw(t, "query")
			values := parseQuery(query)
			if want, err := url.ParseQuery(query); err == nil {
				delete(want, "") // nobody asks for it
				require.Equal(t, want, values, query)
			}
			if text, err := url.QueryUnescape(query); err == nil {
				require.Equal(t, text, unescape(query))
			}
			name, value := "n"+string(bytes.Draw(t, "name")), string(bytes.Draw(t, "value"))
			require.Equal(t, url.Values{name: {value, value}}, parseQuery(url.Values{name: {value, value}}.Encode()))
			require.Equal(t, value, unescape(url.QueryEscape(value)))
		}
	})
	for query, want := range map[string]url.Values{
		"search=50%": {"search": {"50%"}}, "a=%4&b=%zz&c=%%41&d=%4%31": {"a": {"%4"}, "b": {"%zz"}, "c": {"%A"}, "d": {"%41"}}, "a=x;y&b=;": {"a": {"x;y"}, "b": {";"}},
		"a": {"a": {""}}, "a=b=c": {"a": {"b=c"}}, "&&=x&": {}, "%61=1&a=+": {"a": {"1", " "}}, "%=%": {"%": {"%"}}, "a=%e2%98%83": {"a": {"☃"}}, "a=%FF": {"a": {"\xff"}},
	} {
		require.Equal(t, want, parseQuery(query), query)
	}
}

func TestIdsAreDecimalNumbersBelow2To53(t *testing.T) {
	t.Parallel()
	canonical := regexp.MustCompile(`^[1-9][0-9]*$`)
	near := rapid.OneOf(rapid.StringMatching(`[-+ ]?[0-9]{1,20}(\.0|e0)?`), rapid.Custom(func(t *rapid.T) string {
		return strconv.FormatInt(validate.MaxID+rapid.Int64Range(-3, 3).Draw(t, "delta"), 10)
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
