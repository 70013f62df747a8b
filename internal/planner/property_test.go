package planner_test

import (
	"math/big"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

func TestThePlanIsThatOfASlowModel(t *testing.T) {
	t.Parallel()
	var partly, covered, missing atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		k := drawKitchen(rt, unitKeys)
		result := planner.Compute(k.input())
		model := k.model(t)
		require.Len(rt, result.Lines, len(model))
		for _, l := range result.Lines {
			need, rest, buy := k.figuresOf(t, l)
			require.Len(rt, need, len(model[l.Food]), l.Food)
			for unit, want := range model[l.Food] {
				got := need[unit]
				equal(rt, want.low, got.low, "lower end of the need of %s in %s", l.Food, unit)
				equal(rt, want.high, got.high, "need of %s in %s", l.Food, unit)
				equal(rt, want.given, got.given, "what the fridge gives of %s in %s", l.Food, unit)
				equal(rt, new(big.Rat).Sub(want.high, want.given), rest[unit], "what is missing of %s in %s", l.Food, unit)
				require.GreaterOrEqual(rt, buy[unit].Cmp(rest[unit]), 0, "taken and bought are the need or more")
				switch {
				case rest[unit].Sign() == 0:
					covered.Add(1)
				case got.given.Sign() == 0:
					missing.Add(1)
				default:
					partly.Add(1)
				}
			}
		}
	})
	assert.Positive(t, partly.Load(), "foods of which the fridge gives a part")
	assert.Positive(t, covered.Load(), "foods that the fridge covers")
	assert.Positive(t, missing.Load(), "foods that the fridge doesn't have")
}

func equal(t *rapid.T, want, got *big.Rat, message string, args ...any) {
	t.Helper()
	if want.Cmp(got) != 0 {
		t.Fatalf(message+": want %s, got %s", append(args, want.RatString(), got.RatString())...)
	}
}

func TestNoLotGivesMoreThanItHas(t *testing.T) {
	t.Parallel()
	var used atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		k := drawKitchen(rt, unitKeys)
		result := planner.Compute(k.input())
		byLines := map[int64]*big.Rat{}
		for _, l := range result.Lines {
			for _, x := range l.Taken {
				if s := k.lots[x.LotID]; s.amount.low != nil && x.Amount.Min != nil {
					require.Equal(rt, s.amount.unit, x.Amount.Unit, "in the unit of the lot")
					if byLines[x.LotID] == nil {
						byLines[x.LotID] = new(big.Rat)
					}
					byLines[x.LotID].Add(byLines[x.LotID], x.Amount.Max)
				}
			}
		}
		for _, u := range result.Lots {
			s := k.lots[u.LotID]
			if s.amount.low == nil || byLines[u.LotID] == nil {
				require.Equal(rt, s.amount.text, u.Quantity, "a lot that only covers stays as it is")
				continue
			}
			used.Add(1)
			taken := byLines[u.LotID]
			require.LessOrEqual(rt, taken.Cmp(s.amount.low), 0, "no more than the lot has")
			high := new(big.Rat).Sub(s.amount.high, taken)
			require.Equal(rt, high.Sign() == 0, u.Empty)
			if !u.Empty && readable(high) && readable(new(big.Rat).Sub(s.amount.low, taken)) {
				left := quantity.Parse(u.Quantity, "").Total()
				require.Len(rt, left, 1, u.Quantity)
				equal(rt, new(big.Rat).Sub(s.amount.low, taken), left[0].Amount.Min, "what remains, read again: %s", u.Quantity)
				equal(rt, high, left[0].Amount.Max, "what remains, read again: %s", u.Quantity)
			}
		}
	})
	assert.Positive(t, used.Load(), "lots that give something")
}

// readable reports whether a number can be written so that it is read as the same: cooks write no fractions of four digits.
func readable(x *big.Rat) bool {
	n, exact := x.FloatPrec()
	return exact && n <= 6 || x.Denom().Cmp(big.NewInt(10)) < 0
}

func TestTheOrderOfRecipesDoesntMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		k := drawKitchen(rt, unitKeys)
		other := k
		other.meals = rapid.Permutation(k.meals).Draw(rt, "order")
		sameFigures(t, rt, k, other, big.NewRat(1, 1))
	})
}

func TestTheUnitOfEntryDoesntMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		k := drawKitchen(rt, unitKeys)
		other := k
		other.meals = nil
		for _, m := range k.meals {
			m.lines = slices.Clone(m.lines)
			for i := range m.lines {
				m.lines[i].amount = m.lines[i].amount.inOtherUnit(t, rt)
			}
			other.meals = append(other.meals, m)
		}
		other.lots = slices.Clone(k.lots)
		for i := range other.lots {
			other.lots[i].amount = other.lots[i].amount.inOtherUnit(t, rt)
		}
		sameFigures(t, rt, k, other, big.NewRat(1, 1))
	})
}

// inOtherUnit states an amount in another unit of its dimension, if that has a short text.
func (m measured) inOtherUnit(t *testing.T, rt *rapid.T) measured {
	if m.low == nil {
		return m
	}
	unit := rapid.SampledFrom(unitKeys).Draw(rt, "other unit")
	low, high := inUnit(t, m.low, m.unit, unit), inUnit(t, m.high, m.unit, unit)
	if low == nil || !readable(low) || !readable(high) {
		return m
	}
	other := measured{low: low, high: high, unit: unit}
	other.text = other.write()
	return other
}

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

// sameFigures checks that the second plan has the figures of the first, multiplied by a number.
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

// addGiven adds up what the fridge gives, by food and unit.
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

// closeTo allows for the rounding of what remains of a lot to six decimals.
func closeTo(a, b *big.Rat) bool {
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(big.NewRat(1, 100)) <= 0
}

// leftovers returns the lots after a plan.
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
