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
	n.byDate = slices.Clone(n.lots)
	slices.SortStableFunc(n.byDate, byExpiry)
	if n.override != nil && n.override.Kind == StillNeed {
		n.uncover()
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
	unknown := filter(n.byDate, func(l *lot) bool { return l.unknown })
	queues := map[*quantity.Unit]*queue{}
	for _, p := range portions {
		q := queues[p.unit]
		if q == nil {
			q = n.queue(p.unit)
			queues[p.unit] = q
		}
		n.serve(p, q)
		p.coverBy(firstGood(unknown, p.day))
	}
	left := filter(n.byDate, (*lot).hasAny)
	for _, p := range portions {
		if tiny[p.unit.Key] {
			p.coverBy(firstGood(left, p.day))
		}
	}
	for _, w := range n.texts {
		if w.why == NoMeasure {
			w.coverBy(left)
		} else {
			w.coverBy(unknown)
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

// uncover marks all texts as not covered.
func (n *need) uncover() {
	for _, w := range n.texts {
		w.uncovered = w.servings[0]
	}
}

// findStaple reports whether the food is a staple.
func (n *need) findStaple() bool {
	for _, l := range n.lots {
		if l.Staple {
			n.staple, n.always = l, true
			return true
		}
	}
	n.always = n.setting.Staple
	return n.always
}

// queue returns the queue for needs in a unit.
func (n *need) queue(u *quantity.Unit) *queue {
	q := &queue{}
	for _, l := range n.byDate {
		for _, part := range l.parts {
			if r := n.factors.ratio(part.unit, u); r != nil {
				q.offers = append(q.offers, offer{l, part, r})
			}
		}
	}
	return q
}

// serve takes a portion from lots of known amount. It drops offers that are used up or too old for the meal: later meals can't use them
// either.
func (n *need) serve(p *portion, q *queue) {
	for p.left.Sign() > 0 && q.next < len(q.offers) {
		o := q.offers[q.next]
		if o.part.left.Sign() == 0 || !o.lot.goodOn(p.day) {
			q.next++
			continue
		}
		n.factors.note(p.unit, o.part.unit)
		has := times(o.part.left, o.ratio)
		taken := o.part.left
		if cmp(has, p.left) > 0 {
			has, taken = p.left, p.left
			if o.ratio != one {
				taken = new(big.Rat).Quo(has, o.ratio)
			}
		}
		p.left = less(p.left, has)
		o.part.left = less(o.part.left, taken)
		o.part.taken = plus(o.part.taken, taken, one)
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
func (w *words) coverBy(lots []*lot) {
	for _, s := range w.servings {
		l := firstGood(lots, s.day)
		if l == nil {
			w.uncovered = s
			return
		}
	}
	for _, s := range w.servings {
		if l := firstGood(lots, s.day); len(l.texts) == 0 || l.texts[len(l.texts)-1] != w {
			l.texts = append(l.texts, w)
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
			l.miss(n, u, missing[u])
		}
		for _, w := range n.texts {
			switch s := w.uncovered; {
			case s == nil:
			case !l.goodOn(s.day):
				l.spoils = s
			case l.apart == "":
				l.apart = "“" + w.text + "”"
			}
		}
	}
}

// miss records why a lot doesn't cover portions in one unit, which are in the order of their days.
func (l *lot) miss(n *need, u *quantity.Unit, portions []*portion) {
	i := sort.Search(len(portions), func(i int) bool { return !l.goodOn(portions[i].day) })
	if i < len(portions) {
		l.spoils = portions[i].serving
	}
	if i == 0 || tiny[u.Key] || l.unknown || l.apart != "" {
		return
	}
	for _, part := range l.parts {
		if n.factors.ratio(part.unit, u) != nil {
			return
		}
	}
	l.apart = phrase(portions[0].left, portions[0].left, u)
}
