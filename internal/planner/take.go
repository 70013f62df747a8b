package planner

import (
	"math/big"
	"slices"
	"sort"
	"time"

	"github.com/ocipe/ocipe/internal/quantity"
)

// take covers the need from the fridge, meals in the order of their days. It covers amounts before texts.
func (n *need) take() {
	n.lotsByExpiry = slices.Clone(n.lots)
	slices.SortStableFunc(n.lotsByExpiry, compareExpiry)
	if n.override != nil && n.override.State == StillNeed {
		n.markUncovered()
		return
	}
	if n.findStaple() {
		for _, p := range n.portions {
			p.left = zero
		}
		return
	}
	portions := slices.Clone(n.portions)
	slices.SortStableFunc(portions, func(a, b *portion) int { return a.day.Compare(b.day) })
	unknown := filter(n.lotsByExpiry, func(l *lot) bool { return l.amountUnknown })
	queues := map[*quantity.Unit]*queue{}
	for _, p := range portions {
		q := queues[p.unit]
		if q == nil {
			q = n.queue(p.unit)
			queues[p.unit] = q
		}
		n.takePortion(p, q)
		p.coverBy(firstGood(unknown, p.day))
	}
	left := filter(n.lotsByExpiry, (*lot).hasAny)
	for _, p := range portions {
		if tinyUnits[p.unit.Key] {
			p.coverBy(firstGood(left, p.day))
		}
	}
	for _, t := range n.textNeeds {
		if t.reason == NoMeasure {
			t.coverBy(left)
		} else {
			t.coverBy(unknown)
		}
	}
	n.findUnused(portions, left)
}

func filter(lots []*lot, keep func(*lot) bool) []*lot {
	var kept []*lot
	for _, l := range lots {
		if keep(l) {
			kept = append(kept, l)
		}
	}
	return kept
}

// firstGood returns the first lot that is good on a day, or nil. The lots are in the order in which they are used.
func firstGood(lots []*lot, day time.Time) *lot {
	i := sort.Search(len(lots), func(i int) bool { return lots[i].goodOn(day) })
	if i == len(lots) {
		return nil
	}
	return lots[i]
}

// markUncovered marks all texts as not covered.
func (n *need) markUncovered() {
	for _, t := range n.textNeeds {
		t.firstUncovered = t.meals[0]
	}
}

// findStaple reports whether the food is a staple.
func (n *need) findStaple() bool {
	for _, l := range n.lots {
		if l.Staple {
			n.stapleLot, n.isStaple = l, true
			return true
		}
	}
	n.isStaple = n.setting.Staple
	return n.isStaple
}

// queue returns the queue for needs in a unit.
func (n *need) queue(u *quantity.Unit) *queue {
	q := &queue{}
	for _, l := range n.lotsByExpiry {
		for _, a := range l.amounts {
			if r := n.converter.ratio(a.unit, u); r != nil {
				q.candidates = append(q.candidates, candidate{l, a, r})
			}
		}
	}
	return q
}

// takePortion takes a portion from lots of known amount. It drops candidates that are used up or too old for the meal: later meals can't
// use them either.
func (n *need) takePortion(p *portion, q *queue) {
	for p.left.Sign() > 0 && q.next < len(q.candidates) {
		c := q.candidates[q.next]
		if c.amount.left.Sign() == 0 || !c.lot.goodOn(p.day) {
			q.next++
			continue
		}
		n.converter.record(p.unit, c.amount.unit)
		has := mul(c.amount.left, c.ratio)
		taken := c.amount.left
		if cmp(has, p.left) > 0 {
			has, taken = p.left, p.left
			if c.ratio != one {
				taken = new(big.Rat).Quo(has, c.ratio)
			}
		}
		p.left = sub(p.left, has)
		c.amount.give(p.unit, has)
		c.amount.left = sub(c.amount.left, taken)
		c.amount.taken = addMul(c.amount.taken, taken, one)
	}
}

// coverBy lets a lot cover the rest of a portion, regardless of the lot's amount. A nil lot covers nothing.
func (p *portion) coverBy(l *lot) {
	if l == nil || p.left.Sign() == 0 {
		return
	}
	l.cover(p.unit, p.left)
	p.left = zero
}

// coverBy covers a text at each meal with the first lot that is good on its day. If any meal has no such lot, it covers no meal.
func (t *textNeed) coverBy(lots []*lot) {
	for _, planned := range t.meals {
		l := firstGood(lots, planned.day)
		if l == nil {
			t.firstUncovered = planned
			return
		}
	}
	for _, planned := range t.meals {
		if l := firstGood(lots, planned.day); len(l.coveredTexts) == 0 || l.coveredTexts[len(l.coveredTexts)-1] != t {
			l.coveredTexts = append(l.coveredTexts, t)
		}
	}
}

// findUnused finds lots that could not cover an amount to buy, and the reasons.
func (n *need) findUnused(portions []*portion, left []*lot) {
	missing := map[*quantity.Unit][]*portion{}
	var units []*quantity.Unit
	for _, p := range portions {
		if p.left.Sign() > 0 {
			if missing[p.unit] == nil {
				units = append(units, p.unit)
			}
			missing[p.unit] = append(missing[p.unit], p)
		}
	}
	for _, l := range left {
		for _, u := range units {
			l.recordUnused(n, u, missing[u])
		}
		for _, t := range n.textNeeds {
			switch planned := t.firstUncovered; {
			case planned == nil:
			case !l.goodOn(planned.day):
				l.tooOldFor = planned
			case l.incomparableWith == "":
				l.incomparableWith = "“" + t.text + "”"
			}
		}
	}
}

// recordUnused records why a lot doesn't cover portions in one unit, which are in the order of their days.
func (l *lot) recordUnused(n *need, u *quantity.Unit, portions []*portion) {
	i := sort.Search(len(portions), func(i int) bool { return !l.goodOn(portions[i].day) })
	if i < len(portions) {
		l.tooOldFor = portions[i].plannedMeal
	}
	if i == 0 || tinyUnits[u.Key] || l.amountUnknown || l.incomparableWith != "" {
		return
	}
	for _, a := range l.amounts {
		if n.converter.ratio(a.unit, u) != nil {
			return
		}
	}
	missing := sumOf(portions[:i], func(p *portion) *big.Rat { return p.left })
	l.incomparableWith = amountText(missing, missing, u)
}
