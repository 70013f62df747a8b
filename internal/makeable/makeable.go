// Package makeable finds the recipes that can be made with the content of a fridge.
//
// It counts amounts by the rules of package planner, as if each recipe were the only meal of a plan and cooked today.
package makeable

import (
	"math/big"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

// Kitchen has the foods at home on a day. It caches its results, because recipes repeat the same names and quantities.
// It isn't safe for concurrent use.
type Kitchen struct {
	today        time.Time
	catalog      *food.Catalog
	stocks       map[string]*foodStock    // by the key of the food
	byName       map[string]*foodStock    // by the name of an ingredient
	coverages    map[coverageKey]coverage // from the planner
	plainAmounts map[string]*amount       // by text; nil if it isn't a plain quantity
	lines        []planner.Line           // of the current recipe
	current      []*foodStock             // the foods of the current recipe
}

// foodStock has the lots of a food.
type foodStock struct {
	lots []planner.Lot // those that are good today
	// alwaysEnough is set if the food is enough for any recipe, because it is a staple or the amount of a lot is unknown.
	alwaysEnough bool
	available    map[string]*big.Rat // how much the lots have, by unit
	// bestBefore is the last good day of the lot that expires first, if that is soon.
	bestBefore time.Time
	// name and quantities are those in the current recipe.
	name       string
	quantities []string
}

// coverageKey identifies a food and its quantities in a recipe.
type coverageKey struct {
	stock      *foodStock
	quantities string
}

// coverage says whether the kitchen has enough, and otherwise how much to buy.
type coverage struct {
	enough bool
	toBuy  string
}

// Ingredient is a food of a recipe.
type Ingredient struct {
	// Name and Quantity are as in the recipe. If the recipe names the food twice, its quantities are joined with " + ".
	Name, Quantity string
	// BestBefore is the last good day of the lot that expires first, if that is soon; otherwise the zero time.
	BestBefore time.Time
	// ToBuy is how much to buy if the kitchen has some of the food, but not enough: "200 g". Otherwise it is empty.
	ToBuy string
}

// New returns a kitchen with these lots. A lot expires soon if it is good for at most this number of days after today. Overdue lots
// don't count, except staples. The catalog may be nil.
func New(lots []planner.Lot, today time.Time, days int, catalog *food.Catalog) *Kitchen {
	today = today.Truncate(24 * time.Hour)
	k := &Kitchen{
		today: today, catalog: catalog, stocks: map[string]*foodStock{}, byName: map[string]*foodStock{}, coverages: map[coverageKey]coverage{},
		plainAmounts: map[string]*amount{},
	}
	last := today.AddDate(0, 0, days)
	for _, l := range lots {
		if !l.BestBefore.IsZero() && l.BestBefore.Before(today) && !l.Staple {
			continue
		}
		s := k.stockOf(l.Name)
		s.lots = append(s.lots, l)
		s.alwaysEnough = s.alwaysEnough || l.Staple || quantity.Parse(l.Quantity, "").Indefinite
		if dated := !l.BestBefore.IsZero() && !l.BestBefore.After(last) && !l.BestBefore.Before(today); dated && (s.bestBefore.IsZero() || l.BestBefore.Before(s.bestBefore)) {
			s.bestBefore = l.BestBefore
		}
	}
	return k
}

// stockOf returns the stock of the food with this name, and makes it if there is none.
func (k *Kitchen) stockOf(name string) *foodStock {
	if s, ok := k.byName[name]; ok {
		return s
	}
	name = strings.Clone(name) // otherwise it would keep a large text in memory
	key := k.catalog.Find(name, "").Key
	s := k.stocks[key]
	if s == nil {
		s = &foodStock{}
		if setting, ok := k.catalog.Settings(key); ok && setting.Staple {
			s.alwaysEnough = true
		}
		k.stocks[key] = s
	}
	k.byName[name] = s
	return s
}

// coverageOf returns whether the lots of a food are enough for its quantities in the current recipe. It may leave toBuy empty.
func (k *Kitchen) coverageOf(s *foodStock) coverage {
	switch {
	case s.alwaysEnough:
		return coverage{enough: true}
	case len(s.lots) == 0:
		return coverage{}
	}
	if enough, ok := k.comparePlain(s, s.quantities); ok {
		return coverage{enough: enough}
	}
	return k.askPlanner(s)
}

// askPlanner asks the planner whether the lots of a food are enough for its quantities in the current recipe.
func (k *Kitchen) askPlanner(s *foodStock) coverage {
	key := coverageKey{s, strings.Join(s.quantities, "\x00")}
	c, ok := k.coverages[key]
	if !ok {
		line := k.plan(s, s.quantities)
		var texts []string
		for _, a := range line.ToBuy {
			texts = append(texts, a.Text)
		}
		c = coverage{enough: len(texts) == 0, toBuy: joined(texts)}
		key.quantities = strings.Clone(key.quantities)
		k.coverages[key] = c
	}
	return c
}

// plan returns the line of the planner for quantities of a food that has lots.
func (k *Kitchen) plan(s *foodStock, quantities []string) planner.ShoppingLine {
	meal := planner.Meal{}
	for _, q := range quantities {
		meal.Lines = append(meal.Lines, planner.Line{Name: s.lots[0].Name, Quantity: q})
	}
	plan := planner.Compute(planner.Input{Meals: []planner.Meal{meal}, Lots: s.lots, Today: k.today, Catalog: k.catalog})
	return plan.Lines[0]
}
