package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/quantity"
)

// TestShapesOfLines tests forms of lines that the labeled lines don't have.
func TestShapesOfLines(t *testing.T) {
	t.Parallel()
	for _, l := range []label{
		{"en", "1 3- to 4-pound chicken", "1", "", "chicken", "", "3- to 4-pound"},
		{"en", "1 2-inch piece fresh ginger, peeled", "1", "piece", "fresh ginger", "peeled", "2-inch"},
		{"en", "1-inch piece of ginger", "1", "inch", "ginger", "", "piece"},
		{"en", "a 400g tin of chickpeas, drained and rinsed", "1", "can", "chickpeas", "drained and rinsed", "400g"},
		{"en", "two 8-ounce packages cream cheese, softened", "2", "packet", "cream cheese", "softened", "8-ounce"},
		{"en", "4 6-ounce salmon fillets", "4", "", "salmon fillets", "", "6-ounce"},
		{"en", "1 cup heavy (whipping) cream", "1", "cup", "heavy cream", "", "whipping"},
		{"en", "a dash or two of Tabasco", "1-2", "dash", "tabasco", "", ""},
		{"en", "between 2 and 3 cups milk", "2-3", "cup", "milk", "", ""},
		{"en", "2 large, ripe bananas", "2", "", "bananas", "", "large; ripe"},
		{"en", "2-4% sea salt", "", "", "2-4% sea salt", "", ""},
		{"en", "7-up", "", "", "7-up", "", ""},
		{"en", "For the sauce: 2 onions", "2", "", "onions", "", "For the sauce"},
		{"en", "Juice from 1 lime", "1", "", "lime", "Juice", ""},
		{"en", "1kg/2lb 4oz potatoes", "1", "kg", "potatoes", "", "2lb 4oz"},
		{"en", "30g+ butter", "30", "g", "butter", "", "+"},
		{"en", "10 fresh basil leaves, torn", "10", "leaf", "fresh basil", "torn", ""},
		{"en", "2 medium or 1 large onion", "2", "", "onion", "", "medium or 1 large"},
		{"en", "small can tomatoes", "", "can", "tomatoes", "", "small"},
		{"en", "5cm/2in piece fresh ginger, grated", "5", "cm", "fresh ginger", "grated", "2in piece"},
		{"de", "1 große Zwiebel(n), gewürfelt", "1", "", "zwiebel", "gewürfelt", "große"},
		{"de", "2 Zehe/n Knoblauch", "2", "clove", "knoblauch", "", ""},
		{"de", "2 Dosen à 400 g gehackte Tomaten", "2", "can", "gehackte tomaten", "", "400 g"},
		{"de", "abgeriebene Schale einer halben Zitrone", "1/2", "", "zitrone", "abgeriebene Schale", ""},
		{"de", "1 halber TL Kurkuma", "1/2", "tsp", "kurkuma", "", ""},
		{"fr", "1 litre 1/2 d'eau", "1+1/2", "l", "eau", "", ""},
		{"fr", "1 demi-botte de coriandre", "1/2", "bunch", "coriandre", "", ""},
		{"fr", "100 g de parmesan fraîchement râpé", "100", "g", "parmesan", "fraîchement râpé", ""},
		{"nl", "een stukje gember (3 cm), geraspt", "1", "piece", "gember", "geraspt", "3 cm"},
		{"nl", "1 volle theelepel bakpoeder", "1", "tsp", "bakpoeder", "", "volle"},
		{"es", "taza y media de leche", "1+1/2", "cup", "leche", "", ""},
		{"es", "1 rama de canela", "1", "stick", "canela", "", ""},
		{"es", "sal c/n", "", "", "sal", "", "c/n"},
		{"it", "2 confezioni di mascarpone da 250 g", "2", "packet", "mascarpone", "", "250 g"},
		{"it", "dai 4 ai 6 pomodori", "4-6", "", "pomodori", "", ""},
		{"vi", "hành lá 2 nhánh", "2", "sprig", "hành lá", "", ""},
		{"vi", "1 khúc gừng 5 cm", "1", "piece", "gừng", "", "5 cm"},
	} {
		got := quantity.ParseLine(l.line, l.language)
		notation, _ := got.Quantity.Notation()
		assert.Equal(t, correctFields{true, true, true, true}, compareLabel(l, got), "%s: %s, %+v", l.line, notation, got)
	}
}

func TestParseLinesGivesAnUnclearLineTheLanguageOfTheOthers(t *testing.T) {
	t.Parallel()
	lines := []string{"2 el sojasaus", "1 teentje knoflook, geperst", "een snufje zout", "2 ons kaas"}
	for _, l := range quantity.ParseLines(lines, "") {
		require.Equal(t, "nl", l.Language)
	}
	mixed := quantity.ParseLines([]string{"2 Zehen Knoblauch, gepresst", "2 cucharadas de aceite", "1 gousse d'ail hachée"}, "")
	require.Equal(t, []string{"de", "es", "fr"}, []string{mixed[0].Language, mixed[1].Language, mixed[2].Language})
}

func TestTheSizeOfUnitsDependsOnLanguageAndCountry(t *testing.T) {
	t.Parallel()
	for line, key := range map[string]string{
		"en: 1 cup flour": "cup", "en: 1 metric cup flour": "metric-cup", "en: 1 imperial pint milk": "imperial-pint",
		"en: 1 US cup flour": "cup", "de: 1 Tasse Mehl": "metric-cup", "fr: 1 c. à s. d'huile": "metric-tbsp", "en: 2 tbsp oil": "tbsp",
	} {
		require.Equal(t, key, quantity.ParseLine(line[4:], line[:2]).Quantity.Unit.Key, line)
	}
}

func TestAVeryLongLineIsAName(t *testing.T) {
	t.Parallel()
	long := "1 cup"
	for range 600 {
		long += " of"
	}
	l := quantity.ParseLine(long, "en")
	require.Equal(t, long, l.Name)
	require.Len(t, l.Parts, 1)
}
