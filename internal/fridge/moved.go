package fridge

import (
	"math/big"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/quantity"
)

// Moved returns how much of the ingredient came or went, in the unit that it has after the change, or had before it. A range counts with
// its lower end. Both are nil if one of the quantities isn't an amount, if they can't be compared, and if they are the same.
func (e Entry) Moved() (added, taken *quantity.Measure) {
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

// quantityOf returns the member of a state.
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

// measureOf returns the measure of a text that is one amount.
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

// convert returns the lower end of a measure in another unit.
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

// positive returns a measure, or nil unless the number is positive.
func positive(x *big.Rat, unit *quantity.Unit) *quantity.Measure {
	if x.Sign() <= 0 {
		return nil
	}
	return &quantity.Measure{Amount: quantity.Amount{Min: x, Max: x}, Unit: unit}
}
