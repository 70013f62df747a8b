package planner

import (
	"math/big"
	"slices"

	"github.com/ocipe/ocipe/internal/quantity"
)

// unitTotal is the sum of the portions in one unit. The numbers are in this unit.
type unitTotal struct {
	unit           *quantity.Unit
	min, max, left *big.Rat
}

// foodSum is the sum of totals that can be added up, in the unit in which it is shown.
type foodSum struct {
	unitTotal
	totals []*unitTotal
	// pack is the pack to buy; see findPack. Nil if there is none.
	pack *pack
}

// pack is a package of a stated size.
type pack struct {
	unit    *quantity.Unit // nil if only the content is stated
	content quantity.Measure
	ratio   *big.Rat // converts the content's unit to the unit of the sum
}

// unitTotals adds up the portions by unit, in the order in which the plan first uses the units.
func (n *need) unitTotals() []*unitTotal {
	var units []*quantity.Unit
	byUnit := map[*quantity.Unit][]*portion{}
	for _, p := range n.portions {
		if byUnit[p.unit] == nil {
			units = append(units, p.unit)
		}
		byUnit[p.unit] = append(byUnit[p.unit], p)
	}
	all := make([]*unitTotal, 0, len(units))
	for _, u := range units {
		all = append(all, &unitTotal{
			u, sumOf(byUnit[u], func(p *portion) *big.Rat { return p.min }), sumOf(byUnit[u], func(p *portion) *big.Rat { return p.max }),
			sumOf(byUnit[u], func(p *portion) *big.Rat { return p.left }),
		})
	}
	return all
}

// sumOf returns the sum of numbers. It adds up each half first, because adding fractions with many denominators one by one is slow.
func sumOf[T any](all []T, number func(T) *big.Rat) *big.Rat {
	if len(all) == 1 {
		return number(all[0])
	}
	x, y := sumOf(all[:len(all)/2], number), sumOf(all[len(all)/2:], number)
	if y.Sign() == 0 {
		return x
	}
	return addMul(x, y, one)
}

// foodSums adds up totals of the same dimension. It also adds up weights, volumes and counted units, in grams, if the food's weight is
// known for them.
func (n *need) foodSums() []*foodSum {
	totals := n.unitTotals()
	inGrams := n.gramUnits(totals)
	var sums []*foodSum
	for _, t := range totals {
		i := slices.IndexFunc(sums, func(s *foodSum) bool {
			first := s.totals[0].unit
			if inGrams[first] && inGrams[t.unit] {
				return true
			}
			return first == t.unit || first.Dimension == t.unit.Dimension && first.Dimension != quantity.Count
		})
		if i < 0 {
			i = len(sums)
			sums = append(sums, &foodSum{})
		}
		sums[i].totals = append(sums[i].totals, t)
	}
	for _, s := range sums {
		n.computeSum(s)
	}
	return sums
}

// gramUnits returns the units of totals that can be added up in grams. It returns none if all of them are counted units, which are never
// converted to each other.
func (n *need) gramUnits(totals []*unitTotal) map[*quantity.Unit]bool {
	inGrams := map[*quantity.Unit]bool{}
	measured := false
	for _, t := range totals {
		if n.converter.weight(t.unit) != nil {
			inGrams[t.unit] = true
			measured = measured || t.unit.Dimension != quantity.Count
		}
	}
	if !measured {
		return nil
	}
	return inGrams
}

// computeSum computes a sum in the unit in which it is shown.
func (n *need) computeSum(s *foodSum) {
	s.unit = n.displayUnit(s.totals)
	if len(s.totals) == 1 && s.unit == s.totals[0].unit {
		s.unitTotal = *s.totals[0]
		n.findPack(s)
		return
	}
	s.min, s.max, s.left = zero, zero, zero
	for _, t := range s.totals {
		r := n.converter.ratio(t.unit, s.unit)
		n.converter.record(t.unit, s.unit)
		s.min, s.max = addMul(s.min, t.min, r), addMul(s.max, t.max, r)
		s.left = addMul(s.left, t.left, r)
	}
	n.findPack(s)
}

// displayUnit returns the unit in which the sum of totals is shown. In the system AsWritten, it is the unit in the recipes if there is only
// one, the largest one if all are US or all are imperial units, and otherwise the base unit.
func (n *need) displayUnit(totals []*unitTotal) *quantity.Unit {
	first := totals[0].unit
	base := baseUnit(totals)
	if base == nil {
		return first
	}
	switch {
	case n.system == Metric && base != centimeter:
		return base
	case n.system == US && base != centimeter:
		return n.usUnit(totals, base)
	case len(totals) == 1:
		return first
	}
	largest, best := first, zero
	for _, t := range totals {
		if t.unit.Dimension != base.Dimension || unitSystem(t.unit) != unitSystem(first) {
			return base
		}
		if x := new(big.Rat).Mul(t.max, t.unit.Size()); cmp(x, best) > 0 {
			largest, best = t.unit, x
		}
	}
	switch unitSystem(first) {
	case "us", "imperial":
		return largest
	}
	return base
}

// baseUnit returns g, ml or cm, or nil if all totals are counted. Totals of several dimensions are added up in grams.
func baseUnit(totals []*unitTotal) *quantity.Unit {
	dimension := totals[0].unit.Dimension
	for _, t := range totals {
		if t.unit.Dimension != dimension {
			return gram
		}
	}
	return baseUnits[dimension]
}

// usSteps has US kitchen units, the largest first, with the minimum amount for which each is used. Smaller masses are in grams: half an
// ounce of saffron is a hundred times what a recipe needs.
var usSteps = map[*quantity.Unit][]struct {
	unit *quantity.Unit
	from *big.Rat
}{
	gram:       {{quantity.ByKey("lb"), one}, {quantity.ByKey("oz"), big.NewRat(1, 4)}},
	milliliter: {{quantity.ByKey("cup"), big.NewRat(1, 4)}, {quantity.ByKey("tbsp"), one}, {quantity.ByKey("tsp"), zero}},
}

// usUnit returns the US unit for an amount.
func (n *need) usUnit(totals []*unitTotal, base *quantity.Unit) *quantity.Unit {
	x := zero
	for _, t := range totals {
		x = addMul(x, t.max, n.converter.ratio(t.unit, base))
	}
	for _, s := range usSteps[base] {
		if new(big.Rat).Quo(x, s.unit.Size()).Cmp(s.from) >= 0 {
			return s.unit
		}
	}
	return base
}

// findPack sets the pack in which to buy a sum, if all packs in the recipes have the same size and make up at least half of the sum.
func (n *need) findPack(s *foodSum) {
	var found *pack
	inPacks := zero
	for _, p := range n.portions {
		content := p.recipeLine.quantity.Content
		if content == nil || content.Unit != p.unit || isRange(content.Amount) || content.Amount.Min.Sign() == 0 {
			continue
		}
		ratio := n.converter.ratio(p.unit, s.unit)
		if ratio == nil {
			continue
		}
		if found == nil {
			found = &pack{content: *content, ratio: ratio}
		}
		if found.content.Unit != content.Unit || cmp(found.content.Amount.Min, content.Amount.Min) != 0 {
			return
		}
		if found.unit == nil {
			found.unit = p.recipeLine.quantity.Unit
		}
		inPacks = addMul(inPacks, p.max, ratio)
	}
	if found != nil && new(big.Rat).Add(inPacks, inPacks).Cmp(s.max) >= 0 {
		s.pack = found
	}
}
