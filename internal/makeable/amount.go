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

// comparePlain reports whether the lots of a food are enough for a single plain quantity. For other quantities, and if the planner counts
// in another unit, ok is false.
func (k *Kitchen) comparePlain(s *foodStock, quantities []string) (enough, ok bool) {
	if len(quantities) != 1 {
		return false, false
	}
	need, known := k.plainAmounts[quantities[0]]
	if !known {
		if a, plain := amountOf(quantities[0]); plain {
			need = &a
		}
		k.plainAmounts[strings.Clone(quantities[0])] = need
	}
	if need == nil {
		return false, false
	}
	available := k.available(s, need.unit)
	return available != nil && available.Cmp(need.high) >= 0, available != nil
}

// available returns how much the lots of a food have in a unit: the amount that the planner takes for a recipe that needs far more. It
// returns nil if the planner counts in another unit.
func (k *Kitchen) available(s *foodStock, unit string) *big.Rat {
	if available, ok := s.available[unit]; ok {
		return available
	}
	var available *big.Rat
	line := k.plan(s, []string{hugeAmount + unit})
	switch given := line.FromFridge; {
	case len(given) == 0:
		available = new(big.Rat)
	case len(given) == 1 && given[0].Min != nil:
		if from, to := quantity.ByKey(given[0].Unit), quantity.ByKey(unit); from != nil && to != nil {
			available, _ = quantity.Convert(given[0].Min, from, to) // nil with an error
		}
	}
	if s.available == nil {
		s.available = map[string]*big.Rat{}
	}
	s.available[unit] = available
	return available
}

// hugeAmount is more than any fridge holds, in any unit.
const hugeAmount = "1000000000 "
