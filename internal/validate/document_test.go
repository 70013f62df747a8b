package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
	"pgregory.net/rapid"
)

// draft draws documents. With a probability of 1/odds it draws a part that is probably invalid.
type draft struct {
	*rapid.T
	odds int
}

// document draws a document for the schema of an object.
func document(t *rapid.T, schema *openapi3.Schema) string {
	d := draft{t, rapid.SampledFrom([]int{20, 1000}).Draw(t, "odds")}
	return d.spelled(d.object(schema))
}

// chance is true with a probability of 1/odds.
func (d draft) chance(of string) bool { return rapid.IntRange(1, d.odds).Draw(d.T, of) == d.odds }

// anyJSON draws a JSON value of any kind.
func (d draft) anyJSON(depth int) any {
	switch kind := rapid.IntRange(0, 7).Draw(d.T, "kind"); {
	case kind == 0:
		return nil
	case kind == 1:
		return rapid.Bool().Draw(d.T, "boolean")
	case kind == 2:
		return rapid.SampledFrom([]float64{0, 1, -1, 0.5, 36500, 36501, 1 << 52, -7.25}).Draw(d.T, "number")
	case kind == 3 && depth > 0:
		return []any{d.anyJSON(depth - 1), d.anyJSON(depth - 1)}[rapid.IntRange(0, 2).Draw(d.T, "from"):]
	case kind == 4 && depth > 0:
		return map[string]any{"name": d.anyJSON(depth - 1), rapid.SampledFrom([]string{"x", "Name", "quantity", ""}).Draw(d.T, "member"): d.anyJSON(depth - 1)}
	}
	return rapid.SampledFrom([]string{"", " ", "x", "\u00a0x\n", "weekday", "WeekDay", " used ", "null", "1", " 36501\n", "1.0", "-007"}).Draw(d.T, "text")
}

// likely draws a value that is probably valid.
func (d draft) likely(schema *openapi3.Schema) any {
	if d.chance("other") {
		return d.anyJSON(3)
	}
	switch {
	case schema.Type.Is("object"):
		return d.object(schema)
	case schema.Type.Is("array"):
		list := []any{}
		for range rapid.IntRange(0, 3).Draw(d.T, "elements") {
			list = append(list, d.likely(schema.Items.Value))
		}
		if d.chance("long") && schema.Items.Value.Type.Is("integer") {
			list = slices.Repeat([]any{1.0}, int(*schema.MaxItems)+rapid.IntRange(0, 1).Draw(d.T, "over"))
		}
		return list
	case schema.Type.Is("integer"):
		return float64(rapid.Int64Range(0, 36500).Draw(d.T, "integer"))
	case schema.Type.Is("boolean"):
		return rapid.Bool().Draw(d.T, "boolean")
	case len(schema.Enum) > 0:
		return rapid.SampledFrom([]string{"", " ", "\t"}).Draw(d.T, "space") + fmt.Sprint(rapid.SampledFrom(schema.Enum).Draw(d.T, "word"))
	}
	if text, ok := formatted[schema.Format]; ok {
		return text
	}
	return d.text(schema)
}

// formatted has a valid text for each format that random texts hardly ever match.
var formatted = map[string]string{"date": "2026-03-05", "date-or-empty": "2026-03-05", "factor": "2/3"}

// text draws a text that is sometimes at a limit, or one character beyond it.
func (d draft) text(schema *openapi3.Schema) string {
	most := 30
	if schema.MaxLength != nil {
		most = int(min(*schema.MaxLength, 250))
	}
	space := rapid.StringOfN(rapid.SampledFrom([]rune(" \t\n\u00a0\u2003\u3000")), 0, 3, -1)
	body := "a" + rapid.StringOfN(rapid.SampledFrom([]rune("aé🍋 e\u0301\ufeff\x01/\"\\")), 0, min(max(most-1, 0), 40), -1).Draw(d.T, "text")
	switch {
	case d.chance("short"):
		body = strings.Repeat("é", max(0, int(schema.MinLength)-rapid.IntRange(0, 1).Draw(d.T, "under")))
	case d.chance("long"):
		body = strings.Repeat("é", most+rapid.IntRange(0, 1).Draw(d.T, "over"))
	}
	return space.Draw(d.T, "before") + body + space.Draw(d.T, "behind")
}

// object draws an object with most of the members that the schema describes, and some unknown ones.
func (d draft) object(schema *openapi3.Schema) map[string]any {
	object := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(schema.Properties)) {
		if !d.chance("missing") {
			object[name] = d.likely(schema.Properties[name].Value)
		}
		if rapid.IntRange(1, 20).Draw(d.T, "unknown") == 20 {
			object[strings.ToUpper(name)] = d.anyJSON(3)
		}
	}
	return object
}

// spelled writes a value as JSON in one of many ways: with spaces, escapes, numbers in every notation, members in any
// order; sometimes with a part that no decoder should accept.
func (d draft) spelled(value any) string {
	text := d.spell(value)
	if rapid.IntRange(0, 9).Draw(d.T, "broken") > 0 {
		return text
	}
	at := rapid.IntRange(0, len(text)).Draw(d.T, "at")
	to := min(len(text), at+rapid.IntRange(0, 3).Draw(d.T, "dropped"))
	return text[:at] + rapid.SampledFrom(breaks).Draw(d.T, "put in") + text[to:]
}

// breaks has texts that make many documents malformed.
var breaks = []string{
	"", ",", ":", `"`, "{", "}", "[", "]", "\\", `\u0000`, `\ud83c`, `\udf4b\ud83c`, "\xff", "\x00", "\n", "null", "01", "1", "e5", "-", ".", " ", "\ufeff", `,"name":1`, `,"x":{"y":1,"\u0079":2}`,
	strings.Repeat("[", 10_001), `"x":` + strings.Repeat(`{"x":`, 10_001),
}

func (d draft) spell(value any) string {
	space := rapid.SampledFrom([]string{"", "", "", "", " ", "\n\t", "\r\n"})
	var text string
	switch value := value.(type) {
	case map[string]any:
		names := slices.Sorted(maps.Keys(value))
		if rapid.Bool().Draw(d.T, "reversed") {
			slices.Reverse(names)
		}
		var members []string
		for _, name := range names {
			members = append(members, d.spellText(name)+space.Draw(d.T, "space")+":"+d.spell(value[name]))
		}
		text = "{" + strings.Join(members, ",") + "}"
	case []any:
		var elements []string
		for _, element := range value {
			elements = append(elements, d.spell(element))
		}
		text = "[" + strings.Join(elements, ",") + space.Draw(d.T, "space") + "]"
	case string:
		text = d.spellText(value)
	case float64:
		text = d.spellNumber(value)
	default:
		text = fmt.Sprint(value)
		if value == nil {
			text = "null"
		}
	}
	return space.Draw(d.T, "before") + text + space.Draw(d.T, "behind")
}

// numbers has edge cases.
var numbers = []string{
	"-0", "0.0", "1e1", "2.0", "1e400", "-1e400", "1e-400", "9007199254740991", "9007199254740992", "9007199254740993", "-9007199254740993", "36500.0000000000000001", "36500.5", "1" + strings.Repeat("0", 400),
}

// spellNumber writes a number in one of many ways, or an edge case instead.
func (d draft) spellNumber(value float64) string {
	plain := strconv.FormatFloat(value, 'f', -1, 64)
	form := rapid.SampledFrom([]string{
		plain, plain, plain, plain, plain + "e0", plain + "E+00", strings.TrimSuffix(plain, "0") + "e1", plain + "000e-3", strconv.FormatFloat(value, 'e', -1, 64),
	})
	if !strings.Contains(plain, ".") && rapid.Bool().Draw(d.T, "with a point") {
		plain += ".0"
	}
	if d.chance("wild") {
		plain = rapid.SampledFrom(numbers).Draw(d.T, "number")
	} else if text := form.Draw(d.T, "number"); json.Valid([]byte(text)) {
		return text
	}
	return plain
}

// spellText writes a text with few escapes or with many, sometimes with a NUL character.
func (d draft) spellText(text string) string {
	if d.chance("NUL") {
		text = text[:len(text)/2] + "\x00" + text[len(text)/2:]
	}
	var b strings.Builder
	all := rapid.IntRange(0, 3).Draw(d.T, "escapes") == 0
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case all && r > 0xffff:
			high, low := (r-0x10000)>>10+0xd800, (r-0x10000)&0x3ff+0xdc00
			fmt.Fprintf(&b, `\u%04x\u%04X`, high, low)
		case all || r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}
