package measure

import (
	"math"
	"math/big"
)

// grid has the fractions of a unit that a kitchen can measure, between 0 and 1.
type grid [][2]int64

var (
	quarters = grid{{1, 4}, {1, 2}, {3, 4}}
	halves   = grid{{1, 2}}
	eighths  = grid{{1, 8}, {1, 4}, {3, 8}, {1, 2}, {5, 8}, {3, 4}, {7, 8}}
	// cups has the marks of measuring cups and spoons: eighths and thirds.
	cups = grid{{1, 8}, {1, 4}, {1, 3}, {3, 8}, {1, 2}, {5, 8}, {2, 3}, {3, 4}, {7, 8}}
	// pieces has the parts into which a cook divides an egg or an onion.
	pieces = grid{{1, 8}, {1, 4}, {1, 3}, {1, 2}, {2, 3}, {3, 4}}
)

// roundingLimit is the smallest number that isn't rounded: no cook measures that much.
const roundingLimit = 1e9

// nearest returns the number on the grid that is nearest to x; of two, the higher one. From 10 it is a multiple of ½, from 20 a whole
// number.
func (g grid) nearest(x float64) *big.Rat {
	whole, part := math.Modf(x)
	best := [2]int64{0, 1}
	if part > 0.5-epsilon {
		best = [2]int64{1, 1}
	}
	for _, f := range g.above(x) {
		if difference, smallest := math.Abs(ratio(f)-part), math.Abs(ratio(best)-part); difference < smallest-epsilon || difference <= smallest+epsilon && ratio(f) > ratio(best) {
			best = f
		}
	}
	return big.NewRat(int64(whole)*best[1]+best[0], best[1])
}

// above returns the fractions that are used for numbers of the size of x.
func (g grid) above(x float64) grid {
	switch {
	case x >= 20:
		return nil
	case x >= 10:
		return halves
	}
	return g
}

func ratio(f [2]int64) float64 { return float64(f[0]) / float64(f[1]) }

// epsilon covers the rounding errors of floating-point numbers. They are only used to choose among exact numbers.
const epsilon = 1e-9

// roundToScale rounds a number of grams or milliliters to the nearest multiple of the step of a scale or jug. It prefers a rounder number
// that differs by at most 2 %.
func roundToScale(x float64) *big.Rat {
	step := stepOf(x)
	if !isMultiple(x, step) {
		for _, coarse := range []float64{50, 10, 5} {
			if rounded := math.Round(x/coarse) * coarse; coarse > step && math.Abs(rounded-x) <= 0.02*x {
				return hundredths(rounded)
			}
		}
	}
	for _, fine := range []float64{step, 0.1, 0.01} {
		if rounded := math.Round(x/fine) * fine; fine == step && x >= 20 || math.Abs(rounded-x) <= tolerance*x {
			return hundredths(rounded)
		}
	}
	return new(big.Rat)
}

// stepOf returns the step of a scale or jug for an amount in grams or milliliters.
func stepOf(x float64) float64 {
	switch {
	case x < 20:
		return 0.5
	case x < 100:
		return 1
	case x < 1000:
		return 5
	}
	return 10
}

func isMultiple(x, step float64) bool {
	return math.Abs(math.Round(x/step)*step-x) <= epsilon*x
}

func hundredths(x float64) *big.Rat { return big.NewRat(int64(math.Round(x*100)), 100) }
