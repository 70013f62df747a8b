package grocery

import (
	"math/big"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

const (
	maxText    = 200 // characters of a name or a quantity, in the checklist and in the fridge
	maxAmounts = 250 // characters of the amounts of a checklist item

	amountSeparator = " + "
)

// itemText returns the text of the checklist item for a line: "350 g flour", "salt", "1 egg" for eggs.
func itemText(line PlanLine) string {
	var amounts []string
	length := 0
	for _, a := range line.ToBuy {
		text := oneLine(a.Text)
		if !isAmount(a) {
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
	return strings.TrimSpace(strings.Join(amounts, amountSeparator) + " " + clip(name))
}

// isAmount reports whether an amount to buy says how much to buy: "to taste" doesn't.
func isAmount(a planner.Amount) bool {
	return a.Unit != "" || !quantity.Parse(oneLine(a.Text), "").Indefinite
}

// hasAmount reports whether a line says how much to buy.
func hasAmount(line PlanLine) bool { return slices.ContainsFunc(line.ToBuy, isAmount) }

var one = big.NewRat(1, 1)

// oneLine replaces each run of white space and control characters with one space: an item must not contain control characters.
func oneLine(text string) string {
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
}

// clip returns the first maxText characters of a text.
func clip(text string) string {
	text = oneLine(text)
	if utf8.RuneCountInString(text) <= maxText {
		return text
	}
	return string([]rune(text)[:maxText])
}
