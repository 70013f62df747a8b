package planner

import (
	"math/big"

	"github.com/ocipe/ocipe/internal/quantity"
)

var (
	zero = new(big.Rat)
	one  = big.NewRat(1, 1)
)

// cmp compares two numbers. It has a fast path for integers, because most numbers are integers.
func cmp(x, y *big.Rat) int {
	switch {
	case x == y:
		return 0
	case x.IsInt() && y.IsInt():
		return x.Num().Cmp(y.Num())
	}
	return x.Cmp(y)
}

// isBelow reports whether x is less than an integer. It usually only compares the lengths of the numbers, which is fast.
func isBelow(x, integer *big.Rat) bool {
	if d := x.Num().BitLen() - x.Denom().BitLen() - integer.Num().BitLen(); d < -1 || d > 1 {
		return d < 0
	}
	return cmp(x, integer) < 0
}

// isRange reports whether the ends of an amount differ.
func isRange(a quantity.Amount) bool { return a.Min != nil && cmp(a.Min, a.Max) != 0 }

// scaled returns the ends of an amount multiplied by a factor. They are the same pointer unless the amount is a range.
func scaled(a quantity.Amount, factor *big.Rat) (low, high *big.Rat) {
	low = mul(a.Min, factor)
	if !isRange(a) {
		return low, low
	}
	return low, mul(a.Max, factor)
}

// mul returns x·y.
func mul(x, y *big.Rat) *big.Rat {
	switch {
	case cmp(y, one) == 0:
		return x
	case cmp(x, one) == 0:
		return y
	}
	return new(big.Rat).Mul(x, y)
}

// addMul returns x + y·ratio.
func addMul(x, y, ratio *big.Rat) *big.Rat {
	switch y = mul(y, ratio); {
	case x.Sign() == 0:
		return y
	case y.Sign() == 0:
		return x
	}
	return new(big.Rat).Add(x, y)
}

// sub returns x - y.
func sub(x, y *big.Rat) *big.Rat {
	switch {
	case y.Sign() == 0:
		return x
	case cmp(x, y) == 0:
		return zero
	}
	return new(big.Rat).Sub(x, y)
}
