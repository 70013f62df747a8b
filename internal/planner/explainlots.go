package planner

import (
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// lotFacts states which lots are used, and why others can't be used.
func (n *need) lotFacts() []Fact {
	if n.isStaple {
		return []Fact{n.stapleFact()}
	}
	var facts []Fact
	for _, unknown := range []bool{false, true} { // known lots are used first
		for _, l := range n.lotsByExpiry {
			if used := l.usedAmounts(); len(used) > 0 && l.amountUnknown == unknown {
				facts = append(facts, l.usedFact(used))
			}
		}
	}
	for _, l := range n.lotsByExpiry {
		if l.tooOldFor != nil {
			facts = append(facts, l.fact(FactLotNotUsed, SpoilsBeforeMeal, l.leftoverText()+", good until "+date(l.BestBefore)+": too old for "+
				l.tooOldFor.meal.Recipe+" on "+date(l.tooOldFor.day)+"."))
		}
		if l.incomparableWith != "" {
			facts = append(facts, l.fact(FactLotNotUsed, CannotCompare, "You have "+describe(l.quantity, l.Name)+
				". It can't be compared with "+l.incomparableWith+", so it isn't subtracted."))
		}
	}
	return facts
}

func (l *lot) fact(kind FactKind, because, text string) Fact {
	return Fact{Kind: kind, LotID: l.ID, Lot: l.Name, Because: because, Text: text}
}

// stapleFact states that the food is a staple.
func (n *need) stapleFact() Fact {
	f := Fact{Kind: FactStaple, Text: "You have marked " + n.name() + " as a staple, which is always at home and never on the list."}
	if n.stapleLot != nil {
		f.LotID, f.Lot = n.stapleLot.ID, n.stapleLot.Name
	}
	return f
}

// usedFact states how a lot is used.
func (l *lot) usedFact(used []Amount) Fact {
	if l.amountUnknown {
		name := l.Name
		if l.quantity.Text != "" {
			name += ", " + quoted(l.quantity.Text)
		}
		enough := "enough"
		if len(used) > 1 || used[0].Min != nil || used[0].Text != "" {
			enough += " for " + enumerate(texts(used))
		}
		f := l.fact(FactAmountUnknown, "", "You have "+name+l.untilText()+". The amount is unknown, so it counts as "+enough+".")
		f.Taken = used
		return f
	}
	text := "You have " + describe(l.quantity, l.Name) + l.untilText()
	measured := used[:len(used)-len(l.coveredAmounts())]
	switch {
	case len(measured) > 0 && !l.hasAny() && !isRange(l.quantity.Amount):
		text += ". The plan uses " + l.allText()
		if all := enumerate(texts(measured)); all != l.quantity.Text {
			text += ": " + all
		}
		text += "."
	case len(measured) > 0:
		text += ". The plan uses " + enumerate(l.takenTexts()) + "."
	default:
		text += "."
	}
	if len(measured) > 0 && isRange(l.quantity.Amount) {
		text += " The plan counts the lower end of a range in the fridge."
	}
	if covered := l.coveredAmounts(); len(covered) > 0 {
		text += " That is enough for " + enumerate(texts(covered)) + "."
	}
	f := l.fact(FactLot, "", text)
	f.Taken = used
	return f
}

// takenTexts returns the texts of the amounts that are taken from the lot.
func (l *lot) takenTexts() []string {
	var all []string
	for _, a := range l.amounts {
		if a.taken.Sign() > 0 {
			all = append(all, a.takenText())
		}
	}
	return all
}

// allText returns the words for all of a lot.
func (l *lot) allText() string {
	if len(l.amounts) == 1 && l.amounts[0].unit.Dimension == quantity.Count && cmp(l.amounts[0].taken, one) > 0 {
		return "all of them"
	}
	return "all of it"
}

// untilText returns the words for the last day on which a lot is good, or "".
func (l *lot) untilText() string {
	if l.BestBefore.IsZero() {
		return ""
	}
	return ", good until " + date(l.BestBefore)
}

// leftoverText describes the rest of a lot.
func (l *lot) leftoverText() string {
	var left []string
	used := false
	for _, a := range l.amounts {
		used = used || a.taken.Sign() > 0
		if a.left.Sign() > 0 {
			left = append(left, amountText(a.left, a.left, a.unit))
		}
	}
	if used {
		return "You will have " + strings.Join(left, " and ") + " left of the " + l.Name
	}
	if l.amountUnknown && l.quantity.Text == "" {
		return "You have " + l.Name
	}
	return "You have " + describe(l.quantity, l.Name)
}
