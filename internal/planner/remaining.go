package planner

import (
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// lotUse returns how the plan uses a lot, and whether it does.
func (l *lot) lotUse() (LotUse, bool) {
	u := LotUse{LotID: l.ID, Quantity: l.Quantity, Taken: l.usedAmounts()}
	if len(u.Taken) == 0 {
		return u, false
	}
	var left []string
	changed := false
	for i, a := range l.amounts {
		changed = changed || a.taken.Sign() > 0
		if high := new(big.Rat).Add(a.left, a.rangeWidth); high.Sign() > 0 {
			left = append(left, l.remainingText(i, a, high))
		}
	}
	if changed {
		u.Quantity, u.Empty = strings.Join(left, " + "), len(left) == 0
	}
	return u, true
}

// remainingText writes the rest of an amount in a form that parses to the same amount.
func (l *lot) remainingText(i int, a *lotAmount, high *big.Rat) string {
	text := parsableText(a.left)
	if a.rangeWidth.Sign() > 0 {
		text += "-" + parsableText(high)
	}
	if a.about {
		text = "about " + text
	}
	unit := measure.UnitName(a.unit, high)
	if i == 0 && l.quantity.Content == nil && l.quantity.Unit == a.unit && l.quantity.UnitText != "" {
		unit = l.quantity.UnitText
	} else if a.unit == piece {
		return text
	}
	return text + " " + unit
}

// parsableText writes a number as a decimal or a fraction that [quantity.Parse] parses to the same number. If it would have too many
// digits, written rounds it down to six decimals.
func parsableText(x *big.Rat) string {
	if n, ok := x.FloatPrec(); ok && n <= 6 {
		if n == 3 && cmp(x, one) > 0 { // 1.250 is more than a thousand in some languages
			n = 4
		}
		return x.FloatString(n)
	}
	whole, rest := new(big.Int).QuoRem(x.Num(), x.Denom(), new(big.Int))
	text := rest.String() + "/" + x.Denom().String()
	if whole.Sign() > 0 {
		text = whole.String() + " " + text
	}
	if q := quantity.Parse(text, "en").Amount; !q.IsZero() && q.Min.Cmp(x) == 0 && q.Max.Cmp(x) == 0 {
		return text
	}
	scaled := new(big.Rat).Mul(x, big.NewRat(1_000_000, 1))
	return new(big.Rat).SetFrac(new(big.Int).Quo(scaled.Num(), scaled.Denom()), big.NewInt(1_000_000)).FloatString(6)
}
