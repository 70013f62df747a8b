package planner

import (
	"math/big"

	"github.com/ocipe/ocipe/internal/quantity"
)

// siSteps are the steps to which grams and milliliters are rounded up: 1 below 10, 5 below 100, 10 below 1000, and 50 from 1000 on.
var siSteps = []struct{ below, step *big.Rat }{
	{big.NewRat(10, 1), one}, {big.NewRat(100, 1), big.NewRat(5, 1)}, {big.NewRat(1000, 1), big.NewRat(10, 1)}, {nil, big.NewRat(50, 1)},
}

// fractions are the steps of kitchen measures, by [quantity.Unit.Generic]. Other measures aren't rounded.
var fractions = map[string]*big.Rat{
	"tsp": big.NewRat(1, 4), "cup": big.NewRat(1, 4), "pint": big.NewRat(1, 4), "lb": big.NewRat(1, 4),
	"tbsp": big.NewRat(1, 2), "fl oz": big.NewRat(1, 2), "oz": big.NewRat(1, 2),
}

// roundUp rounds up an amount to buy: counted units to whole numbers, and measures to their next step.
func roundUp(x *big.Rat, u *quantity.Unit) *big.Rat {
	switch {
	case u.Dimension == quantity.Count:
		return ceil(x, one)
	case u.Dimension != quantity.Length && unitSystem(u) == "si":
		size := u.Size()
		base := new(big.Rat).Mul(x, size)
		for _, s := range siSteps {
			if s.below == nil || cmp(base, s.below) < 0 {
				return new(big.Rat).Quo(ceil(base, s.step), size)
			}
		}
	}
	if step := fractions[u.Generic]; step != nil {
		return ceil(x, step)
	}
	return x
}

// ceil rounds x up to a multiple of step.
func ceil(x, step *big.Rat) *big.Rat {
	if step == one && x.IsInt() {
		return x
	}
	q := new(big.Rat).Quo(x, step)
	if q.IsInt() {
		return x
	}
	n := new(big.Int).Quo(q.Num(), q.Denom()) // x isn't negative
	return new(big.Rat).Mul(new(big.Rat).SetInt(n.Add(n, big.NewInt(1))), step)
}
