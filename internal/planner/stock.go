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
	// parts has the amounts of the lot. It is empty if the amount is unknown or the quantity isn't understood.
	parts   []*part
	unknown bool     // the amount is unknown
	given   []Amount // the result of gives
	// covers has the needs that the lot covers regardless of its amount. texts has those without a measure.
	covers []*cover
	texts  []*words
	// spoils is a meal for which something must be bought because the lot is too old.
	spoils *serving
	// apart is the text of an amount that must be bought because it can't be compared with the lot.
	apart string
}

// cover is a need that a lot covers regardless of its amount.
type cover struct {
	unit   *quantity.Unit
	amount *big.Rat
}

// part is an amount of a lot. The numbers are in its unit. A range counts with its lower end.
type part struct {
	unit              *quantity.Unit
	left, taken, more *big.Rat // more is the difference between the upper and the lower end of a range
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

// hasAny reports whether any amount of the lot is left.
func (l *lot) hasAny() bool {
	return len(l.parts) == 0 || slices.ContainsFunc(l.parts, func(p *part) bool { return p.left.Sign() > 0 })
}

// cover adds a need that the lot covers regardless of its amount.
func (l *lot) cover(u *quantity.Unit, amount *big.Rat) {
	for _, c := range l.covers {
		if c.unit == u {
			c.amount = new(big.Rat).Add(c.amount, amount)
			return
		}
	}
	l.covers = append(l.covers, &cover{u, amount})
}

// byExpiry orders lots as they are used: the one that expires first comes first, and those without a date come last.
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

// queue has the parts of lots that can cover needs in one unit, in the order in which they are used.
type queue struct {
	offers []offer
	next   int
}

// offer is a part of a lot that can cover needs in one unit.
type offer struct {
	lot   *lot
	part  *part
	ratio *big.Rat // converts the unit of the part to the unit of the needs
}
