// Package makeable says which recipes the content of a fridge suffices for.
//
// It counts amounts by the rules of package planner, as if each recipe were the only meal of a plan, cooked today.
package makeable

import (
	"math/big"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

// Kitchen is what is in the house on a day. It remembers what it has computed: recipes repeat few names and quantities.
// It isn't safe for concurrent use.
type Kitchen struct {
	today   time.Time
	catalog *food.Catalog
	shelves map[string]*shelf  // by the key of the food
	names   map[string]*shelf  // by the name of an ingredient
	results map[needed]covered // of foods with known amounts
	amounts map[string]*amount // of plain quantities; nil for others
	lines   []planner.Line     // of the recipe that is being judged
	touched []*shelf           // its foods
}

// shelf is what the house has of a food.
type shelf struct {
	lots []planner.Lot // those that are good today
	// always is set if the food suffices for any recipe: it is a staple, or nobody knows how much there is.
	always bool
	most   map[string]*big.Rat // how much the lots give, by unit
	// soon is the day until which the first of the lots is good, if that is soon.
	soon time.Time
	// name and quantities are those of the recipe that is being judged.
	name       string
	quantities []string
}

// needed is what a recipe needs of a food.
type needed struct {
	on         *shelf
	quantities string
}

// covered says whether the house has enough, and what is to buy otherwise.
type covered struct {
	enough bool
	toBuy  string
}

// Ingredient is a food of a recipe.
type Ingredient struct {
	// Name and Quantity are as in the recipe. The quantities of a food that it names twice are joined with " + ".
	Name, Quantity string
	// BestBefore is the day until which the first lot of the food is good, if that is soon; otherwise the zero time.
	BestBefore time.Time
	// ToBuy is how much is to buy if the house has some of the food, but not enough: "200 g". Otherwise it is empty.
	ToBuy string
}

// New returns the kitchen with these lots. A lot that is good for so many days at most is to be used soon. Overdue lots don't
// count. The catalog may be nil.
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

// shelf returns the shelf of a food by one of its names.
func (k *Kitchen) shelf(name string) *shelf {
	if on, ok := k.names[name]; ok {
		return on
	}
	name = strings.Clone(name) // it is part of a large text
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

// covers reports whether the lots of a food suffice for its quantities in a recipe.
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

// asked returns what the planner says of the lots of a food, and its quantities in a recipe.
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

// plan returns the planner's line of a food for its quantities in a recipe. The food has lots.
func (k *Kitchen) plan(on *shelf, quantities []string) planner.ShoppingLine {
	meal := planner.Meal{}
	for _, q := range quantities {
		meal.Lines = append(meal.Lines, planner.Line{Name: on.lots[0].Name, Quantity: q})
	}
	plan := planner.Compute(planner.Input{Meals: []planner.Meal{meal}, Lots: on.lots, Today: k.today, Catalog: k.catalog})
	return plan.Lines[0]
}
