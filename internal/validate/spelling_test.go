package validate

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pgregory.net/rapid"
)

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

// breaks are texts that make many documents malformed.
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

// numbers are edge cases.
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
