package validate

import (
	"fmt"
	"maps"
	"slices"
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
	return d.text(schema)
}

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
