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

// fact states why amounts are not added up.
func (a notAddedReason) fact(name string) Fact {
	f := Fact{Kind: FactNotAdded, Because: string(a.reason), From: a.amounts}
	before := capitalize(enumerate(texts(a.amounts))) + " are not added up, because "
	f.Text = before
	switch a.reason {
	case NoMeasure:
		f.Text += "not all of them have an exact size."
	case NoDensity:
		f.Text += "the weight of a cup of " + name + " is unknown. Set the density of this food to add them up."
	case NoPieceWeight:
		if !weighedUnits[a.unit] {
			f.Text += "one " + a.unit + " of " + name + " has no exact weight."
			break
		}
		f.Text += "the weight of one " + a.unit + " of " + name + " is unknown."
		if a.unit == piece.Key {
			f.Text += " Set the weight of a piece to add them up."
		}
	case UnknownUnit:
		f.Text += "not all of their units are known."
	case NotUnderstood:
		f.Text += "not all of them are understood."
	case PackSizeUnknown:
		f.Text += "the recipe doesn't say how much one " + a.unit + " holds."
	case OtherUnit:
		f.Text += "they are counted in different units."
		if u := lengthOf(a.amounts); u != nil {
			f.Text = before + "it is unknown how much " + exact(one, u) + " of " + name + " weighs."
		}
	}
	return f
}

// lengthOf returns the unit of the first length among amounts, or nil.
func lengthOf(amounts []Amount) *quantity.Unit {
	for _, a := range amounts {
		if u := quantity.ByKey(a.Unit); u != nil && u.Dimension == quantity.Length {
			return u
		}
	}
	return nil
}
