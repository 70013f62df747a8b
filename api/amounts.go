package api

import (
	"math/big"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// amountModel returns the contract's Amount of a measure, with its text in English. A measure without an amount is the text alone.
func amountModel(m quantity.Measure) models.Amount {
	a := models.Amount{Text: measure.Text(m)}
	if m.Amount.IsZero() {
		return a
	}
	a.Unit = new("piece")
	if m.Unit != nil {
		a.Unit = &m.Unit.Key
	}
	a.Amount, a.Min, a.Max = exactNumbers(m.Amount)
	if a.Amount != nil {
		value, _ := m.Amount.Min.Float64()
		a.Value = &value
	}
	return a
}

// textAmount returns the contract's Amount of a text without a measure. times is how often it counts.
func textAmount(text string, times *big.Rat) models.Amount {
	a := models.Amount{Text: text}
	if times.Cmp(big.NewRat(1, 1)) != 0 {
		a.Times = new(measure.Exact(times))
	}
	return a
}

// exactNumbers returns a single number, or the ends of a range.
func exactNumbers(a quantity.Amount) (single, low, high *models.ExactNumber) {
	if a.IsRange() {
		return nil, new(measure.Exact(a.Min)), new(measure.Exact(a.Max))
	}
	return new(measure.Exact(a.Min)), nil, nil
}
