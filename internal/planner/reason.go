package planner

import (
	"slices"

	"github.com/ocipe/ocipe/internal/quantity"
)

// apartness is a reason why amounts are not added up, and these amounts.
type apartness struct {
	reason  Reason
	amounts []Amount
	unit    string // the counted unit whose weight is unknown
}

// notAdded returns the reasons why the need isn't one amount, the most important one first.
func (n *need) notAdded(sums []*sum) []apartness {
	if len(sums)+len(n.texts) < 2 {
		return nil
	}
	var measured, small []*sum
	for _, s := range sums {
		if tiny[s.unit.Key] {
			small = append(small, s)
		} else {
			measured = append(measured, s)
		}
	}
	var all []apartness
	for i, s := range measured {
		if i > 0 {
			reason, unit := n.between(measured[0], s)
			all = appendApart(all, apartness{reason, amountsOf(measured), unit})
		}
	}
	for _, reason := range []Reason{UnknownUnit, NotUnderstood, NoMeasure} {
		var some []Amount
		if reason == NoMeasure {
			some = amountsOf(small)
		}
		for _, w := range n.texts {
			if w.why == reason {
				some = append(some, w.amount())
			}
		}
		if len(some) > 0 {
			all = appendApart(all, apartness{reason: reason, amounts: append(amountsOf(measured), some...)})
		}
	}
	return all
}

// appendApart adds a reason unless the list has it.
func appendApart(all []apartness, a apartness) []apartness {
	if slices.ContainsFunc(all, func(b apartness) bool { return a.reason == b.reason }) {
		return all
	}
	return append(all, a)
}

func amountsOf(sums []*sum) []Amount {
	var all []Amount
	for _, s := range sums {
		all = append(all, amount(s.min, s.max, s.unit))
	}
	return all
}

// between returns the reason why two sums are not added up, and the counted unit whose weight is unknown.
func (n *need) between(a, b *sum) (Reason, string) {
	x, y := a.unit, b.unit
	if y.Dimension == quantity.Count {
		x, y = y, x
	}
	switch {
	case y.Dimension == quantity.Count || x.Dimension == quantity.Length || y.Dimension == quantity.Length:
		return OtherUnit, ""
	case packages[x.Key]:
		return PackSizeUnknown, x.Key
	case x.Dimension == quantity.Count && n.factors.weight(x) == nil:
		return NoPieceWeight, x.Key
	}
	return NoDensity, ""
}
