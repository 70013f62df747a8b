package planner

import (
	"slices"

	"github.com/ocipe/ocipe/internal/quantity"
)

// notAddedReason is a reason why amounts are not added up, and these amounts.
type notAddedReason struct {
	reason  Reason
	amounts []Amount
	unit    string // the counted unit whose weight is unknown
}

// notAdded returns the reasons why the need isn't one amount, the most important one first.
func (n *need) notAdded(sums []*foodSum) []notAddedReason {
	if len(sums)+len(n.textNeeds) < 2 {
		return nil
	}
	var measured, small []*foodSum
	for _, s := range sums {
		if tinyUnits[s.unit.Key] {
			small = append(small, s)
		} else {
			measured = append(measured, s)
		}
	}
	var all []notAddedReason
	for i, s := range measured {
		if i > 0 {
			reason, unit := n.reasonBetween(measured[0], s)
			all = appendReason(all, notAddedReason{reason, amountsOf(measured), unit})
		}
	}
	for _, reason := range []Reason{UnknownUnit, NotUnderstood, NoMeasure} {
		var some []Amount
		if reason == NoMeasure {
			some = amountsOf(small)
		}
		for _, t := range n.textNeeds {
			if t.reason == reason {
				some = append(some, t.amount())
			}
		}
		if len(some) > 0 {
			all = appendReason(all, notAddedReason{reason: reason, amounts: append(amountsOf(measured), some...)})
		}
	}
	return all
}

// appendReason adds a reason unless the list has it.
func appendReason(all []notAddedReason, a notAddedReason) []notAddedReason {
	if slices.ContainsFunc(all, func(b notAddedReason) bool { return a.reason == b.reason }) {
		return all
	}
	return append(all, a)
}

func amountsOf(sums []*foodSum) []Amount {
	var all []Amount
	for _, s := range sums {
		all = append(all, amount(s.min, s.max, s.unit))
	}
	return all
}

// reasonBetween returns the reason why two sums are not added up, and the counted unit whose weight is unknown.
func (n *need) reasonBetween(a, b *foodSum) (Reason, string) {
	x, y := a.unit, b.unit
	if y.Dimension == quantity.Count {
		x, y = y, x
	}
	switch {
	case y.Dimension == quantity.Count || x.Dimension == quantity.Length || y.Dimension == quantity.Length:
		return OtherUnit, ""
	case packages[x.Key]:
		return PackSizeUnknown, x.Key
	case x.Dimension == quantity.Count && n.converter.weight(x) == nil:
		return NoPieceWeight, x.Key
	}
	return NoDensity, ""
}
