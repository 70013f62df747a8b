package planner_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/planner"
)

// buy returns the line for one ingredient with this quantity.
func buy(t *testing.T, quantity string, lots ...planner.Lot) planner.ShoppingLine {
	t.Helper()
	meal := planner.Meal{Recipe: "Meal", Lines: []planner.Line{{Name: "zorbel", Quantity: quantity}}}
	return compute(t, planner.Input{Meals: []planner.Meal{meal}, Lots: lots})["zorbel"]
}

func TestWhatIsBoughtIsRoundedUpToTheNextStep(t *testing.T) {
	t.Parallel()
	for need, want := range map[string]string{
		"7.2 g": "8 g", "8 g": "8 g", "9.5 ml": "10 ml", "31 g": "35 g", "96 ml": "100 ml", "95 g": "95 g", "101 g": "110 g", "433 ml": "440 ml",
		"991 g": "1 kg", "1433 g": "1.45 kg", "1.01 l": "1.05 l", "0.123 kg": "130 g", "3.33 dl": "3.4 dl", "2.05 cl": "2.5 cl", "1 1/3 Pfund": "670 g",
		"12 mg": "1 g", "1.11 hg": "120 g", "0.3 tsp": "½ tsp", "0.8 tbsp": "1 tbsp", "1.1 cups": "1¼ cups", "1.1 lb": "1¼ lb", "3.2 oz": "3½ oz",
		"1.2 fl oz": "1½ fl oz", "2.1 pints": "2¼ pints", "1/3 EL": "½ metric tbsp", "1.37": "2", "2.3 cloves": "3 cloves", "1/2 pinch": "1 pinch",
		"1/3 quart": "⅓ quart", "2.5 cm": "2.5 cm", "1 can (400 g)": "400 g (1 can of 400 g)", "1.5 × 400 g": "800 g (2 packs of 400 g)",
		"2-3 kg": "3 kg", "0 g": "",
	} {
		got := ""
		if l := buy(t, need); len(l.ToBuy) > 0 {
			got = l.ToBuy[0].Text
		}
		assert.Equal(t, want, got, need)
	}
}

func TestATextIsCoveredOnlyByALotOfUnknownAmount(t *testing.T) {
	t.Parallel()
	l := buy(t, "2 glugs", planner.Lot{ID: 4, Name: "zorbel", Quantity: "500 ml"})
	assert.Equal(t, []string{"2 glugs"}, shown(l.ToBuy))
	assert.Equal(t, "You have 500 ml of zorbel. It can't be compared with “2 glugs”, so it isn't subtracted.", factText(l, planner.FactLotNotUsed))
	assert.Equal(t, planner.Incomplete, l.Confidence)

	l = buy(t, "2 glugs", planner.Lot{ID: 4, Name: "zorbel", Quantity: "some"})
	assert.Empty(t, l.ToBuy)
	assert.Equal(t, "You have zorbel, “some”. The amount is unknown, so it counts as enough for “2 glugs”.", factText(l, planner.FactAmountUnknown))
}

func TestASpoiltLotIsNotAlsoComparedInVain(t *testing.T) {
	t.Parallel()
	l := buy(t, "20 g", planner.Lot{ID: 4, Name: "zorbel", Quantity: "1 bunch", BestBefore: today.AddDate(0, 0, -1)})

	var because []string
	for _, f := range l.Facts {
		if f.Kind == planner.FactLotNotUsed {
			because = append(because, f.Because)
		}
	}
	assert.Equal(t, []string{planner.SpoilsBeforeMeal}, because)
}
