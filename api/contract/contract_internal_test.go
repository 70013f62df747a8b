package contract

import (
	"bytes"
	"compress/gzip"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/validate"
)

func TestLoadRejectsKeywordsThatNothingChecks(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../openapi.yaml")
	require.NoError(t, err)
	for _, c := range []struct{ method, path, old, with, want string }{
		{http.MethodPost, "/api/recipes/bulk/", "          maxItems: 1000\n          items: {$ref: '#/components/schemas/RecipeInput'}", "          uniqueItems: true\n          items: {$ref: '#/components/schemas/RecipeInput'}", "importRecipes: body.list: the keyword uniqueItems is not supported for the type array"},
		{http.MethodGet, "/api/recipes/", "{type: integer, format: int64, minimum: 1, maximum: 500}", "{type: integer, format: int64, minimum: 1, maximum: 500, multipleOf: 5}", "listRecipes: limit: the keyword multipleOf is not supported for the type integer"},
	} {
		changed := strings.Replace(string(source), c.old, c.with, 1)
		require.NotEqual(t, string(source), changed)
		contract, err := Load(t.Context(), []byte(changed), password.Policy{MinLength: 8}, &url.URL{})
		require.NoError(t, err)
		_, err = contract.operation(c.method, c.path)
		require.EqualError(t, err, c.want)
	}
}

func TestIgnoredNamesAreEscapedClippedAndCounted(t *testing.T) {
	t.Parallel()
	h := http.Header{}
	setIgnoredMembers(h, nil)
	require.Empty(t, h)
	setIgnoredMembers(h, []string{"page", "ingredients[]", "", "a,b \"%\\\r\n\x00", "é", strings.Repeat("🍋", 50), strings.Repeat("x", 100), strings.Repeat("x", 101)})
	require.Equal(t, []string{
		`page, ingredients[], "", a%2Cb%20%22%25%5C%0D%0A%00, %C3%A9, ` + strings.Repeat("%F0%9F%8D%8B", 8) + `%F0..., ` + strings.Repeat("x", 100) + ", " + strings.Repeat("x", 100) + "...",
	}, h["Ignored-Members"])
	setIgnoredMembers(h, strings.Split(strings.Repeat("x,", 40), ","))
	require.Equal(t, strings.Repeat("x, ", 20)+"...", h.Get("Ignored-Members"))
}

func TestQueriesAreReadAsTheStandardLibraryDoesWhereItCan(t *testing.T) {
	t.Parallel()
	raw, bytes := rapid.StringMatching(`[ab=&%+;4F2 \x00é]{0,20}`), rapid.SliceOf(rapid.Byte())
	rapid.Check(t, func(t *rapid.T) {
		for range 100 {
			query := raw.Draw(t, "query")
			values := parseQuery(query)
			if want, err := url.ParseQuery(query); err == nil {
				delete(want, "") // parameters without a name are dropped
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

// packed returns a text encoded with a content coding.
func packed(t *testing.T, coding, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	var w io.WriteCloser = gzip.NewWriter(&out)
	if coding == "zstd" {
		var err error
		w, err = zstd.NewWriter(&out)
		require.NoError(t, err)
	}
	_, err := io.WriteString(w, text)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return out.Bytes()
}

func TestAContentCodingIsUndoneUpToTheLimit(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("leek ", 20_000)
	for coding := range decoders {
		sent := packed(t, coding, text)
		got, err := decode(coding, sent, int64(len(text)))
		require.NoError(t, err)
		require.Equal(t, text, string(got))
		_, err = decode(coding, sent, int64(len(text)-1))
		require.Equal(t, problem.BodyTooLarge, problem.Of(err).Code)
		for _, broken := range [][]byte{[]byte(`{}`), sent[:len(sent)-1], sent[:len(sent)/2], append(bytes.Clone(sent), 'x')} {
			_, err = decode(coding, broken, 1<<20)
			require.Error(t, err, "%.20q", broken)
			require.Equal(t, problem.MalformedBody, problem.Of(err).Code)
			require.Contains(t, problem.Of(err).Detail, coding)
		}
		bomb := packed(t, coding, strings.Repeat("\x00", 8<<20))
		_, err = decode(coding, bomb, 1<<20)
		require.Equal(t, problem.BodyTooLarge, problem.Of(err).Code, coding)
	}
}
