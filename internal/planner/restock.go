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

// ParseWrittenItem is [ParseBoughtItem] for an item that a plan has written for a food: "2 + 150 g kohlrabi". An amount that isn't
// understood, such as "2 glugs", is left out, because it is unknown how much was bought.
func ParseWrittenItem(item, food string) (name, amount string) {
	name, amount = ParseBoughtItem(item, "")
	written, ok := strings.CutSuffix(item, food)
	if !ok || food == "" || name == food {
		return name, amount
	}
	parts := strings.Split(strings.TrimSpace(written), " + ")
	for i, part := range parts {
		if q := quantity.Parse(part, ""); q.Understood() && q.Unit == nil && !q.Indefinite && len(parts) > 1 {
			parts[i] = part + " pieces" // "2 + 150 g" isn't a quantity
		}
	}
	amount = strings.Join(parts, " + ")
	if !quantity.Parse(amount, "").Understood() {
		amount = ""
	}
	return food, amount
}
