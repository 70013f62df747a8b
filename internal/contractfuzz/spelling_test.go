package contractfuzz_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// spelling is one of the ways to write the same JSON.
type spelling struct {
	*rapid.T
	space   string // between tokens
	escaped int    // every how many characters one is escaped that needn't be; 0: none
	upper   bool   // digits of escapes
	strange bool   // with members that no schema knows
	text    strings.Builder
}

// spell writes a body in any spelling. Members that the schema doesn't know may come with it, which must not matter.
func spell(t *rapid.T, s *openapi3.Schema, body any) string {
	w := &spelling{
		T:       t,
		space:   rapid.SampledFrom([]string{"", " ", "\n\t", "\r\n  "}).Draw(t, "white space"),
		escaped: rapid.SampledFrom([]int{0, 3, 1, 2}).Draw(t, "escapes"),
		upper:   rapid.Bool().Draw(t, "escapes in capitals"),
		strange: rapid.IntRange(0, 3).Draw(t, "unknown members") == 3,
	}
	w.text.WriteString(w.space)
	w.value(s, body)
	w.text.WriteString(w.space)
	return w.text.String()
}

func (w *spelling) value(s *openapi3.Schema, value any) {
	switch v := value.(type) {
	case map[string]any:
		w.object(s, v)
	case []any:
		w.text.WriteString("[" + w.space)
		for i, one := range v {
			if i > 0 {
				w.text.WriteString("," + w.space)
			}
			w.value(s.Items.Value, one)
		}
		w.text.WriteString(w.space + "]")
	case string:
		w.quoted(v)
	case json.Number:
		w.number(v)
	case raw:
		w.text.WriteString(string(v))
	case nil:
		w.text.WriteString("null")
	default:
		fmt.Fprint(&w.text, v) // true, false
	}
}

func (w *spelling) object(s *openapi3.Schema, object map[string]any) {
	members := slices.Sorted(maps.Keys(object))
	if len(members) > 1 {
		turn := rapid.IntRange(0, len(members)-1).Draw(w.T, "order")
		members = append(members[turn:], members[:turn]...)
		if rapid.Bool().Draw(w.T, "reversed") {
			slices.Reverse(members)
		}
	}
	w.text.WriteString("{" + w.space)
	for i, name := range members {
		if i > 0 {
			w.text.WriteString("," + w.space)
		}
		w.quoted(name)
		w.text.WriteString(w.space + ":" + w.space)
		w.value(s.Properties[name].Value, object[name])
	}
	if w.strange && s.Type.Is("object") {
		if len(members) > 0 {
			w.text.WriteString(",")
		}
		w.text.WriteString(w.unknown(s))
	}
	w.text.WriteString(w.space + "}")
}

// unknown is a member that the schema doesn't know: names are compared with regard to case, and untrimmed.
func (w *spelling) unknown(s *openapi3.Schema) string {
	all := []string{"", "__proto__", "accuracy", "id", "user_id"}
	for _, name := range names(s) {
		all = append(all, strings.ToUpper(name), name+" ", name+`\u0000`)
	}
	all = slices.DeleteFunc(all, func(name string) bool { return s.Properties[name] != nil })
	value := rapid.SampledFrom([]string{"null", "0", `"\u0000"`, "1e400", "[]", `{"id": {"id": 1}}`, strings.Repeat("[", 50) + strings.Repeat("]", 50), "true"})
	return `"` + rapid.SampledFrom(all).Draw(w.T, "unknown member") + `":` + value.Draw(w.T, "unknown value")
}

// short are the escapes of one letter (RFC 8259, section 7).
var short = map[rune]string{'"': `\"`, '\\': `\\`, '/': `\/`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}

func (w *spelling) quoted(text string) {
	w.text.WriteByte('"')
	i := 0
	for _, r := range text {
		i++
		chosen := w.escaped > 0 && i%w.escaped == 0
		switch escape := short[r]; {
		case escape != "" && (r == '"' || r == '\\' || r < ' ' || chosen) && i%2 == 0:
			w.text.WriteString(escape)
		case r < ' ', r == '"', r == '\\', chosen:
			w.escape(r)
		default:
			w.text.WriteRune(r)
		}
	}
	w.text.WriteByte('"')
}

func (w *spelling) escape(r rune) {
	format := `\u%04x`
	if w.upper {
		format = `\u%04X`
	}
	for _, unit := range utf16.Encode([]rune{r}) {
		fmt.Fprintf(&w.text, format, unit)
	}
}

// number writes an integer: 20 is 20.0, 2e1 and 200E-1 too.
func (w *spelling) number(n json.Number) {
	text := string(n)
	spellings := []string{text, text, text + ".0", text + "e0", text + ".000E+00"}
	shorter, ends := strings.CutSuffix(text, "0")
	switch {
	case text == "0":
		spellings = append(spellings, "-0", "0e99999999999999999999", "-0.0e-9")
	case ends:
		spellings = append(spellings, shorter+"e1", shorter+".0E+1")
	default:
		spellings = append(spellings, text+"0e-1", text+"00E-02")
	}
	w.text.WriteString(rapid.SampledFrom(spellings).Draw(w.T, "number"))
}

// spellQuery writes a parameter: a space is + or %20, and what needs no escape may have one.
func spellQuery(t *rapid.T, name, value string) string {
	escaped := url.QueryEscape(value)
	switch rapid.IntRange(0, 3).Draw(t, "escapes of "+name) {
	case 1:
		escaped = strings.ReplaceAll(escaped, "+", "%20")
	case 2:
		var all strings.Builder
		for _, b := range []byte(value) {
			all.WriteString("%" + strings.ToLower(strconv.FormatInt(0x100+int64(b), 16)[1:]))
		}
		escaped = all.String()
	}
	return name + "=" + escaped
}
