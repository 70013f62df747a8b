package contractfuzz_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// Values are JSON as encoding/json decodes it: map[string]any, []any, string, json.Number, bool, nil; and raw.

// rawJSON is written into a body as it is.
type rawJSON string

// generator draws values that are valid by their schemas.
type generator struct {
	*rapid.T
	id func(member string) json.Number // an id that this member may hold
}

// oneIn is true with a probability of about 1/in.
func (m generator) oneIn(in int, of string) bool { return rapid.IntRange(1, in).Draw(m.T, of) == in }

// value draws a value of a schema. member is its name, or that of its list.
func (m generator) value(s *openapi3.Schema, member string) any {
	switch {
	case s.Type.Is("object"):
		object := map[string]any{}
		for _, name := range memberNames(s) {
			if slices.Contains(s.Required, name) || rapid.Bool().Draw(m.T, name+" given") {
				object[name] = m.value(s.Properties[name].Value, name)
			}
		}
		return object
	case s.Type.Is("array"):
		return m.list(s, member)
	case s.Type.Is("boolean"):
		return rapid.Bool().Draw(m.T, member)
	case s.Type.Is("integer") && s.Max == nil:
		return m.id(member)
	case s.Type.Is("integer") && *s.Min == *s.Max:
		return number(int64(*s.Min))
	case s.Type.Is("integer"):
		return number(rapid.OneOf(rapid.SampledFrom([]int64{int64(*s.Min), int64(*s.Max), int64(*s.Max) - 1, int64(*s.Min) + 1}),
			rapid.Int64Range(int64(*s.Min), int64(*s.Max))).Draw(m.T, member))
	case len(s.Enum) > 0:
		return m.padded(rapid.SampledFrom(s.Enum).Draw(m.T, member).(string))
	case samples[s.Format] != nil:
		return m.padded(rapid.SampledFrom(samples[s.Format][min(s.MinLength, 1):]).Draw(m.T, member))
	case isDate(s):
		return m.padded(rapid.SampledFrom(dates).Draw(m.T, member))
	case isTime(s):
		return m.padded(rapid.SampledFrom(times).Draw(m.T, member))
	default:
		return m.text(s, member)
	}
}

// samples are texts of formats; the first one is allowed where a text may be empty.
var samples = map[string][]string{
	"density": {"", "0.7 g/ml", "120 g per cup", "1 pint = ½ lb", "0,001 kg / l"},
	"factor":  {"", "1", "2/3", "0.685", "1000", "1/1000"},
	"weight":  {"", "200 g", "1 lb 2 oz", "⅓ kg"},
}

// dates are texts of the formats date and date-or-empty.
var dates = []string{"2026-03-01", "2024-02-29", "0001-01-01", "9999-12-31"}

// times are texts of the format date-time.
var times = []string{"2026-03-01T18:30:00.123456Z", "2024-02-29T23:59:59.999999Z", "0001-01-01T00:00:00.000001Z", "9999-12-30T23:59:59.999999Z", "1969-12-31T23:59:59.000000Z"}

func isTime(s *openapi3.Schema) bool { return s.Format == "date-time" }

func isDate(s *openapi3.Schema) bool { return s.Format == "date" || s.Format == "date-or-empty" }

// list draws a list: mostly a short one, sometimes of the maximum or minimum length.
func (m generator) list(s *openapi3.Schema, member string) []any {
	least, most := int(s.MinItems), int(*s.MaxItems)
	count := rapid.SampledFrom([]int{least + 1, least, least + 2, min(least+5, most)}).Draw(m.T, "elements of "+member)
	if !m.oneIn(25, "as many as there may be") || isUnlimited(s) {
		list := []any{}
		for range min(count, most) {
			list = append(list, m.value(s.Items.Value, member))
		}
		return list
	}
	return m.listOfLength(s, member, most)
}

// isUnlimited reports whether the limit of a list means that there is none.
func isUnlimited(s *openapi3.Schema) bool { return *s.MaxItems == 1_000_000 }

// listOfLength returns a list of count elements, each as short as possible.
func (m generator) listOfLength(s *openapi3.Schema, member string, count int) []any {
	list, ids := []any{}, map[string]json.Number{}
	for range count {
		list = append(list, smallestValue(s.Items.Value, member, func(member string) json.Number {
			if ids[member] == "" {
				ids[member] = m.id(member)
			}
			return ids[member]
		}))
	}
	return list
}

// smallestValue returns the shortest value of a schema. member is its name, or that of its list.
func smallestValue(s *openapi3.Schema, member string, id func(member string) json.Number) any {
	switch {
	case s.Type.Is("object"):
		object := map[string]any{}
		for _, name := range s.Required {
			object[name] = smallestValue(s.Properties[name].Value, name, id)
		}
		return object
	case s.Type.Is("array"):
		list := []any{}
		for range s.MinItems {
			list = append(list, smallestValue(s.Items.Value, member, id))
		}
		return list
	case s.Type.Is("integer") && s.Max == nil:
		return id(member)
	case s.Type.Is("integer"):
		return number(int64(*s.Min))
	case s.Type.Is("boolean"):
		return false
	case len(s.Enum) > 0:
		return s.Enum[0]
	case samples[s.Format] != nil:
		return samples[s.Format][min(s.MinLength, 1)]
	case isTime(s):
		return times[0]
	case isDate(s) && s.MinLength > 0:
		return dates[0]
	default:
		return strings.Repeat("x", int(s.MinLength))
	}
}

// letters has characters of 1 to 4 bytes that count as one each, and characters that are special in SQL, URLs, JSON and HTML, but no
// white space. The first ones are drawn more often.
var letters = []rune{
	'a', 'B', 'e', '0', '\u0301', '\U0001F34B', 'é', 'ß', 'İ', 'ı', 'ﬀ', 'Σ', 'ς', '"', '\\', '/', '%', '_', '\'', ',', '&', '+', '=', '#', '?', ';',
	'.', '<', '{', '[', '$', '\u0001', '\u001b', '\u007f', '\u0085' + 1, '\u00ad', '\u05d0', '\u0627', '\u202e', '\u200d', '\ufe0f', '\U0001F468',
	'\U0001F1E9', '\ufeff', '\ufffd', '\uffff', '\ue000', '\U00020000', '\U0001D54F', '\U000E0001', '\U0010FFFF', '가', '漢', 'ก', '\u0e33', 'Ǆ', 'K', 'ẞ',
}

// spaces has white space that the server trims. A text may contain it elsewhere.
var spaces = []string{" ", "\n", "\t", "\r", "\u00a0", "\u2003", "\u3000", "\u2028", "\u0085", "\u000b"}

// text draws a text. Sometimes its length is a limit.
func (m generator) text(s *openapi3.Schema, member string) string {
	least, most := int(s.MinLength), 64
	if s.MaxLength != nil {
		most = int(*s.MaxLength)
	}
	if trimmed(s) && least <= 1 && matches(s, "a") && m.oneIn(4, "a word that others have too") {
		return m.padded("a")
	}
	lengths := []int{least + 1, least, min(least+3, most), min(least+12, most), min(most-1, 200), min(most, 200)}
	if m.oneIn(10, "as long as it may be") {
		lengths = []int{min(most, maxTextLength)}
	}
	return m.textOf(rapid.SampledFrom(lengths).Draw(m.T, "characters of "+member), s, member)
}

// maxTextLength is the length of the longest text that is sent, in characters. Other tests cover the limit of the body.
const maxTextLength = 100_000

// textOf draws a text of count characters, with white space around it.
func (m generator) textOf(count int, s *openapi3.Schema, member string) string {
	some := rapid.SliceOfN(rapid.SampledFrom(lettersOf(s)), 1, 4).Draw(m.T, member)
	runes := make([]rune, count)
	for i := range runes {
		runes[i] = some[i%len(some)]
	}
	if !trimmed(s) {
		return string(runes)
	}
	if count > 2 && rapid.Bool().Draw(m.T, "a space inside") {
		with := slices.Clone(runes)
		with[count/2] = []rune(rapid.SampledFrom(spaces).Draw(m.T, "space"))[0]
		if matches(s, string(with)) {
			runes = with
		}
	}
	return m.padded(string(runes))
}

// padded sometimes puts white space around a text.
func (m generator) padded(text string) string {
	pad := rapid.SampledFrom(append([]string{"", "", "", "", "", ""}, spaces...))
	return pad.Draw(m.T, "before") + text + pad.Draw(m.T, "behind")
}

// lettersOf returns the letters that match the pattern of a schema.
func lettersOf(s *openapi3.Schema) []rune {
	return slices.DeleteFunc(slices.Clone(letters), func(r rune) bool { return !matches(s, string(r)) })
}

// matches reports whether a text matches the pattern of a schema, if there is one. Patterns that exclude control characters cover only
// ASCII, but the server also rejects other control characters.
func matches(s *openapi3.Schema, text string) bool {
	if isName(s) {
		text = nameOf(text)
	}
	if strings.Contains(s.Pattern, `\x7F`) && strings.ContainsFunc(text, func(r rune) bool { return r > 0x7f && unicode.IsControl(r) }) {
		return false
	}
	return s.Pattern == "" || regexp.MustCompile(s.Pattern).MatchString(text)
}

// trimmed reports whether the server trims a text: the formats without trimming are listed at the top of openapi.yaml.
func trimmed(s *openapi3.Schema) bool {
	return !slices.Contains([]string{"username", "new-username", "password", "new-password", "jwt"}, s.Format)
}

// memberNames returns the members of a schema, sorted.
func memberNames(s *openapi3.Schema) []string {
	var all []string
	for name := range s.Properties {
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func number(n int64) json.Number { return json.Number(strconv.FormatInt(n, 10)) }
