package planner_test

import (
	"math/big"
	"sort"
	"testing"

	"github.com/ocipe/ocipe/internal/planner"
)

// figures are the results of the model for one food in one unit: g, ml or a counted unit.
type figures struct{ low, high, given *big.Rat }

// base returns an amount of a food in g, ml or its counted unit.
func (k kitchen) base(t testing.TB, foodName string, x *big.Rat, unit string) (*big.Rat, string) {
	b := dimension(unit)
	if size := sizes(t)[unit]; size != nil {
		x = new(big.Rat).Mul(x, size)
	}
	if w := k.weights[foodName][b]; w != nil {
		return new(big.Rat).Mul(x, w), "g"
	}
	return x, b
}

// model computes the figures with a slow and simple algorithm: it searches for the best lot for each small part of each need.
func (k kitchen) model(t testing.TB) map[string]map[string]*figures {
	type smallNeed struct {
		day, order int
		food, unit string
		need       *big.Rat
	}
	var smallNeeds []smallNeed
	all := map[string]map[string]*figures{}
	for i, m := range k.meals {
		for _, l := range m.lines {
			if all[l.food] == nil {
				all[l.food] = map[string]*figures{}
			}
			if l.amount.low == nil {
				continue
			}
			low, unit := k.base(t, l.food, new(big.Rat).Mul(l.amount.low, m.factor), l.amount.unit)
			high, _ := k.base(t, l.food, new(big.Rat).Mul(l.amount.high, m.factor), l.amount.unit)
			f := all[l.food][unit]
			if f == nil {
				f = &figures{new(big.Rat), new(big.Rat), new(big.Rat)}
				all[l.food][unit] = f
			}
			f.low.Add(f.low, low)
			f.high.Add(f.high, high)
			smallNeeds = append(smallNeeds, smallNeed{m.day, i, l.food, unit, high})
		}
	}
	left := make([]*big.Rat, len(k.lots))
	for i, s := range k.lots {
		if s.amount.low != nil {
			left[i], _ = k.base(t, s.food, s.amount.low, s.amount.unit)
		}
	}
	sort.SliceStable(smallNeeds, func(i, j int) bool { return smallNeeds[i].day < smallNeeds[j].day })
	for _, c := range smallNeeds {
		f := all[c.food][c.unit]
		for c.need.Sign() > 0 {
			i := k.best(t, c.food, c.unit, c.day, left)
			if i < 0 {
				break
			}
			x := left[i]
			if x.Cmp(c.need) > 0 {
				x = c.need
			}
			left[i] = new(big.Rat).Sub(left[i], x)
			c.need = new(big.Rat).Sub(c.need, x)
			f.given.Add(f.given, x)
		}
		if k.covered(c.food, c.day) {
			f.given.Add(f.given, c.need)
		}
	}
	return all
}

// best returns the index of the lot to take from: the one that expires first among those that are good on the day, or -1.
func (k kitchen) best(t testing.TB, foodName, unit string, day int, left []*big.Rat) int {
	best := -1
	for i, s := range k.lots {
		if s.food != foodName || left[i] == nil || left[i].Sign() == 0 || s.until >= 0 && s.until < day {
			continue
		}
		if _, u := k.base(t, s.food, s.amount.low, s.amount.unit); u != unit {
			continue
		}
		if best < 0 || s.until >= 0 && (k.lots[best].until < 0 || s.until < k.lots[best].until) {
			best = i
		}
	}
	return best
}

// covered reports whether the food has a lot of unknown amount that is good on a day.
func (k kitchen) covered(foodName string, day int) bool {
	for _, s := range k.lots {
		if s.food == foodName && s.amount.unit == "?" && (s.until < 0 || s.until >= day) {
			return true
		}
	}
	return false
}

// figuresOf adds up the amounts of a line in base units.
func (k kitchen) figuresOf(t testing.TB, l planner.ShoppingLine) (need map[string]*figures, missing, buy map[string]*big.Rat) {
	need, missing, buy = map[string]*figures{}, map[string]*big.Rat{}, map[string]*big.Rat{}
	at := func(unit string) *figures {
		if need[unit] == nil {
			need[unit] = &figures{new(big.Rat), new(big.Rat), new(big.Rat)}
			missing[unit], buy[unit] = new(big.Rat), new(big.Rat)
		}
		return need[unit]
	}
	each := func(amounts []planner.Amount, add func(f *figures, unit string, low, high *big.Rat)) {
		for _, a := range amounts {
			if a.Min != nil {
				low, unit := k.base(t, l.Food, a.Min, a.Unit)
				high, _ := k.base(t, l.Food, a.Max, a.Unit)
				add(at(unit), unit, low, high)
			}
		}
	}
	each(l.Need, func(f *figures, _ string, low, high *big.Rat) { f.low.Add(f.low, low); f.high.Add(f.high, high) })
	each(l.FromFridge, func(f *figures, _ string, _, x *big.Rat) { f.given.Add(f.given, x) })
	each(l.Missing, func(_ *figures, unit string, _, x *big.Rat) { missing[unit].Add(missing[unit], x) })
	each(l.ToBuy, func(_ *figures, unit string, _, x *big.Rat) { buy[unit].Add(buy[unit], x) })
	return need, missing, buy
}
