package planner_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
)

// soup needs 300 g of leek, 2 onions and salt to taste.
var soup = planner.Meal{RecipeID: 1, Recipe: "Soup", Lines: []planner.Line{
	{Name: "leek", Quantity: "300 g"}, {Name: "onions", Quantity: "2"}, {Name: "salt", Quantity: "to taste"},
}}

// compute returns the lines of a plan by the name of the food.
func compute(t *testing.T, in planner.Input) map[string]planner.ShoppingLine {
	t.Helper()
	in.Today = today
	lines := map[string]planner.ShoppingLine{}
	for _, l := range planner.Compute(in).Lines {
		lines[l.Food] = l
	}
	return lines
}

// factText returns the text of the first fact of a kind, or "".
func factText(l planner.ShoppingLine, kind planner.FactKind) string {
	for _, f := range l.Facts {
		if f.Kind == kind {
			return f.Text
		}
	}
	return ""
}

func TestAnIgnoredFoodIsLeftOut(t *testing.T) {
	t.Parallel()
	lines := compute(t, planner.Input{Meals: []planner.Meal{soup}, Ignore: []string{"Onion", "anise"}})

	assert.Len(t, lines, 2)
	assert.NotContains(t, lines, "onions")
}

func TestAnOverrideDecides(t *testing.T) {
	t.Parallel()
	lots := []planner.Lot{{ID: 7, Name: "leek", Quantity: "100 g"}}
	for state, want := range map[planner.OverrideState]struct {
		quantity string
		fridge   []string
		buy      []string
		fact     string
	}{
		planner.HaveEnough: {"", []string{"100 g"}, []string{}, "You said that you have this, so you don't need to buy it."},
		planner.StillNeed:  {"", []string{}, []string{"300 g"}, "You said that you still need this, so nothing is taken from the fridge."},
		planner.BuyAmount:  {"1 kg", []string{"100 g"}, []string{"1 kg"}, "You decided to buy 1 kg."},
	} {
		override := planner.Override{Food: "Leeks", State: state, Quantity: want.quantity}
		leek := compute(t, planner.Input{Meals: []planner.Meal{soup}, Lots: lots, Overrides: []planner.Override{
			{Food: "leek", State: planner.BuyAmount, Quantity: "5 g"}, override, {Food: "caviar", State: planner.HaveEnough},
		}})["leek"]

		assert.Equal(t, want.fridge, shown(leek.FromFridge), state)
		assert.Equal(t, want.buy, shown(leek.ToBuy), state)
		assert.Equal(t, []string{"300 g"}, shown(leek.Need), state)
		assert.Equal(t, want.fact, factText(leek, planner.FactOverride))
		assert.Equal(t, &override, leek.Override)
	}
}

func TestAmountsAreShownInTheSystemAskedFor(t *testing.T) {
	t.Parallel()
	meal := planner.Meal{Recipe: "Mix", Lines: []planner.Line{
		{Name: "zorbel", Quantity: "1 cup"}, {Name: "quuxel", Quantity: "2 lb"}, {Name: "blipel", Quantity: "3 cloves"}, {Name: "frumel", Quantity: "3 EL"},
		{Name: "saffel", Quantity: "0.07 g"},
	}}
	for system, want := range map[planner.System][]string{
		planner.AsWritten: {"1 cup", "2 lb", "3 cloves", "3 metric tbsp", "1 g"},
		planner.Metric:    {"240 ml", "910 g", "3 cloves", "45 ml", "1 g"},
		planner.US:        {"1 cup", "2 lb", "3 cloves", "3½ tbsp", "1 g"},
	} {
		lines := compute(t, planner.Input{Meals: []planner.Meal{meal}, Units: system})
		for i, l := range meal.Lines {
			assert.Equal(t, []string{want[i]}, shown(lines[l.Name].ToBuy), "%s in %s", l.Name, system)
		}
	}
}

func TestAFoodThatTheUserCallsAStapleIsNotBought(t *testing.T) {
	t.Parallel()
	catalog := food.New([]food.Setting{{Name: "onion", Staple: true, Aisle: "Vegetables"}})

	onions := compute(t, planner.Input{Meals: []planner.Meal{soup}, Catalog: catalog})["onions"]

	assert.Empty(t, onions.ToBuy)
	assert.Equal(t, []string{"2"}, shown(onions.FromFridge))
	assert.Equal(t, "Vegetables", onions.Aisle)
	assert.Equal(t, "You have marked onions as a staple, which is always at home and never on the list.", factText(onions, planner.FactStaple))
}

func TestTheExplanationSaysForHowManyTheMealIsCooked(t *testing.T) {
	t.Parallel()
	meal := soup
	meal.Factor, meal.Servings, meal.RecipeServings = big.NewRat(3, 2), 6, 4

	leek := compute(t, planner.Input{Meals: []planner.Meal{meal}})["leek"]

	assert.Equal(t, "Soup needs 300 g of leek for 4 servings. 6 servings need 1½ times as much: 450 g.", factText(leek, planner.FactRecipe))
}

func TestTheExplanationSaysThatPartsMakeOneRecipe(t *testing.T) {
	t.Parallel()
	half := soup
	half.Factor = big.NewRat(1, 2)

	leek := compute(t, planner.Input{Meals: []planner.Meal{half, half}})["leek"]

	assert.Equal(t, "Soup needs 300 g of leek. It is planned 2 times, together one whole recipe: 300 g.", factText(leek, planner.FactRecipe))
}

func TestAnythingAtHomeIsEnoughForAPinch(t *testing.T) {
	t.Parallel()
	bread := planner.Meal{Recipe: "Bread", Lines: []planner.Line{{Name: "salt", Quantity: "1 pinch"}, {Name: "salt", Quantity: "10 g"}}}
	for stock, buy := range map[string][]string{"500 g": {}, "10 g": {"1 pinch"}, "1 jar": {"10 g"}, "2 pinches": {"10 g"}} {
		salt := compute(t, planner.Input{Meals: []planner.Meal{bread}, Lots: []planner.Lot{{Name: "salt", Quantity: stock}}})["salt"]

		assert.Equal(t, buy, shown(salt.ToBuy), stock)
	}
}

func TestWhatRemainsOfALotIsInItsOwnWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lot, need, remains string }{
		{"1 kg", "350 g", "0.65 kg"},
		{"1000 g", "350 g", "650 g"},
		{"6 Eier", "2", "6 Eier"}, // not understood as a quantity
		{"6", "2", "4"},
		{"6 Stück", "2", "4 Stück"},
		{"2 Pfund", "1 kg", ""},
		{"2 Pfund", "200 g", "1.6 Pfund"},
		{"about 500 g", "200 g", "about 300 g"},
		{"2-3 kg", "500 g", "1.5-2.5 kg"},
		{"2 cans (400 g)", "500 g", "300 g"},
		{"1 cup", "1/3 cup", "2/3 cup"},
		{"3 EL", "1 EL", "2 EL"},
		{"1 lb 2 oz", "2 oz", "1 lb"},
		{"1 cup plus 100 g", "50 g", "1 cup + 50 g"},
		{"some", "50 g", "some"},
	} {
		result := planner.Compute(planner.Input{
			Meals: []planner.Meal{{Recipe: "R", Lines: []planner.Line{{Name: "zorbel", Quantity: c.need}}}},
			Lots:  []planner.Lot{{ID: 3, Name: "zorbel", Quantity: c.lot}},
		})
		if c.lot == "6 Eier" {
			assert.Empty(t, result.Lots)
			continue
		}
		require.Len(t, result.Lots, 1, c.lot)
		assert.Equal(t, c.remains, result.Lots[0].Quantity, "%s less %s", c.lot, c.need)
		assert.Equal(t, c.remains == "", result.Lots[0].Empty)
	}
}

func TestALotWithoutQuantityStaysOneWithoutQuantity(t *testing.T) {
	t.Parallel()
	result := planner.Compute(planner.Input{Meals: []planner.Meal{soup}, Lots: []planner.Lot{{ID: 3, Name: "leek"}}})

	require.Len(t, result.Lots, 1)
	assert.Empty(t, result.Lots[0].Quantity)
	assert.False(t, result.Lots[0].Empty)
	assert.Equal(t, []string{"300 g"}, shown(result.Lots[0].Taken))
}

func TestComputeChangesNothingOfItsInput(t *testing.T) {
	t.Parallel()
	half := big.NewRat(1, 2)
	soup := soup
	soup.Factor = half
	in := planner.Input{Today: today, Meals: []planner.Meal{soup, soup}, Lots: []planner.Lot{
		{ID: 1, Name: "leek", Quantity: "1 kg"}, {ID: 2, Name: "leek", Quantity: "1 kg", BestBefore: today.AddDate(0, 0, 1)},
	}}
	first := describe(planner.Compute(in))

	assert.Equal(t, first, describe(planner.Compute(in)))
	assert.Equal(t, "1/2", half.String())
	assert.Equal(t, int64(1), in.Lots[0].ID)
}

func TestAHostilePlanIsComputedInItsTurn(t *testing.T) {
	t.Parallel()
	in := planner.Input{Today: today}
	for i := range 100 {
		m := planner.Meal{RecipeID: int64(i), Recipe: "R", Factor: big.NewRat(int64(i+1), int64(1000-i*7)), Date: today.AddDate(0, 0, i%7)}
		for j := range 200 {
			m.Lines = append(m.Lines, planner.Line{Name: strings.Repeat("x", j%20+1), Quantity: hostile[(i+j)%len(hostile)]})
		}
		in.Meals = append(in.Meals, m)
	}
	for i := range 1000 {
		in.Lots = append(in.Lots, planner.Lot{Name: strings.Repeat("x", i%20+1), Quantity: hostile[i%len(hostile)], BestBefore: today.AddDate(0, 0, i%9)})
	}
	assert.NotEmpty(t, planner.Compute(in).Lines)
}

// hostile are quantities that are hard to add up or to parse.
var hostile = []string{
	"1e999 g", "999999999999999 kg", "0.00000000000001 g", "97/98 cup", "89/97 lb", "1/7 EL", "83/89 imperial pint", "2-3 kg", "1.234 g", "2 cc",
	strings.Repeat("9", 200) + " g", "1/" + strings.Repeat("3", 200) + " cup", "2 × 400 g cans", "1 clove", "2 bunches", "3", "to taste", "", "2 glugs",
	"-5 g", "0 g", strings.Repeat("1 cup plus ", 100) + "1 cup", "½ l", "some", "plenty",
}
