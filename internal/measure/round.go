package measure

import (
	"math"
	"math/big"
	"strconv"

	"github.com/ocipe/ocipe/internal/quantity"
)

// tolerance is the maximum relative error with which a unit is accepted. If all units have larger errors, the one with the smallest
// error is used.
const tolerance = 0.04

// Round returns a measure in a unit of the system, rounded to an amount that a cook can measure. Mass stays mass and volume stays
// volume. It keeps the unit if the system has it and the amount is usual in it: 3 tsp become 1 tbsp, and 1500 g become 1.5 kg.
//
// The rounded amount differs from the exact one by at most half a step of its unit:
//   - g and ml: the step is 0.5 below 20, 1 below 100, 5 below 1000, and 10 above. Amounts off these steps may move by up to 2 % to a
//     multiple of 50, 10 or 5. Below 20 the step is 0.1 or 0.01 if 0.5 would cause an error of more than 4 %.
//   - tsp, cup, pint, quart, gallon: 1/8 or 1/3 below 10; tbsp: 1/2 if the error is at most 4 %, else tsp.
//   - fl oz, inch: 1/4; lb, oz: 1/8 below 10.
//   - counted units and pieces: 1/8 below 1/4, then 1/4 or 1/3.
//   - all units but g and ml: 1/2 from 10, 1 from 20.
//
// Amounts below half of the smallest step, or below a quarter of an ounce, have two significant digits. A positive amount never
// becomes 0. Amounts of a billion and more are not rounded, nor are temperatures, unless they are converted.
func Round(m quantity.Measure, s System) quantity.Measure { return round(m, s, false) }

// round is Round. With keep, it keeps a unit of the system for any amount.
func round(m quantity.Measure, s System, keep bool) quantity.Measure {
	if m.Amount.IsZero() || m.Amount.Max.Sign() == 0 {
		return m
	}
	rule, measured := unitRules[m.Unit]
	if !measured {
		if m.Unit != nil && m.Unit.Dimension == quantity.Temperature {
			return convertTemperature(m, s)
		}
		r := unitRange{unit: m.Unit, grid: pieces, size: 1}
		return r.round(m, 1, nil)
	}
	ranges, keeps := rule.rangesFor(s)
	if keeps && keep {
		return rule.round(m, rule.size, nil)
	}
	c := choice{base: float(m.Amount.Max) * rule.size, relativeError: math.Inf(1)}
	if keeps && c.try(rule.unitRange) {
		return c.unitRange.round(m, rule.size, c.rounded)
	}
	for _, r := range ranges {
		if c.try(r) {
			break
		}
	}
	if c.rounded == nil {
		c.unitRange = ranges[len(ranges)-1]
	}
	return c.unitRange.round(m, rule.size, c.rounded)
}

// choice is the best unit for an amount, of those that were tried.
type choice struct {
	base          float64 // the amount in grams, milliliters or centimeters
	unitRange     unitRange
	rounded       *big.Rat // the amount in this unit; nil: no unit fits so far
	relativeError float64  // of rounded
}

// try compares a unit with the best one, and reports whether the best one is good enough.
func (c *choice) try(r unitRange) bool {
	x := c.base / r.size
	if x < r.low*(1-tolerance) || r.high > 0 && x >= r.high || x >= roundingLimit {
		return false
	}
	rounded := r.nearest(x)
	f := float(rounded)
	isUsual := f > 0 && f >= r.low && (r.high == 0 || f < r.high)
	if relativeError := math.Abs(f-x) / x; isUsual && relativeError < c.relativeError-epsilon {
		c.unitRange, c.rounded, c.relativeError = r, rounded, relativeError
	}
	return c.relativeError <= tolerance
}

// nearest returns the amount in this unit that is nearest to x.
func (r unitRange) nearest(x float64) *big.Rat {
	if r.grid != nil {
		return r.grid.nearest(x)
	}
	rounded := roundToScale(x * r.size)
	if r.size == 1 {
		return rounded
	}
	return rounded.Quo(rounded, r.unit.Size())
}

// round returns a measure in this unit. size is the size of the measure's unit. rounded is the rounded maximum of the amount;
// nil: it isn't known yet.
func (r unitRange) round(m quantity.Measure, size float64, rounded *big.Rat) quantity.Measure {
	if rounded == nil {
		rounded = r.roundOne(m.Amount.Max, m.Unit, size)
	}
	a := quantity.Amount{Min: rounded, Max: rounded, About: m.Amount.About}
	if m.Amount.IsRange() {
		a.Min = r.roundOne(m.Amount.Min, m.Unit, size)
	}
	return quantity.Measure{Amount: a, Unit: r.unit}
}

func (r unitRange) roundOne(exact *big.Rat, from *quantity.Unit, size float64) *big.Rat {
	x := float(exact) * size / r.size
	switch {
	case x >= roundingLimit && from == r.unit:
		return exact
	case x >= roundingLimit:
		converted, _ := quantity.Convert(exact, from, r.unit) // both have one dimension
		return converted
	case r.low == 0 || x >= r.low/2:
		if rounded := r.nearest(x); rounded.Sign() > 0 || exact.Sign() == 0 {
			return rounded
		}
	}
	digits, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', significant(x), 64))
	return digits
}

// significant returns how many decimal places a number needs to show at least two significant digits.
func significant(x float64) int {
	if x <= 0 {
		return 0
	}
	return max(0, 1-int(math.Floor(math.Log10(x))))
}

// convertTemperature converts to °C or °F, rounded to whole degrees.
func convertTemperature(m quantity.Measure, s System) quantity.Measure {
	to := map[System]*quantity.Unit{Metric: quantity.ByKey("°C"), US: quantity.ByKey("°F")}[s]
	if to == nil || to == m.Unit {
		return m
	}
	whole := func(x *big.Rat) *big.Rat {
		converted, _ := quantity.Convert(x, m.Unit, to) // both are temperatures
		return big.NewRat(int64(math.Round(float(converted))), 1)
	}
	a := quantity.Amount{Min: whole(m.Amount.Min), Max: whole(m.Amount.Max), About: m.Amount.About}
	if a.Min.Sign() < 0 {
		return m // an amount is never negative
	}
	return quantity.Measure{Amount: a, Unit: to}
}

// float returns the nearest floating-point number, for choices that needn't be exact.
func float(x *big.Rat) float64 {
	if x.Num().IsInt64() && x.Denom().IsInt64() {
		return float64(x.Num().Int64()) / float64(x.Denom().Int64())
	}
	f, _ := x.Float64()
	return f
}
