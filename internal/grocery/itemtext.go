package grocery

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/quantity"
)

// The maximum of characters of the parts of a checklist item.
const (
	maxFood    = 200
	maxAmounts = 250

	amountSeparator = " + "
)

// itemText returns the text of the checklist item for a line: "350 g flour", "salt".
func itemText(line PlanLine) string {
	var amounts []string
	length := 0
	for _, a := range line.ToBuy {
		text := oneLine(a.Text)
		if a.Unit == "" && quantity.Parse(text, "").Indefinite { // "to taste" isn't an amount that one can buy
			continue
		}
		if length += utf8.RuneCountInString(text) + len(amountSeparator); length > maxAmounts {
			amounts = append(amounts, "…")
			break
		}
		amounts = append(amounts, text)
	}
	return strings.TrimSpace(strings.Join(amounts, amountSeparator) + " " + clip(line.Food, maxFood))
}

// oneLine replaces control characters, which an item must not have, and collapses white space.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// clip cuts a name off after so many characters.
func clip(name string, limit int) string {
	name = oneLine(name)
	if utf8.RuneCountInString(name) <= limit {
		return name
	}
	return string([]rune(name)[:limit])
}
