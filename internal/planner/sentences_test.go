package planner_test

import (
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/planner"
)

// sentences returns the texts of the facts of a kind.
func sentences(l planner.ShoppingLine, kind planner.FactKind) []string {
	var all []string
	for _, f := range l.Facts {
		if f.Kind == kind {
			all = append(all, f.Text)
		}
	}
	return all
}

// need returns the line of a food for one meal of a recipe, which has the ingredients in pairs of quantity and name.
func need(t *testing.T, foodName string, lots []planner.Lot, ingredients ...string) planner.ShoppingLine {
	t.Helper()
	m := planner.Meal{Recipe: "Meal"}
	for i := 0; i < len(ingredients); i += 2 {
		m.Lines = append(m.Lines, planner.Line{Quantity: ingredients[i], Name: ingredients[i+1]})
	}
	return compute(t, planner.Input{Meals: []planner.Meal{m}, Lots: lots, Today: today})[foodName]
}

func TestEveryOtherNameOfAFoodIsStated(t *testing.T) {
	t.Parallel()
	butter := need(t, "Butter", nil, "100 g", "Butter", "50 g", "boter", "200 g", "bơ")
	assert.Equal(t, []string{
		"“boter” and “Butter” count as one food, named in two languages.", "“bơ” and “Butter” count as one food, named in two languages.",
	}, sentences(butter, planner.FactSameFood))

	salt := need(t, "Salz", nil, "1 TL", "Salz", "1 pincée", "sel", "1 pizzico", "sale")
	assert.Equal(t, []string{"“sel” and “Salz” both count as “salt”.", "“sale” and “Salz” both count as “salt”."}, sentences(salt, planner.FactSameFood))

	assert.Empty(t, sentences(need(t, "Tomaten", nil, "1", "Tomaten", "1", "Tomate"), planner.FactSameFood))
	assert.Empty(t, sentences(need(t, "leaf lettuce", nil, "1", "leaf lettuce", "1", "leaf lettuces"), planner.FactSameFood))
}

func TestNumbersAreThoseOfACook(t *testing.T) {
	t.Parallel()
	third := planner.Meal{Recipe: "Meal", Factor: big.NewRat(1, 7), Lines: []planner.Line{{Name: "flour", Quantity: "1 kg"}, {Name: "lemons", Quantity: "8-9"}}}
	lines := compute(t, planner.Input{Meals: []planner.Meal{third}})
	assert.Equal(t, []string{"142.8571 g"}, shown(lines["flour"].Need))
	assert.Equal(t, []string{"1 1/7–1 2/7"}, shown(lines["lemons"].Need))
	assert.Equal(t, []string{"333⅓ g"}, shown(need(t, "zorbel", nil, "1/3 kg", "zorbel").Need))
	assert.Equal(t, []string{"156.4063 g"}, shown(need(t, "butter", nil, "7 1/2 tbsp", "butter", "50 g", "butter").Need))
}

func TestWhatIsTakenIsInThePlainerUnit(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"1 lb", "225 g", "You have 1 lb of zorbel. The plan uses 225 g."},
		{"3 cups", "3 tbsp", "You have 3 cups of zorbel. The plan uses 3 tbsp."},
		{"250 ml", "½ cup", "You have 250 ml of zorbel. The plan uses ½ cup."},
		{"1 kg", "450 g", "You have 1 kg of zorbel. The plan uses 450 g."},
		{"2 cups", "250 ml", "You have 2 cups of zorbel. The plan uses 250 ml."},
	} {
		l := buy(t, c[1], planner.Lot{ID: 1, Name: "zorbel", Quantity: c[0]})
		assert.Equal(t, c[2], factText(l, planner.FactLot))
	}
	garlic := need(t, "garlic", []planner.Lot{{Name: "garlic", Quantity: "300 g"}}, "5 cloves", "garlic")
	assert.Equal(t, "You have 300 g of garlic. The plan uses 15 g.", factText(garlic, planner.FactLot), "pieces and weights differ")
}

func TestSentencesAboutLotsAreGrammatical(t *testing.T) {
	t.Parallel()
	old := today.AddDate(0, 0, -1)
	tomatoes := need(t, "tomatoes", []planner.Lot{{Name: "tomatoes", Quantity: "4", BestBefore: old}}, "3", "tomatoes")
	assert.Equal(t, "You have 4 tomatoes, good until "+written(old)+": too old for Meal on "+written(today)+".", factText(tomatoes, planner.FactLotNotUsed))

	salt := need(t, "salt", []planner.Lot{{Name: "salt", Quantity: "some"}}, "", "salt")
	assert.Equal(t, "You have salt, “some”. The amount is unknown, so it counts as enough.", factText(salt, planner.FactAmountUnknown))

	meal := planner.Meal{Recipe: "Meal", Lines: []planner.Line{{Name: "garlic", Quantity: "2 cloves"}}}
	garlic := compute(t, planner.Input{Meals: []planner.Meal{meal, meal}, Lots: []planner.Lot{{Name: "garlic", Quantity: "1 head"}}})["garlic"]
	assert.Equal(t, "You have 1 head of garlic. It can't be compared with 4 cloves, so it isn't subtracted.", factText(garlic, planner.FactLotNotUsed))
}

func TestForeignNumberWordsAreTranslated(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Meal needs une dizaine of oeufs, that is 10.", factText(need(t, "oeufs", nil, "une dizaine", "oeufs"), planner.FactRecipe))
	assert.Equal(t, "Meal needs two eggs.", factText(need(t, "eggs", nil, "two", "eggs"), planner.FactRecipe))
}

func TestADensityCanBeRecalculated(t *testing.T) {
	t.Parallel()
	milk := need(t, "coconut milk", nil, "1 l", "coconut milk", "200 g", "coconut milk")
	assert.Equal(t, []string{
		"1 l of coconut milk weighs 955.2461 g (USDA SR21 12118, Nuts, coconut milk, canned (liquid expressed from grated meat and water): 1 cup = 226 g).",
		"1 cup (US) is 236.5882365 ml.",
	}, sentences(milk, planner.FactConversion))
	butter := need(t, "butter", nil, "2 EL", "butter", "200 g", "butter")
	assert.Contains(t, sentences(butter, planner.FactConversion), "1 metric tbsp is 15 ml.")
	assert.Contains(t, sentences(butter, planner.FactConversion), "1 cup (US) is 236.5882365 ml.")
}

func TestTheExplanationUsesTheNameOfTheRecipe(t *testing.T) {
	t.Parallel()
	catalog := food.New([]food.Setting{{Name: "zucchini", PieceWeight: big.NewRat(200, 1)}})
	meal := planner.Meal{Recipe: "Meal", Lines: []planner.Line{{Name: "zucchini", Quantity: "2"}, {Name: "zucchini", Quantity: "100 g"}}}
	zucchini := compute(t, planner.Input{Meals: []planner.Meal{meal}, Catalog: catalog})["zucchini"]
	assert.Equal(t, "1 piece of zucchini weighs 200 g (your setting: 1 piece = 200 g).", factText(zucchini, planner.FactConversion))
}

func TestAStickOfButterHasAWeight(t *testing.T) {
	t.Parallel()
	butter := need(t, "butter", nil, "2 sticks", "butter", "100 g", "butter")
	assert.Equal(t, []string{"326 g"}, shown(butter.Need))
}

func TestTheReasonForAmountsApartIsTrue(t *testing.T) {
	t.Parallel()
	for _, c := range [][4]string{
		{"olive oil", "1 glass", "2 tbsp", "1 glass and 2 tbsp are not added up, because one glass of olive oil has no exact weight."},
		{"ginger", "5 cm", "20 g", "5 cm and 20 g are not added up, because it is unknown how much 1 cm of ginger weighs."},
		{"cabbage", "1 bunch", "2 heads", "1 bunch and 2 heads are not added up, because they are counted in different units."},
	} {
		assert.Equal(t, c[3], factText(need(t, c[0], nil, c[1], c[0], c[2], c[0]), planner.FactNotAdded))
	}
}

func TestARecipeWithoutServingsIsMentionedOnce(t *testing.T) {
	t.Parallel()
	meal := planner.Meal{Recipe: "Meal", AsWritten: true, Servings: 3, Lines: []planner.Line{{Name: "eggs", Quantity: "2"}, {Name: "eggs", Quantity: "1 large"}}}
	eggs := compute(t, planner.Input{Meals: []planner.Meal{meal}})["eggs"]
	assert.Equal(t, []string{"Meal doesn't say how many servings it makes, so it counts once, as written, for any number of servings."},
		sentences(eggs, planner.FactAsWritten))
}

func TestARemainderBelowOneHasNoEmptyDecimal(t *testing.T) {
	t.Parallel()
	for lot, want := range map[string]string{"1 kg": "0.625 kg", "2 kg": "1.6250 kg"} { // 1.625 may be more than a thousand
		result := planner.Compute(planner.Input{
			Meals: []planner.Meal{{Recipe: "R", Lines: []planner.Line{{Name: "zorbel", Quantity: "375 g"}}}},
			Lots:  []planner.Lot{{ID: 3, Name: "zorbel", Quantity: lot}},
		})
		assert.Equal(t, want, result.Lots[0].Quantity)
	}
}

func written(day time.Time) string { return day.Format("2 January 2006") }
