package planner

import (
	"math/big"
	"strings"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// use returns how the plan uses a lot, and whether it does.
func (l *lot) use() (LotUse, bool) {
	u := LotUse{LotID: l.ID, Quantity: l.Quantity, Taken: l.gives()}
	if len(u.Taken) == 0 {
		return u, false
	}
	var left []string
	changed := false
	for i, p := range l.parts {
		changed = changed || p.taken.Sign() > 0
		if high := new(big.Rat).Add(p.left, p.more); high.Sign() > 0 {
			left = append(left, l.remains(i, p, high))
		}
	}
	if changed {
		u.Quantity, u.Empty = strings.Join(left, " + "), len(left) == 0
	}
	return u, true
}

// remains writes the rest of a part in a form that parses to the same amount.
func (l *lot) remains(i int, p *part, high *big.Rat) string {
	text := written(p.left)
	if p.more.Sign() > 0 {
		text += "-" + written(high)
	}
	if p.about {
		text = "about " + text
	}
	unit := measure.UnitName(p.unit, high)
	if i == 0 && l.quantity.Content == nil && l.quantity.Unit == p.unit && l.quantity.UnitText != "" {
		unit = l.quantity.UnitText
	} else if p.unit == piece {
		return text
	}
	return text + " " + unit
}

// written writes a number as a decimal or a fraction that [quantity.Parse] parses to the same number. If it would have too many digits,
// written rounds it down to six decimals.
func written(x *big.Rat) string {
	if n, ok := x.FloatPrec(); ok && n <= 6 {
		if n == 3 { // 1.250 is more than a thousand in some languages
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
