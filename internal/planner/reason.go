package planner

import "github.com/ocipe/ocipe/internal/quantity"

// apartness is a reason why amounts are not added up, and the amounts.
type apartness struct {
	reason  Reason
	amounts []Amount
}

// notAdded returns the reasons why the need isn't one amount, the most telling one first.
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
			all = appendApart(all, n.between(measured[0], s), amountsOf(measured)...)
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
			all = appendApart(all, reason, append(amountsOf(measured), some...)...)
		}
	}
	return all
}

// appendApart adds a reason that isn't in the list.
func appendApart(all []apartness, reason Reason, amounts ...Amount) []apartness {
	for _, a := range all {
		if a.reason == reason {
			return all
		}
	}
	return append(all, apartness{reason, amounts})
}

func amountsOf(sums []*sum) []Amount {
	var all []Amount
	for _, s := range sums {
		all = append(all, amount(s.min, s.max, s.unit))
	}
	return all
}

// between returns the reason why two sums are not added up.
func (n *need) between(a, b *sum) Reason {
	x, y := a.unit, b.unit
	if y.Dimension == quantity.Count {
		x, y = y, x
	}
	switch {
	case y.Dimension == quantity.Count || x.Dimension == quantity.Length || y.Dimension == quantity.Length:
		return OtherUnit
	case packages[x.Key]:
		return PackSizeUnknown
	case x.Dimension == quantity.Count && n.factors.weight(x) == nil:
		return NoPieceWeight
	}
	return NoDensity
}
