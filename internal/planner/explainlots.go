package planner

import (
	"strings"

	"github.com/ocipe/ocipe/internal/quantity"
)

// lotFacts states which lots are used, and why others can't be used.
func (n *need) lotFacts() []Fact {
	if n.always {
		return []Fact{n.stapleFact()}
	}
	var facts []Fact
	for _, unknown := range []bool{false, true} { // known lots are used first
		for _, l := range n.byDate {
			if given := l.gives(); len(given) > 0 && l.unknown == unknown {
				facts = append(facts, l.givesFact(given))
			}
		}
	}
	for _, l := range n.byDate {
		if l.spoils != nil {
			facts = append(facts, l.fact(FactLotNotUsed, SpoilsBeforeMeal, l.leftover()+" is too old for "+l.spoils.meal.Recipe+
				" on "+date(l.spoils.day)+": it is good until "+date(l.BestBefore)+"."))
		}
		if l.apart != "" {
			facts = append(facts, l.fact(FactLotNotUsed, CannotCompare, "You have "+describe(l.quantity, l.Name)+
				". It can't be compared with "+l.apart+", so it isn't subtracted."))
		}
	}
	return facts
}

func (l *lot) fact(kind FactKind, because, text string) Fact {
	return Fact{Kind: kind, LotID: l.ID, Lot: l.Name, Because: because, Text: text}
}

// stapleFact states that the food is a staple.
func (n *need) stapleFact() Fact {
	f := Fact{Kind: FactStaple, Text: sentence(n.name()) + " is a staple: you always have it at home, so it is never on the list."}
	if n.staple != nil {
		f.LotID, f.Lot = n.staple.ID, n.staple.Name
	}
	return f
}

// givesFact states how a lot is used.
func (l *lot) givesFact(given []Amount) Fact {
	if l.unknown {
		name := l.Name
		if l.quantity.Text != "" {
			name += ", " + quoted(l.quantity.Text)
		}
		f := l.fact(FactAmountUnknown, "", "You have "+name+l.until()+". The amount is unknown, so it counts as enough for "+
			enumerate(texts(given))+".")
		f.Taken = given
		return f
	}
	text := "You have " + describe(l.quantity, l.Name) + l.until()
	measured := given[:len(given)-len(l.covered())]
	switch {
	case len(measured) > 0 && !l.hasAny() && !isRange(l.quantity.Amount):
		text += ". The plan uses " + l.all()
		if all := enumerate(texts(measured)); all != l.quantity.Text {
			text += ": " + all
		}
		text += "."
	case len(measured) > 0:
		text += ". The plan uses " + enumerate(texts(measured)) + "."
	default:
		text += "."
	}
	if len(measured) > 0 && isRange(l.quantity.Amount) {
		text += " The plan counts the lower end of a range in the fridge."
	}
	if covered := l.covered(); len(covered) > 0 {
		text += " That is enough for " + enumerate(texts(covered)) + "."
	}
	f := l.fact(FactLot, "", text)
	f.Taken = given
	return f
}

// all returns the words for all of a lot.
func (l *lot) all() string {
	if len(l.parts) == 1 && l.parts[0].unit.Dimension == quantity.Count && cmp(l.parts[0].taken, one) > 0 {
		return "all of them"
	}
	return "all of it"
}

// until returns the words for the last day on which a lot is good, or "".
func (l *lot) until() string {
	if l.BestBefore.IsZero() {
		return ""
	}
	return ", good until " + date(l.BestBefore)
}

// leftover describes the rest of a lot.
func (l *lot) leftover() string {
	var left []string
	used := false
	for _, p := range l.parts {
		used = used || p.taken.Sign() > 0
		if p.left.Sign() > 0 {
			left = append(left, phrase(p.left, p.left, p.unit))
		}
	}
	if used {
		return "What is left of the " + l.Name + ", " + strings.Join(left, " and ") + ","
	}
	if ms, _ := measures(l.quantity); len(ms) == 0 {
		return "The " + l.Name + " at home"
	}
	return "The " + l.Name + " at home, " + l.quantity.Text + ","
}
