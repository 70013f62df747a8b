package fridge

import (
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Difference returns how much of the ingredient was added or taken, in the unit of the quantity after the change; for a deleted ingredient,
// in the unit before it. A range counts with its lower end. Both results are nil if the quantities are equal or can't be compared, or if
// one of them isn't an amount.
func (e Entry) Difference() (added, taken *quantity.Measure) {
	before, after := quantityOf(e.Before), quantityOf(e.After)
	if before == after && e.Before != "" && e.After != "" {
		return nil, nil
	}
	from, hasFrom := measureOf(before)
	to, hasTo := measureOf(after)
	switch {
	case e.Before == "" && hasTo:
		return positive(to.Amount.Min, to.Unit), nil
	case e.After == "" && hasFrom:
		return nil, positive(from.Amount.Min, from.Unit)
	case !hasFrom || !hasTo:
		return nil, nil
	}
	had, ok := convert(from, to.Unit)
	if !ok {
		return nil, nil
	}
	difference := new(big.Rat).Sub(to.Amount.Min, had)
	return positive(difference, to.Unit), positive(new(big.Rat).Neg(difference), to.Unit)
}

// quantityOf returns the member quantity of a state, or "".
func quantityOf(state string) string {
	if !strings.Contains(state, `"quantity":`) {
		return ""
	}
	var s struct {
		Quantity string `json:"quantity"`
	}
	if json.Unmarshal([]byte(state), &s) != nil {
		return ""
	}
	return s.Quantity
}

// measureOf parses a text. ok is false if it isn't a single amount above zero.
func measureOf(text string) (m quantity.Measure, ok bool) {
	if text == "" {
		return m, false
	}
	total := quantity.Parse(text, "").Total()
	if len(total) != 1 || total[0].Amount.IsZero() {
		return m, false
	}
	return total[0], true
}

// convert returns the lower end of a measure in another unit, or false if the units can't be converted.
func convert(m quantity.Measure, to *quantity.Unit) (*big.Rat, bool) {
	switch {
	case m.Unit == to:
		return m.Amount.Min, true
	case m.Unit == nil || to == nil:
		return nil, false
	}
	x, err := quantity.Convert(m.Amount.Min, m.Unit, to)
	return x, err == nil
}

// positive returns a measure, or nil if the number isn't positive.
func positive(x *big.Rat, unit *quantity.Unit) *quantity.Measure {
	if x.Sign() <= 0 {
		return nil
	}
	return &quantity.Measure{Amount: quantity.Amount{Min: x, Max: x}, Unit: unit}
}
