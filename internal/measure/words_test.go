package measure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

func TestTheWordsBesidesNumberAndUnitStay(t *testing.T) {
	t.Parallel()
	assertTexts(t, []scaling{
		// After the number, in another unit.
		{"200 g drained", "1", measure.US, "7 oz (drained)"},
		{"200g (drained)", "1", measure.US, "7 oz (drained)"},
		{"2-3 cups, sifted", "1", measure.Metric, "470–700 ml (sifted)"},
		{"1 packed cup", "1", measure.Metric, "240 ml (packed)"},
		{"1 heaped tbsp", "1", measure.Metric, "1 metric tbsp (heaped)"},
		{"10 oz. package", "1", measure.Metric, "280 g (package)"},
		{"about 2 cups, packed", "1", measure.Metric, "about 470 ml (packed)"},
		{"3 gehäufte EL", "1", measure.US, "3 tbsp (gehäufte)"},
		{"2 cups", "1", measure.Metric, "470 ml"},
		{"2 c.", "1", measure.Metric, "470 ml"},
		// Before the number.
		{"up to 3 cups", "2", measure.AsWritten, "up to 6 cups"},
		{"up to 3 cups", "1", measure.Metric, "up to 700 ml"},
		{"at least 1 l", "2", measure.AsWritten, "at least 2 l"},
		{"at least 1 l", "1", measure.US, "at least 4¼ cups"},
		{"at least about 200 g", "2", measure.AsWritten, "at least about 400 g"},
		{"mindestens 500 g", "2", measure.AsWritten, "mindestens 1 kg"},
		{"au moins 2 gousses", "1/2", measure.AsWritten, "au moins 1 gousse"},
	})
}

func TestAnAmountPerPersonIsNotTheAmountOfTheRecipe(t *testing.T) {
	t.Parallel()
	for _, written := range []string{
		"120 g per person", "2 per person", "100 g pro Person", "80 g par personne", "100 g por persona", "100 g a persona", "1 pezzo a testa",
		"2 per persoon", "100 g mỗi người",
	} {
		for _, s := range []measure.System{measure.AsWritten, measure.US} {
			got := measure.Scale(quantity.Parse(written, ""), rat(t, "2"), s)
			assert.Equal(t, written, got.Text)
			assert.Equal(t, "2", got.Amounts[0].Times.RatString(), written)
		}
	}
}

func TestUnitsAreSingularOrPlural(t *testing.T) {
	t.Parallel()
	for _, c := range [][3]string{
		{"2 packs", "1/2", "1 pack"},
		{"1 thumb", "2", "2 thumbs"},
		{"1 container", "3", "3 containers"},
		{"2 pots", "1/2", "1 pot"},
		{"1 serving", "2", "2 servings"},
		{"2 squares", "1/2", "1 square"},
		{"2 large", "1/2", "1 large"},
		{"3 lbs", "1/3", "1 lb"},
		{"3 lbs", "2", "6 lbs"},
		{"1 inch piece", "2", "2 inch piece"},
		{"1 inch", "2", "2 inches"},
		{"1 Rolle", "2", "2 Rollen"},
		{"1 Beutel", "2", "2 Beutel"},
		{"1 Tasse", "2", "2 Tassen"},
		{"1 tasse", "2", "2 tasses"},
		{"1 paquet", "2", "2 paquets"},
		{"1 poignée", "2", "2 poignées"},
		{"2 cuillères à soupe", "1/2", "1 cuillère à soupe"},
		{"1 blik", "2", "2 blikken"},
		{"2 zakjes", "1/2", "1 zakje"},
		{"1 sobre", "2", "2 sobres"},
		{"1 puñado", "2", "2 puñados"},
		{"2 cucharadas soperas", "1/2", "1 cucharada sopera"},
		{"1 confezione", "2", "2 confezioni"},
		{"1 costa", "3", "3 coste"},
		{"1 nhánh", "2", "2 nhánh"},
	} {
		got := measure.Scale(quantity.Parse(c[0], ""), rat(t, c[1]), measure.AsWritten)
		assert.Equal(t, c[2], got.Text, "%s × %s", c[0], c[1])
	}
}
