package grocery

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/quantity"
)

// The maximum of characters of the parts of a checklist item.
const (
	maxFood    = 200
	maxAmounts = 250

	amountSeparator = " + "
)

// itemText returns the text of the checklist item for a line: "350 g flour", "salt", "1 egg" for eggs.
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
	name := line.Food
	if len(line.ToBuy) == 1 && line.ToBuy[0].Unit == "piece" {
		name = food.Counted(name, line.ToBuy[0].Max.Cmp(one) > 0)
	}
	return strings.TrimSpace(strings.Join(amounts, amountSeparator) + " " + clip(name, maxFood))
}

var one = big.NewRat(1, 1)

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
