package measure

import (
	"math"
	"math/big"
	"strconv"

	"github.com/ocipe/ocipe/internal/quantity"
)

// tolerance is the relative error for which a unit is accepted. If no unit shows the amount as well, the one with the smallest error is taken.
const tolerance = 0.04

// Round returns a measure in a unit of the system, rounded to an amount that a cook can measure. Mass stays mass and volume stays
// volume. It keeps the unit where the system has it and the amount is usual in it: 3 tsp become 1 tbsp, and 1500 g become 1.5 kg.
//
// The rounded amount differs from the exact one by at most half a step of its unit:
//   - g and ml: the step is 0.5 below 20, 1 below 100, 5 below 1000, and 10 above. Amounts off these steps may move by up to 2 % to a
//     multiple of 50, 10 or 5. Below 20 the step is 0.1 or 0.01 where 0.5 would be an error of more than 4 %.
//   - tsp, cup, pint, quart, gallon: 1/8 or 1/3 below 10; tbsp: 1/2 if that is an error of 4 % at most, else tsp.
//   - fl oz, inch: 1/4; lb, oz: 1/8 below 10.
//   - counted units and pieces: 1/8 below 1/4, then 1/4 or 1/3.
//   - all units but g and ml: 1/2 from 10, 1 from 20.
//
// Amounts that are less than half of the smallest step, and below half an ounce, have two significant digits. A positive amount never
// becomes 0. Temperatures and amounts of a billion and more are not rounded.
func Round(m quantity.Measure, s System) quantity.Measure { return round(m, s, false) }

// round is Round. With keep, a unit of the system is kept whatever the amount.
func round(m quantity.Measure, s System, keep bool) quantity.Measure {
	if m.Amount.IsZero() || m.Amount.Max.Sign() == 0 {
		return m
	}
	h, measured := homes[m.Unit]
	if !measured {
		if m.Unit != nil && m.Unit.Dimension == quantity.Temperature {
			return convertTemperature(m, s)
		}
		return rung{unit: m.Unit, grid: pieces}.round(m)
	}
	to, stays := h.target(s)
	if stays && keep {
		return h.rung.round(m)
	}
	best, bestError := quantity.Measure{}, math.Inf(1)
	try := func(r rung) bool {
		x := r.of(m.Amount.Max, m.Unit)
		if x < r.low*(1-tolerance) || r.high > 0 && x >= r.high {
			return false
		}
		rounded := float(r.nearest(x))
		isUsual := rounded > 0 && rounded >= r.low && (r.high == 0 || rounded < r.high)
		if off := math.Abs(rounded-x) / x; isUsual && off < bestError-epsilon {
			best, bestError = r.round(m), off
		}
		return bestError <= tolerance
	}
	if stays && try(h.rung) {
		return best
	}
	for _, r := range to {
		if try(r) {
			return best
		}
	}
	if best.Unit == nil {
		return to[len(to)-1].round(m)
	}
	return best
}

// of returns an amount of another unit in the unit of the rung.
func (r rung) of(x *big.Rat, from *quantity.Unit) float64 {
	if from == r.unit {
		return float(x)
	}
	return float(x) * sizes[from] / sizes[r.unit]
}

// sizes has the sizes of the measured units in grams, milliliters and centimeters.
var sizes = makeSizes()

func makeSizes() map[*quantity.Unit]float64 {
	all := map[*quantity.Unit]float64{}
	for u := range homes {
		all[u] = float(u.Size())
	}
	return all
}

// nearest returns the amount of the rung that is nearest to x.
func (r rung) nearest(x float64) *big.Rat {
	if r.grid != nil {
		return r.grid.nearest(x)
	}
	rounded := scale(x * sizes[r.unit])
	return rounded.Quo(rounded, r.unit.Size())
}

// round returns the measure in the unit of the rung.
func (r rung) round(m quantity.Measure) quantity.Measure {
	a := quantity.Amount{About: m.Amount.About}
	a.Min = r.roundOne(m.Amount.Min, m.Unit)
	a.Max = a.Min
	if m.Amount.IsRange() {
		a.Max = r.roundOne(m.Amount.Max, m.Unit)
	}
	return quantity.Measure{Amount: a, Unit: r.unit}
}

func (r rung) roundOne(exact *big.Rat, from *quantity.Unit) *big.Rat {
	x := r.of(exact, from)
	if x < maxRounded && (r.low == 0 || x >= r.low/2) {
		if rounded := r.nearest(x); rounded.Sign() > 0 || exact.Sign() == 0 {
			return rounded
		}
	}
	if x >= maxRounded {
		if from == r.unit {
			return exact
		}
		converted, _ := quantity.Convert(exact, from, r.unit) // both have one dimension
		return converted
	}
	digits, _ := new(big.Rat).SetString(strconv.FormatFloat(x, 'f', significant(x), 64))
	return digits
}

// significant returns the number of decimal places with which a number has at least two significant digits.
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

func float(x *big.Rat) float64 {
	f, _ := x.Float64()
	return f
}
