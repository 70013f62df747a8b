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
	today   time.Time
	catalog *food.Catalog
	shelves map[string]*shelf  // by the key of the food
	names   map[string]*shelf  // by the name of an ingredient
	results map[needed]covered // from the planner
	amounts map[string]*amount // by text; nil if it isn't a plain quantity
	lines   []planner.Line     // of the current recipe
	touched []*shelf           // the foods of the current recipe
}

// shelf has the lots of a food.
type shelf struct {
	lots []planner.Lot // those that are good today
	// always is set if the food is enough for any recipe, because it is a staple or the amount of a lot is unknown.
	always bool
	most   map[string]*big.Rat // how much the lots have, by unit
	// soon is the last good day of the lot that expires first, if that is soon.
	soon time.Time
	// name and quantities are those in the current recipe.
	name       string
	quantities []string
}

// needed identifies a food and its quantities in a recipe.
type needed struct {
	on         *shelf
	quantities string
}

// covered says whether the kitchen has enough, and otherwise how much to buy.
type covered struct {
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
		today: today, catalog: catalog, shelves: map[string]*shelf{}, names: map[string]*shelf{}, results: map[needed]covered{},
		amounts: map[string]*amount{},
	}
	last := today.AddDate(0, 0, days)
	for _, l := range lots {
		if !l.BestBefore.IsZero() && l.BestBefore.Before(today) && !l.Staple {
			continue
		}
		on := k.shelf(l.Name)
		on.lots = append(on.lots, l)
		on.always = on.always || l.Staple || quantity.Parse(l.Quantity, "").Indefinite
		if dated := !l.BestBefore.IsZero() && !l.BestBefore.After(last) && !l.BestBefore.Before(today); dated && (on.soon.IsZero() || l.BestBefore.Before(on.soon)) {
			on.soon = l.BestBefore
		}
	}
	return k
}

// shelf returns the shelf of the food with this name, and makes it if there is none.
func (k *Kitchen) shelf(name string) *shelf {
	if on, ok := k.names[name]; ok {
		return on
	}
	name = strings.Clone(name) // otherwise it would keep a large text in memory
	key := k.catalog.Find(name, "").Key
	on := k.shelves[key]
	if on == nil {
		on = &shelf{}
		if s, ok := k.catalog.Settings(key); ok && s.Staple {
			on.always = true
		}
		k.shelves[key] = on
	}
	k.names[name] = on
	return on
}

// covers returns whether the lots of a food are enough for its quantities in the current recipe. It may leave toBuy empty.
func (k *Kitchen) covers(on *shelf) covered {
	switch {
	case on.always:
		return covered{enough: true}
	case len(on.lots) == 0:
		return covered{}
	}
	if enough, ok := k.compared(on, on.quantities); ok {
		return covered{enough: enough}
	}
	return k.asked(on)
}

// asked asks the planner whether the lots of a food are enough for its quantities in the current recipe.
func (k *Kitchen) asked(on *shelf) covered {
	key := needed{on, strings.Join(on.quantities, "\x00")}
	c, ok := k.results[key]
	if !ok {
		line := k.plan(on, on.quantities)
		var texts []string
		for _, a := range line.ToBuy {
			texts = append(texts, a.Text)
		}
		c = covered{enough: len(texts) == 0, toBuy: joined(texts)}
		key.quantities = strings.Clone(key.quantities)
		k.results[key] = c
	}
	return c
}

// plan returns the line of the planner for quantities of a food that has lots.
func (k *Kitchen) plan(on *shelf, quantities []string) planner.ShoppingLine {
	meal := planner.Meal{}
	for _, q := range quantities {
		meal.Lines = append(meal.Lines, planner.Line{Name: on.lots[0].Name, Quantity: q})
	}
	plan := planner.Compute(planner.Input{Meals: []planner.Meal{meal}, Lots: on.lots, Today: k.today, Catalog: k.catalog})
	return plan.Lines[0]
}
