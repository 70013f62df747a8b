package planner

import (
	"strings"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// ParseBoughtItem returns the name and the quantity of a lot for a bought item: "Mehl" and "500 g" for "500 g Mehl". The quantity is empty
// if the item doesn't state one. The language is that of [quantity.ParseLine].
func ParseBoughtItem(item, language string) (name, amount string) {
	l := quantity.ParseLine(item, language)
	amount = l.Quantity.Text
	if c := l.Quantity.Content; c != nil && quantity.Parse(amount, l.Language).Content == nil {
		amount += " (" + measure.Text(*c) + ")"
	}
	for _, m := range l.Quantity.Plus {
		amount += " + " + measure.Text(m)
	}
	for _, p := range l.Parts {
		if p.Role == quantity.FoodName {
			name += p.Text
		}
	}
	if name = strings.TrimSpace(name); name == "" {
		name = strings.TrimSpace(item)
	}
	return name, amount
}
