package quantity_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/quantity"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		language, text string
		notation, unit string // of the first amount
	}{
		{"en", "2", "2", ""},
		{"en", "1 1/2 cups", "1+1/2", "cup"},
		{"en", "1½ c.", "1+1/2", "cup"},
		{"en", "1-1/2 T.", "1+1/2", "tbsp"},
		{"en", "1 t", "1", "tsp"},
		{"en", "¾ cup", "3/4", "cup"},
		{"en", "1⁄3 cup", "1/3", "cup"},
		{"en", "about 200 g", "~200", "g"},
		{"en", "2–3", "2-3", ""},
		{"en", "2 to 3 cloves", "2-3", "clove"},
		{"en", "200 g to 250 g", "200-250", "g"},
		{"en", "250/300 g", "250-300", "g"},
		{"en", "two and a half cups", "2+1/2", "cup"},
		{"en", "half a dozen", "6", ""},
		{"en", "1,200 g", "1200", "g"},
		{"en", "1,5 kg", "1+1/2", "kg"},
		{"en", ".25 oz", "1/4", "oz"},
		{"en", "4 fl. oz.", "4", "fl oz"},
		{"en", "1 imperial pint", "1", "imperial-pint"},
		{"en", "1 metric cup", "1", "metric-cup"},
		{"en", "2 Japanese cups", "2", "japanese-cup"},
		{"en", "1 Australian tablespoon", "1", "australian-tbsp"},
		{"en", "2 × 400 g cans", "2x400", "g"},
		{"en", "2x400g", "2x400", "g"},
		{"en", "1 can (400 g)", "1", "can"},
		{"en", "1 (14-oz) can", "1", "can"},
		{"en", "2 33cl bottles", "2", "bottle"},
		{"en", "1 cup (240 ml)", "1", "cup"},
		{"en", "1 (about 150 g)", "1", ""},
		{"de", "2 Zehen (10 g)", "2", "clove"},
		{"de", "2 (Größe M)", "2", ""},
		{"en", "a pinch", "1", "pinch"},
		{"en", "pinch", "", "pinch"},
		{"en", "3 large", "3", ""},
		{"en", "180 °C", "180", "°C"},
		{"en", "2 inches", "2", "inch"},
		{"de", "2 EL", "2", "metric-tbsp"},
		{"de", "1,5 l", "1+1/2", "l"},
		{"de", "1.200 g", "1200", "g"},
		{"de", "1.250 kg", "1+1/4", "kg"},
		{"de", "ein halbes Pfund", "1/2", "metric-pound"},
		{"fr", "2 c. à s.", "2", "metric-tbsp"},
		{"fr", "1 200 g", "1200", "g"},
		{"fr", "une demi-douzaine", "6", ""},
		{"fr", "une dizaine", "~10", ""},
		{"fr", "2 boîtes de 400 g", "2", "can"},
		{"nl", "2 ons", "2", "hg"},
		{"nl", "anderhalve liter", "1+1/2", "l"},
		{"es", "kilo y medio", "1+1/2", "kg"},
		{"es", "unos 200 g", "~200", "g"},
		{"it", "un etto e mezzo", "1+1/2", "hg"},
		{"it", "da 4 a 5 cucchiai", "4-5", "metric-tbsp"},
		{"vi", "1 chén rưỡi", "1+1/2", "bowl"},
		{"vi", "2 muỗng canh", "2", "metric-tbsp"},
		{"vi", "2 muo\u0302\u0303ng canh", "2", "metric-tbsp"}, // decomposed
		{"", "2 EL", "2", "metric-tbsp"},
		{"", "3 cucchiai", "3", "metric-tbsp"},
		{"", "2 cups", "2", "cup"},
	} {
		q := quantity.Parse(c.text, c.language)
		notation, unit := q.Notation()
		assert.True(t, q.Understood(), c.text)
		assert.Equal(t, c.notation, notation, c.text)
		assert.Equal(t, c.text, q.Text)
		if c.unit == "" {
			assert.Nil(t, unit, c.text)
		} else if assert.NotNil(t, unit, c.text) {
			assert.Equal(t, c.unit, unit.Key, c.text)
		}
	}
}

func TestATextWithoutMeasureIsUnderstood(t *testing.T) {
	t.Parallel()
	for text, language := range map[string]string{
		"": "en", "  ": "", "to taste": "en", "some": "en", "plenty": "en", "nach Geschmack": "de", "au goût": "", "naar smaak": "nl",
		"al gusto": "es", "q.b.": "it", "vừa đủ": "vi", "lots": "", "reichlich": "", "genug": "", "beaucoup": "", "mucho": "", "abbondante": "",
		"veel": "", "nhiều": "", "à votre goût": "", "zum Bestreuen": "",
	} {
		q := quantity.Parse(text, language)
		assert.True(t, q.Indefinite, text)
		assert.True(t, q.Understood(), text)
		assert.Empty(t, q.Total(), text)
	}
}

func TestWhatIsNotUnderstoodStaysVerbatim(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"whatever is left from Sunday", "2 cups and what you have", "2 apples and a pear in 3 pieces", "1/0 cup", "7-up", "%", "a lot of love",
		"99999999999999999999 g", "2-4% of it", "1.2.3.4",
	} {
		q := quantity.Parse(text, "en")
		assert.Equal(t, text, q.Text)
		assert.False(t, q.Understood(), text)
		assert.Empty(t, q.Total(), text)
	}

	q := quantity.Parse("2 glugs", "en")
	assert.False(t, q.Understood())
	assert.Equal(t, "glugs", q.UnitText)
	assert.Equal(t, "2", q.Amount.String())
}

func TestNumbersAreExact(t *testing.T) {
	t.Parallel()
	third := quantity.Parse("1/3 cup", "en").Amount
	assert.Zero(t, third.Times(big.NewRat(3, 1)).Min.Cmp(big.NewRat(1, 1)))

	for _, c := range []struct{ text, total string }{
		{"2 × 400 g cans", "800 g"}, {"1 can (400 g)", "400 g"}, {"2-3 cans (400 g)", "800-1200 g"}, {"2 latas de 400 g", "800 g"},
		{"2 Dosen (à 400 g)", "800 g"}, {"2 Dosen (je 400 g)", "800 g"}, {"2 Dosen je 400 g", "800 g"}, {"2 Dosen zu 400 g", "800 g"},
		{"2 Dosen zu je 400 g", "800 g"}, {"2 boîtes (de 400 g)", "800 g"}, {"2 scatole (da 400 g)", "800 g"}, {"2 blikken (elk 400 g)", "800 g"},
		{"1 cup plus 2 tbsp", "1.125 cup"}, {"1 cup / 240 ml", "1 cup"}, {"1 tbsp + 1 tsp", "1+1/3 tbsp"}, {"1 lb 2 oz", "1.125 lb"},
	} {
		language := ""
		total := quantity.Parse(c.text, language).Total()
		require.Len(t, total, 1, c.text)
		notation := quantity.Quantity{Amount: total[0].Amount}
		assert.Equal(t, numbers(c.total[:len(c.total)-len(total[0].Unit.Key)-1]), numbers(notation.Amount.String()), c.text)
	}
	assert.Len(t, quantity.Parse("1 cup plus 100 g", "en").Total(), 2)
}

// TestTheSizesOfUnits compares the table of units with their definitions: the pound and yard of 1959, the US gallon (231 cubic
// inches), the imperial gallon (4.54609 l), and the metric, Australian and Japanese kitchen measures.
func TestTheSizesOfUnits(t *testing.T) {
	t.Parallel()
	for key, size := range map[string]string{
		"mg": "1/1000", "g": "1", "hg": "100", "kg": "1000", "metric-pound": "500", "lb": "453.59237", "oz": "28.349523125",
		"ml": "1", "cl": "10", "dl": "100", "l": "1000", "metric-tsp": "5", "metric-tbsp": "15", "metric-cup": "250",
		"gallon": "3785.411784", "quart": "946.352946", "pint": "473.176473", "cup": "236.5882365", "fl oz": "29.5735295625",
		"tbsp": "14.78676478125", "tsp": "4.92892159375", "imperial-fl oz": "28.4130625", "imperial-cup": "284.130625",
		"imperial-pint": "568.26125", "imperial-quart": "1136.5225", "imperial-gallon": "4546.09", "australian-tbsp": "20",
		"japanese-cup": "200", "dessertspoon": "10", "cm": "1", "mm": "0.1", "inch": "2.54",
	} {
		want, _ := new(big.Rat).SetString(size)
		require.Zero(t, want.Cmp(quantity.ByKey(key).Size()), key)
	}
	require.Nil(t, quantity.ByKey("clove").Size())
}

func TestConvert(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ x, from, to, want string }{
		{"1", "cup", "tbsp", "16"}, {"1", "tbsp", "tsp", "3"}, {"1", "gallon", "cup", "16"}, {"1", "gallon", "l", "3.785411784"},
		{"1", "lb", "oz", "16"}, {"1", "lb", "g", "453.59237"}, {"1", "imperial-pint", "imperial-fl oz", "20"},
		{"1", "imperial-gallon", "imperial-quart", "4"}, {"1.5", "kg", "hg", "15"}, {"1", "metric-pound", "g", "500"},
		{"1", "australian-tbsp", "metric-tsp", "4"}, {"1", "japanese-cup", "dl", "2"}, {"1", "inch", "mm", "25.4"},
		{"212", "°F", "°C", "100"}, {"-40", "°C", "°F", "-40"}, {"2", "clove", "clove", "2"},
	} {
		x, _ := new(big.Rat).SetString(c.x)
		want, _ := new(big.Rat).SetString(c.want)
		got, err := quantity.Convert(x, quantity.ByKey(c.from), quantity.ByKey(c.to))
		require.NoError(t, err)
		assert.Zero(t, want.Cmp(got), "%s %s is %s %s", c.x, c.from, got, c.to)
	}
	for _, c := range [][2]string{{"g", "ml"}, {"clove", "head"}, {"can", "g"}, {"cup", "glass"}} {
		_, err := quantity.Convert(big.NewRat(1, 1), quantity.ByKey(c[0]), quantity.ByKey(c[1]))
		assert.Error(t, err, c)
	}
}
