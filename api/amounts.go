package api

import (
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// appendAmount appends the contract's Amount.
func appendAmount(b []byte, a measure.Amount) []byte {
	b = append(b, '{')
	if !a.Amount.IsZero() {
		b = append(appendNumbers(b, a), ',')
	}
	b = appendString(append(b, `"text":`...), a.Text)
	if a.Times != nil {
		b = appendString(append(b, `,"times":`...), measure.Exact(a.Times))
	}
	return append(b, '}')
}

// appendNumbers appends the members of an amount that has a measure.
func appendNumbers(b []byte, a measure.Amount) []byte {
	if a.Amount.IsRange() {
		b = appendString(append(b, `"min":`...), measure.Exact(a.Amount.Min))
		b = appendString(append(b, `,"max":`...), measure.Exact(a.Amount.Max))
	} else {
		b = appendString(append(b, `"amount":`...), measure.Exact(a.Amount.Max))
		b = appendNumber(append(b, `,"value":`...), a.Amount.Max)
	}
	b = appendString(append(b, `,"unit":`...), unitKey(a.Unit))
	switch exact := a.Exact; {
	case exact.IsZero():
	case exact.IsRange() || a.Amount.IsRange():
		b = appendString(append(b, `,"exact_min":`...), measure.Exact(exact.Min))
		b = appendString(append(b, `,"exact_max":`...), measure.Exact(exact.Max))
	default:
		b = appendString(append(b, `,"exact":`...), measure.Exact(exact.Max))
	}
	return b
}

// unitKey returns the key of a unit in the contract. An amount without a unit counts pieces.
func unitKey(u *quantity.Unit) string {
	if u == nil {
		return "piece"
	}
	return u.Key
}
