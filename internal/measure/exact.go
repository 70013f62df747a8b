package measure

import "math/big"

// Exact returns a number as an exact text: an integer, a fraction with a denominator that kitchens use, a finite decimal, or another
// fraction: "3", "3/4", "0.35", "2/7".
func Exact(x *big.Rat) string {
	if x.IsInt() {
		return x.Num().String()
	}
	switch den := x.Denom(); {
	case den.IsInt64() && (den.Int64() <= 4 || den.Int64() == 8 || den.Int64() == 16):
	default:
		if places, finite := x.FloatPrec(); finite {
			return x.FloatString(places)
		}
	}
	return x.RatString()
}
