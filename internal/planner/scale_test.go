package planner_test

import (
	"math/big"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/planner"
)

func TestScalingThePlanScalesTheList(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		k := drawKitchen(rt, unitKeys)
		times := big.NewRat(rapid.Int64Range(2, 9).Draw(rt, "times"), 1)
		other := k
		other.meals = slices.Clone(k.meals)
		for i := range other.meals {
			other.meals[i].factor = new(big.Rat).Mul(k.meals[i].factor, times)
		}
		other.lots = slices.Clone(k.lots)
		for i := range other.lots {
			if a := &other.lots[i].amount; a.low != nil {
				a.low, a.high = new(big.Rat).Mul(a.low, times), new(big.Rat).Mul(a.high, times)
				a.text = a.write()
			}
		}
		sameFigures(t, rt, k, other, times)
	})
}

// sameFigures checks that the amounts of the second plan are those of the first one, multiplied by a number.
func sameFigures(t *testing.T, rt *rapid.T, a, b kitchen, times *big.Rat) {
	first, second := planner.Compute(a.input()), planner.Compute(b.input())
	require.Len(rt, second.Lines, len(first.Lines))
	for _, l := range first.Lines {
		i := slices.IndexFunc(second.Lines, func(o planner.ShoppingLine) bool { return o.Key == l.Key })
		require.GreaterOrEqual(rt, i, 0, l.Food)
		need, missing, _ := a.figuresOf(t, l)
		otherNeed, otherMissing, _ := b.figuresOf(t, second.Lines[i])
		require.Len(rt, otherNeed, len(need), "%s\n%s", describe(first), describe(second))
		for unit, f := range need {
			equal(rt, new(big.Rat).Mul(f.low, times), otherNeed[unit].low, "lower end of the need of %s", l.Food)
			equal(rt, new(big.Rat).Mul(f.high, times), otherNeed[unit].high, "need of %s", l.Food)
			equal(rt, new(big.Rat).Mul(f.given, times), otherNeed[unit].given, "what the fridge gives of %s", l.Food)
			equal(rt, new(big.Rat).Mul(missing[unit], times), otherMissing[unit], "what is missing of %s", l.Food)
		}
	}
}

func TestTwoPlansInTurnAreOnePlan(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		k := drawKitchen(rt, []string{"g", "kg", "hg", "piece", "clove"})
		slices.SortStableFunc(k.meals, func(a, b meal) int { return a.day - b.day })
		whole := planner.Compute(k.input())
		cut := rapid.IntRange(0, len(k.meals)).Draw(rt, "cut")
		given := map[string]*big.Rat{}
		in := k.input()
		lots := in.Lots
		for _, part := range [][]planner.Meal{in.Meals[:cut], in.Meals[cut:]} {
			in.Meals, in.Lots = part, lots
			result := planner.Compute(in)
			lots = leftovers(lots, result.Lots)
			k.addGiven(t, given, result)
		}
		together := map[string]*big.Rat{}
		k.addGiven(t, together, whole)
		require.Len(rt, given, len(together))
		for key, x := range together {
			if !closeTo(x, given[key]) {
				rt.Fatalf("the fridge gives %s of %s in two plans, and %s in one", given[key].RatString(), key, x.RatString())
			}
		}
	})
}

// addGiven adds up the amounts from the fridge, by food and unit.
func (k kitchen) addGiven(t *testing.T, sums map[string]*big.Rat, result planner.Result) {
	for _, l := range result.Lines {
		need, _, _ := k.figuresOf(t, l)
		for unit, f := range need {
			key := l.Food + " " + unit
			if sums[key] == nil {
				sums[key] = new(big.Rat)
			}
			sums[key].Add(sums[key], f.given)
		}
	}
}

// closeTo reports whether two numbers differ by at most 0.01, because remaining amounts are rounded to six decimals.
func closeTo(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(big.NewRat(1, 100)) <= 0
}

// leftovers returns the lots that remain after a plan.
func leftovers(lots []planner.Lot, uses []planner.LotUse) []planner.Lot {
	var left []planner.Lot
	for _, l := range lots {
		i := slices.IndexFunc(uses, func(u planner.LotUse) bool { return u.LotID == l.ID })
		if i >= 0 {
			l.Quantity = uses[i].Quantity
		}
		if i < 0 || !uses[i].Empty {
			left = append(left, l)
		}
	}
	return left
}
