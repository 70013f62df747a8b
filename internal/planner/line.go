package planner

import (
	"math/big"
	"slices"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// line returns the line of a food.
func (n *need) line() ShoppingLine {
	s := ShoppingLine{
		Key: n.food.Key, Food: n.name(), Names: n.names(), Aisle: n.setting.Aisle, Override: n.override, Taken: n.takenAmounts(),
	}
	sums := n.foodSums()
	for _, x := range sums {
		s.Need = append(s.Need, amount(x.min, x.max, x.unit))
		switch {
		case x.max.Sign() == 0: // "0 g"
		case x.left.Sign() == 0:
			s.FromFridge = append(s.FromFridge, single(x.max, x.unit))
		case cmp(x.left, x.max) != 0:
			s.FromFridge = append(s.FromFridge, single(sub(x.max, x.left), x.unit))
		}
		if x.left.Sign() > 0 {
			s.Missing = append(s.Missing, single(x.left, x.unit))
			s.ToBuy = append(s.ToBuy, x.toBuy())
		}
	}
	for _, t := range n.textNeeds {
		a := t.amount()
		s.Need = append(s.Need, a)
		if t.firstUncovered == nil {
			s.FromFridge = append(s.FromFridge, a)
		} else {
			s.Missing = append(s.Missing, a)
			s.ToBuy = append(s.ToBuy, a)
		}
	}
	n.applyOverride(&s)
	s.Merged = len(s.Need) == 1
	notAdded := n.notAdded(sums)
	if len(notAdded) > 0 {
		s.Reason = notAdded[0].reason
	}
	s.Confidence = n.confidence(notAdded)
	s.Facts = n.explain(sums, notAdded, &s)
	return s
}

// amount returns the text as an amount. A text that isn't understood counts as often as its recipe is cooked.
func (t *textNeed) amount() Amount {
	a := Amount{Text: t.text}
	if t.reason != NoMeasure && cmp(t.times, one) != 0 {
		a.Times = t.times
	}
	return a
}

// toBuy returns the amount to buy of the sum, rounded up.
func (s *foodSum) toBuy() Amount {
	if s.pack == nil {
		return single(roundUp(s.left, s.unit), s.unit)
	}
	content := new(big.Rat).Mul(s.pack.content.Amount.Min, s.pack.ratio)
	packs := ceil(new(big.Rat).Quo(s.left, content), one)
	a := single(new(big.Rat).Mul(packs, content), s.unit)
	word := "pack"
	if cmp(packs, one) > 0 {
		word = "packs"
	}
	if s.pack.unit != nil && s.pack.unit != piece {
		word = measure.UnitName(s.pack.unit, packs)
	}
	a.Text += " (" + number(packs) + " " + word + " of " + amountText(s.pack.content.Amount.Min, s.pack.content.Amount.Min, s.pack.content.Unit) + ")"
	return a
}

// applyOverride applies the user's decision to the amounts to buy.
func (n *need) applyOverride(s *ShoppingLine) {
	if n.override == nil {
		return
	}
	switch n.override.State {
	case HaveEnough:
		s.ToBuy = nil
	case BuyAmount:
		s.ToBuy = nil
		q := quantity.Parse(n.override.Quantity, "")
		ms, _ := measures(q)
		for _, m := range ms {
			s.ToBuy = append(s.ToBuy, amount(m.Amount.Min, m.Amount.Max, m.Unit))
		}
		if len(ms) == 0 {
			s.ToBuy = []Amount{{Text: q.Text}}
		}
	case StillNeed: // nothing to change: take has taken nothing
	}
}

// takenAmounts returns the amounts that the need takes from lots, in the order in which the lots are used.
func (n *need) takenAmounts() []TakenAmount {
	var all []TakenAmount
	for _, l := range n.lotsByExpiry {
		for _, a := range l.usedAmounts() {
			all = append(all, TakenAmount{LotID: l.ID, Amount: a})
		}
	}
	return all
}

// usedAmounts returns the amounts that are used from a lot: first those taken from it, in its own units, then the needs that it covers
// regardless of its amount.
func (l *lot) usedAmounts() []Amount {
	if l.usedCache != nil || l.isUnused() {
		return l.usedCache
	}
	for _, a := range l.amounts {
		if a.taken.Sign() > 0 {
			l.usedCache = append(l.usedCache, single(a.taken, a.unit))
		}
	}
	l.usedCache = append(l.usedCache, l.coveredAmounts()...)
	return l.usedCache
}

// isUnused reports whether nothing of the lot is used.
func (l *lot) isUnused() bool {
	return len(l.coveredNeeds)+len(l.coveredTexts) == 0 && !slices.ContainsFunc(l.amounts, func(a *lotAmount) bool { return a.taken.Sign() > 0 })
}

// coveredAmounts returns the needs that a lot covers regardless of its amount.
func (l *lot) coveredAmounts() []Amount {
	var all []Amount
	for _, c := range l.coveredNeeds {
		all = append(all, single(c.amount, c.unit))
	}
	for _, t := range l.coveredTexts {
		all = append(all, t.amount())
	}
	return all
}

// confidence returns the confidence in the amounts of the line.
func (n *need) confidence(notAdded []notAddedReason) Confidence {
	level := Exact
	for _, r := range n.recipeLines {
		if r.quantity.Amount.About || isRange(r.quantity.Amount) || r.asWritten {
			level = Estimated
		}
	}
	for _, c := range n.converter.recorded {
		if w := n.converter.weights[c.from]; w != nil && c.from.Dimension != c.to.Dimension && w.source != FromCorrection {
			level = Estimated
		}
	}
	for _, t := range n.terms {
		if t.food.Match == food.Translation && len(n.terms) > 1 {
			level = Estimated
		}
	}
	for _, t := range n.textNeeds {
		if t.reason != NoMeasure {
			return Incomplete
		}
	}
	for _, a := range notAdded {
		if a.reason != NoMeasure {
			return Incomplete
		}
	}
	for _, l := range n.lots {
		if !n.isStaple && (l.incomparableWith != "" || l.amountUnknown && len(l.coveredNeeds) > 0) {
			return Incomplete
		}
	}
	return level
}
