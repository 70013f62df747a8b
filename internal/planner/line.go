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
		Key: n.food.Key, Food: n.name(), Names: n.names(), Aisle: n.setting.Aisle, Override: n.override, Taken: n.takings(),
	}
	sums := n.sums()
	for _, x := range sums {
		s.Need = append(s.Need, amount(x.min, x.max, x.unit))
		switch {
		case x.max.Sign() == 0: // "0 g"
		case x.left.Sign() == 0:
			s.FromFridge = append(s.FromFridge, single(x.max, x.unit))
		case cmp(x.left, x.max) != 0:
			s.FromFridge = append(s.FromFridge, single(less(x.max, x.left), x.unit))
		}
		if x.left.Sign() > 0 {
			s.Missing = append(s.Missing, single(x.left, x.unit))
			s.ToBuy = append(s.ToBuy, x.toBuy())
		}
	}
	for _, w := range n.texts {
		a := w.amount()
		s.Need = append(s.Need, a)
		if w.uncovered == nil {
			s.FromFridge = append(s.FromFridge, a)
		} else {
			s.Missing = append(s.Missing, a)
			s.ToBuy = append(s.ToBuy, a)
		}
	}
	n.overrule(&s)
	s.Merged = len(s.Need) == 1
	apart := n.notAdded(sums)
	if len(apart) > 0 {
		s.Reason = apart[0].reason
	}
	s.Confidence = n.confidence(apart)
	s.Facts = n.explain(sums, apart, &s)
	return s
}

// amount returns the text as an amount. A text that isn't understood counts as often as its recipe is cooked.
func (w *words) amount() Amount {
	a := Amount{Text: w.text}
	if w.why != NoMeasure && cmp(w.times, one) != 0 {
		a.Times = w.times
	}
	return a
}

// toBuy returns the amount to buy of a sum, rounded up.
func (s *sum) toBuy() Amount {
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
	a.Text += " (" + number(packs) + " " + word + " of " + phrase(s.pack.content.Amount.Min, s.pack.content.Amount.Min, s.pack.content.Unit) + ")"
	return a
}

// overrule applies the user's decision to the amounts to buy.
func (n *need) overrule(s *ShoppingLine) {
	if n.override == nil {
		return
	}
	switch n.override.Kind {
	case Have:
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

// takings returns the amounts that the need takes from lots, in the order in which the lots are used.
func (n *need) takings() []Taking {
	var all []Taking
	for _, l := range n.byDate {
		for _, a := range l.gives() {
			all = append(all, Taking{LotID: l.ID, Amount: a})
		}
	}
	return all
}

// gives returns the amounts that a lot gives: first those taken from it, in its own units, then the needs that it covers regardless of its
// amount.
func (l *lot) gives() []Amount {
	if l.given != nil || l.spared() {
		return l.given
	}
	for _, p := range l.parts {
		if p.taken.Sign() > 0 {
			l.given = append(l.given, single(p.taken, p.unit))
		}
	}
	l.given = append(l.given, l.covered()...)
	return l.given
}

// spared reports whether the lot gives nothing.
func (l *lot) spared() bool {
	return len(l.covers)+len(l.texts) == 0 && !slices.ContainsFunc(l.parts, func(p *part) bool { return p.taken.Sign() > 0 })
}

// covered returns the needs that a lot covers regardless of its amount.
func (l *lot) covered() []Amount {
	var all []Amount
	for _, c := range l.covers {
		all = append(all, single(c.amount, c.unit))
	}
	for _, w := range l.texts {
		all = append(all, w.amount())
	}
	return all
}

// confidence returns the confidence in the amounts of the line.
func (n *need) confidence(apart []apartness) Confidence {
	level := Exact
	for _, u := range n.uses {
		if u.quantity.Amount.About || isRange(u.quantity.Amount) || u.asWritten {
			level = Estimated
		}
	}
	for _, c := range n.factors.made {
		if w := n.factors.weights[c.from]; w != nil && c.from.Dimension != c.to.Dimension && w.source != FromCorrection {
			level = Estimated
		}
	}
	for _, t := range n.terms {
		if t.food.Via == food.Translation && len(n.terms) > 1 {
			level = Estimated
		}
	}
	for _, w := range n.texts {
		if w.why != NoMeasure {
			return Incomplete
		}
	}
	for _, a := range apart {
		if a.reason != NoMeasure {
			return Incomplete
		}
	}
	for _, l := range n.lots {
		if !n.always && (l.apart != "" || l.unknown && len(l.covers) > 0) {
			return Incomplete
		}
	}
	return level
}
