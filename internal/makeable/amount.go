package makeable

import (
	"math/big"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// amount is a quantity in grams, milliliters or a counted unit.
type amount struct {
	unit string
	high *big.Rat // the upper end of a range
}

// plainUnits are units that mean the same in every language.
var plainUnits = []string{"", "g", "kg", "ml", "l", "cl", "dl", "tbsp", "tsp", "cup", "cups", "oz", "lb", "clove", "cloves", "slice", "slices"}

// amountOf parses a plain quantity, such as "500 g" or "2–3". For any other quantity ok is false: the planner handles those.
func amountOf(text string) (a amount, ok bool) {
	number := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyz")
	if number == "" || strings.Trim(number, "0123456789/½¼¾⅓⅔–- ") != "" || !slices.Contains(plainUnits, text[len(number):]) {
		return amount{}, false
	}
	total := quantity.Parse(text, "").Total()
	if len(total) != 1 {
		return amount{}, false
	}
	m := total[0]
	a = amount{unit: "piece", high: m.Amount.Max}
	switch {
	case m.Unit == nil:
	case m.Unit.Dimension == quantity.Count:
		a.unit = m.Unit.Key
	default:
		a.unit = []string{quantity.Mass: "g", quantity.Volume: "ml"}[m.Unit.Dimension]
		a.high = new(big.Rat).Mul(a.high, m.Unit.Size())
	}
	return a, true
}

// compared reports whether the lots of a food are enough for a single plain quantity. For other quantities, and if the planner counts in
// another unit, ok is false.
func (k *Kitchen) compared(on *shelf, quantities []string) (enough, ok bool) {
	if len(quantities) != 1 {
		return false, false
	}
	need, known := k.amounts[quantities[0]]
	if !known {
		if a, plain := amountOf(quantities[0]); plain {
			need = &a
		}
		k.amounts[strings.Clone(quantities[0])] = need
	}
	if need == nil {
		return false, false
	}
	most := k.most(on, need.unit)
	return most != nil && most.Cmp(need.high) >= 0, most != nil
}

// most returns how much the lots of a food have in a unit: the amount that the planner takes for a recipe that needs far more. It returns
// nil if the planner counts in another unit.
func (k *Kitchen) most(on *shelf, unit string) *big.Rat {
	if most, ok := on.most[unit]; ok {
		return most
	}
	var most *big.Rat
	line := k.plan(on, []string{plenty + unit})
	switch given := line.FromFridge; {
	case len(given) == 0:
		most = new(big.Rat)
	case len(given) == 1 && given[0].Min != nil:
		if from, to := quantity.ByKey(given[0].Unit), quantity.ByKey(unit); from != nil && to != nil {
			most, _ = quantity.Convert(given[0].Min, from, to) // nil with an error
		}
	}
	if on.most == nil {
		on.most = map[string]*big.Rat{}
	}
	on.most[unit] = most
	return most
}

// plenty is more than any fridge holds, in any unit.
const plenty = "1000000000 "
