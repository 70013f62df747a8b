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
	// amounts has the amounts of the lot. It is empty if the amount is unknown or the quantity isn't understood.
	amounts       []*lotAmount
	amountUnknown bool
	usedCache     []Amount // the result of usedAmounts
	// coveredNeeds has the needs that the lot covers regardless of its amount. coveredTexts has those without a measure.
	coveredNeeds []*coveredNeed
	coveredTexts []*textNeed
	// tooOldFor is a meal for which something must be bought because the lot is too old.
	tooOldFor *plannedMeal
	// incomparableWith is the text of an amount that must be bought because it can't be compared with the lot.
	incomparableWith string
}

// coveredNeed is an amount of a need that a lot covers.
type coveredNeed struct {
	unit   *quantity.Unit
	amount *big.Rat
}

// lotAmount is an amount of a lot. The numbers are in its unit. A range counts with its lower end.
type lotAmount struct {
	unit                    *quantity.Unit
	left, taken, rangeWidth *big.Rat // rangeWidth is the difference between the upper and the lower end of a range
	about                   bool
	given                   []*coveredNeed // what was taken, in the units of the needs
}

// give adds a need that was taken from the amount.
func (a *lotAmount) give(u *quantity.Unit, amount *big.Rat) {
	for _, g := range a.given {
		if g.unit == u {
			g.amount = addMul(g.amount, amount, one)
			return
		}
	}
	a.given = append(a.given, &coveredNeed{u, amount})
}

// takenText writes what was taken from the amount: in the unit of the need if that is the plainer number.
func (a *lotAmount) takenText() string {
	if len(a.given) == 1 && !isPlainNumber(a.taken, a.unit) {
		if g := a.given[0]; g.unit.Dimension == a.unit.Dimension && isPlainNumber(g.amount, g.unit) {
			return amountText(g.amount, g.amount, g.unit)
		}
	}
	return amountText(a.taken, a.taken, a.unit)
}

func newLot(l *Lot, f food.Food, q quantity.Quantity) *lot {
	x := &lot{Lot: l, food: f, quantity: q}
	ms, reason := measures(q)
	x.amountUnknown = reason == NoMeasure
	for _, m := range ms {
		x.amounts = append(x.amounts, &lotAmount{
			unit: m.Unit, left: m.Amount.Min, taken: zero, about: m.Amount.About, rangeWidth: sub(m.Amount.Max, m.Amount.Min),
		})
	}
	return x
}

// goodOn reports whether the lot is good on a day.
func (l *lot) goodOn(day time.Time) bool { return l.BestBefore.IsZero() || !l.BestBefore.Before(day) }

// hasAny reports whether any amount of the lot is left.
func (l *lot) hasAny() bool {
	return len(l.amounts) == 0 || slices.ContainsFunc(l.amounts, func(a *lotAmount) bool { return a.left.Sign() > 0 })
}

// cover adds a need that the lot covers regardless of its amount.
func (l *lot) cover(u *quantity.Unit, amount *big.Rat) {
	for _, c := range l.coveredNeeds {
		if c.unit == u {
			c.amount = new(big.Rat).Add(c.amount, amount)
			return
		}
	}
	l.coveredNeeds = append(l.coveredNeeds, &coveredNeed{u, amount})
}

// compareExpiry orders lots as they are used: the one that expires first comes first, and those without a date come last.
func compareExpiry(a, b *lot) int {
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

// queue has the amounts of lots that can cover needs in one unit, in the order in which they are used.
type queue struct {
	candidates []candidate
	next       int
}

// candidate is an amount of a lot that can cover needs in one unit.
type candidate struct {
	lot    *lot
	amount *lotAmount
	ratio  *big.Rat // converts the unit of the amount to the unit of the needs
}
