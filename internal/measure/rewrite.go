package measure

import (
	"strings"
	"unicode"

	"github.com/ocipe/ocipe/internal/quantity"
)

// rewrite returns the text of a quantity with another number. The words after the number stay, but the unit becomes singular or plural.
func rewrite(q quantity.Quantity, m quantity.Measure) string {
	written := strings.TrimSuffix(q.Text, q.Rest)
	about := m.Amount.About
	m.Amount.About = false
	number := Number(m)
	if hasDecimalComma(written) {
		number = strings.ReplaceAll(number, ".", ",")
	}
	if about {
		number = aboutOf(written) + number
	}
	unit := q.UnitText
	if q.Multiplied { // 2 × 400 g cans
		unit = q.Rest[strings.LastIndexByte(q.Rest, ' ')+1:]
	}
	return number + inflect(q.Rest, unit, m.Amount.Max.Cmp(one) > 0)
}

// aboutOf returns the word for "about" before a number, with the space between them. It is empty if the word follows the number.
func aboutOf(written string) string {
	if i := strings.IndexFunc(written, unicode.IsNumber); i >= 0 {
		return written[:i]
	}
	return "about "
}

// hasDecimalComma reports whether a number is written as "1,5".
func hasDecimalComma(number string) bool {
	_, places, found := strings.Cut(number, ",")
	return found && len(places) > 0 && len(places) < 3 && places[0] >= '0' && places[0] <= '9'
}

// inflect replaces the unit in a text by its singular or plural, if the unit is known.
func inflect(text, unit string, many bool) string {
	w, ok := unitForms[unit]
	if !ok {
		return text
	}
	if form := w.form(many); form != unit {
		return strings.Replace(text, unit, form, 1)
	}
	return text
}

// forms are the singular and the plural of a unit.
type forms struct{ one, many string }

func (f forms) form(many bool) string {
	if many {
		return f.many
	}
	return f.one
}

// unitForms has the forms of units by each form, in lower case and with a capital letter. Words whose plural is the same are left out.
var unitForms = makeUnitForms()

// unitPairs lists the singular and plural of units that aren't abbreviated. Words that mean something else in another language are left
// out.
var unitPairs = strings.Fields(`
cup cups teaspoon teaspoons tablespoon tablespoons ounce ounces pound pounds pint pints quart quarts gallon gallons gram grams
piece pieces clove cloves bunch bunches slice slices rasher rashers strip strips stick sticks stalk stalks rib ribs head heads bulb bulbs
sprig sprigs leaf leaves ear ears pod pods can cans tin tins jar jars packet packets package packages envelope envelopes sachet sachets
bag bags box boxes carton cartons tub tubs punnet punnets bottle bottles block blocks bar bars ball balls loaf loaves roll rolls
sheet sheets cube cubes pinch pinches dash dashes drop drops splash splashes drizzle drizzles knob knobs handful handfuls spoon spoons
glass glasses mug mugs bowl bowls shot shots inch inches
tasse tassen zehe zehen scheibe scheiben stange stangen dose dosen packung packungen päckchen päckchen flasche flaschen knolle knollen
kopf köpfe zweig zweige blatt blätter prise prisen messerspitze messerspitzen tüte tüten kugel kugeln tafel tafeln
gousse gousses tranche tranches boîte boîtes pincée pincées feuille feuilles brin brins botte bottes sachet sachets cuillère cuillères
teen tenen teentje teentjes snufje snufjes blikje blikjes plakje plakjes takje takjes eetlepel eetlepels theelepel theelepels kopje kopjes
diente dientes cucharada cucharadas cucharadita cucharaditas taza tazas pizca pizcas lata latas rebanada rebanadas hoja hojas ramita ramitas
spicchio spicchi cucchiaio cucchiai cucchiaino cucchiaini fetta fette pizzico pizzichi foglia foglie bicchiere bicchieri rametto rametti
scatola scatole mazzetto mazzetti bustina bustine etto etti
`)

func makeUnitForms() map[string]forms {
	all := map[string]forms{}
	for i := 0; i < len(unitPairs); i += 2 {
		f := forms{unitPairs[i], unitPairs[i+1]}
		capital := forms{capitalize(f.one), capitalize(f.many)}
		all[f.one], all[f.many], all[capital.one], all[capital.many] = f, f, capital, capital
	}
	return all
}

func capitalize(word string) string {
	r := []rune(word)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
