package planner

import (
	"math/big"
	"slices"
	"time"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/quantity"
)

// lot is a lot of a needed food.
type lot struct {
	*Lot
	food     food.Food
	quantity quantity.Quantity
	// parts is what the lot has. It is empty if nobody knows how much there is, or if the quantity isn't understood.
	parts   []*part
	unknown bool     // nobody knows how much there is
	given   []Amount // what the lot gives; see gives
	// covers has the needs that the lot covers whatever its amount, and texts those that are only text.
	covers []*cover
	texts  []*words
	// spoils is a meal for which the lot is too old, and for which something must be bought.
	spoils *serving
	// apart is a need that the lot can't be compared with, and of which something must be bought.
	apart string
}

// cover is a need that a lot covers whatever its amount.
type cover struct {
	unit   *quantity.Unit
	amount *big.Rat
}

// part is an amount of a lot. The numbers are in its unit. A range counts with its lower end.
type part struct {
	unit              *quantity.Unit
	left, taken, more *big.Rat // more is by how much the upper end of a range exceeds the lower one
	about             bool
}

func newLot(l *Lot, f food.Food, q quantity.Quantity) *lot {
	x := &lot{Lot: l, food: f, quantity: q}
	ms, why := measures(q)
	x.unknown = why == NoMeasure
	for _, m := range ms {
		x.parts = append(x.parts, &part{
			unit: m.Unit, left: m.Amount.Min, taken: zero, about: m.Amount.About, more: less(m.Amount.Max, m.Amount.Min),
		})
	}
	return x
}

// goodOn reports whether the lot is good on a day.
func (l *lot) goodOn(day time.Time) bool { return l.BestBefore.IsZero() || !l.BestBefore.Before(day) }

// hasAny reports whether something of the lot is left, in whatever amount.
func (l *lot) hasAny() bool {
	return len(l.parts) == 0 || slices.ContainsFunc(l.parts, func(p *part) bool { return p.left.Sign() > 0 })
}

// cover adds a need that the lot covers whatever its amount.
func (l *lot) cover(u *quantity.Unit, amount *big.Rat) {
	for _, c := range l.covers {
		if c.unit == u {
			c.amount = new(big.Rat).Add(c.amount, amount)
			return
		}
	}
	l.covers = append(l.covers, &cover{u, amount})
}

// byExpiry orders lots as they are used: the one that expires first comes first, those without a date come last.
func byExpiry(a, b *lot) int {
	switch {
	case a.BestBefore.Equal(b.BestBefore):
		return 0
	case a.BestBefore.IsZero():
		return 1
	case b.BestBefore.IsZero():
		return -1
	}
	return a.BestBefore.Compare(b.BestBefore)
}

// queue has the parts of lots that can serve needs in one unit, in the order in which they are used.
type queue struct {
	offers []offer
	next   int
}

// offer is a part of a lot, and how many units of the need one unit of the part is.
type offer struct {
	lot   *lot
	part  *part
	ratio *big.Rat
}
