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
			taken := k.taken(t, l)
			require.Len(rt, need, len(model[l.Food]), l.Food)
			for unit, want := range model[l.Food] {
				got := need[unit]
				equal(rt, want.low, got.low, "lower end of the need of %s in %s", l.Food, unit)
				equal(rt, want.high, got.high, "need of %s in %s", l.Food, unit)
				equal(rt, want.given, got.given, "what the fridge gives of %s in %s", l.Food, unit)
				equal(rt, want.given, taken[unit], "what the lots give of %s in %s", l.Food, unit)
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

// taken adds up the amounts that a line takes from lots, in base units.
func (k kitchen) taken(t testing.TB, l planner.ShoppingLine) map[string]*big.Rat {
	sums := map[string]*big.Rat{}
	for unit := range k.model(t)[l.Food] {
		sums[unit] = new(big.Rat)
	}
	for _, x := range l.Taken {
		if x.Amount.Min != nil {
			y, unit := k.base(t, l.Food, x.Amount.Max, x.Amount.Unit)
			sums[unit].Add(sums[unit], y)
		}
	}
	return sums
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

// readable reports whether a number has a short decimal or a small denominator, so that its text parses to the same number.
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

// inOtherUnit converts an amount to another unit of its dimension, if the result has a short text.
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
