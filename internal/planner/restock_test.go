package planner_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

func TestABoughtItemBecomesALot(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ item, name, amount string }{
		{"380 g flour", "flour", "380 g"},
		{"500 g Mehl", "Mehl", "500 g"},
		{"Milch (1 l)", "Milch", "1 l"},
		{"800 g (2 cans of 400 g) chopped tomatoes", "chopped tomatoes", "800 g"},
		{"2 cans (400 g) chopped tomatoes", "chopped tomatoes", "2 cans (400 g)"},
		{"2 × 400 g cans tomatoes", "tomatoes", "2 × 400 g"},
		{"6 Eier", "Eier", "6"},
		{"bread", "bread", ""},
		{"salt to taste", "salt", ""},
		{"½ l Milch", "Milch", "½ l"},
		{"1 lb 2 oz potatoes", "potatoes", "1 lb + 2 oz"},
		{"4", "4", "4"},
	} {
		name, amount := planner.ParseBoughtItem(c.item, "")
		assert.Equal(t, c.name, name, c.item)
		assert.Equal(t, c.amount, amount, c.item)
		assert.True(t, quantity.Parse(amount, "").Understood(), c.item)
	}
}

func TestAnItemOfThePlanKeepsItsFood(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ item, food, name, amount string }{
		{"380 g flour", "flour", "flour", "380 g"},
		{"2 + 150 g kohlrabi", "kohlrabi", "kohlrabi", "2 pieces + 150 g"},
		{"1 tsp + 2 pinches salt", "salt", "salt", "1 tsp + 2 pinches"},
		{"2 glugs olive oil", "olive oil", "olive oil", ""},
		{"whatever is left bread", "bread", "bread", ""},
		{"28 oz (2 cans of 14 oz) tomatoes", "tomatoes", "tomatoes", "28 oz"},
		{"500 g chicken breasts, in 2 pieces", "chicken breasts, in 2 pieces", "chicken breasts, in 2 pieces", "500 g"},
		{"1 egg", "eggs", "egg", "1"},
		{"500 g flour", "", "flour", "500 g"}, // not written by a plan
	} {
		name, amount := planner.ParseWrittenItem(c.item, c.food)
		assert.Equal(t, c.name, name, c.item)
		assert.Equal(t, c.amount, amount, c.item)
		assert.True(t, quantity.Parse(amount, "").Understood(), c.item)
	}
}
