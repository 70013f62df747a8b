package measure

import (
	"maps"
	"strings"
	"unicode"
)

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

// germanPairs lists the singular and plural of German units that aren't abbreviated. If another language has the same word, the German one
// is the one with a capital letter.
var germanPairs = strings.Fields(`
tasse tassen kelle kellen schale schalen zehe zehen scheibe scheiben stange stangen staude stauden dose dosen büchse büchsen
packung packungen paket pakete flasche flaschen knolle knollen kopf köpfe zweig zweige stiel stiele blatt blätter faden fäden
schote schoten prise prisen messerspitze messerspitzen tüte tüten schachtel schachteln kugel kugeln tafel tafeln laib laibe
rolle rollen platte platten
`)

// unitPairs lists the singular and plural of units in the other languages. Words with different plurals in two languages are left out.
var unitPairs = strings.Fields(`
cup cups teaspoon teaspoons tablespoon tablespoons dessertspoon dessertspoons ladle ladles ounce ounces pound pounds pint pints quart quarts
gallon gallons gram grams litre litres piece pieces clove cloves bunch bunches slice slices rasher rashers strip strips stick sticks
stalk stalks rib ribs head heads bulb bulbs sprig sprigs twig twigs leaf leaves ear ears pod pods strand strands
thread threads thumb thumbs can cans tin tins jar jars packet packets package packages pack packs pouch pouches envelope envelopes
sachet sachets bag bags box boxes carton cartons tub tubs container containers punnet punnets bottle bottles block blocks bar bars
ball balls loaf loaves roll rolls sheet sheets cube cubes pinch pinches dash dashes drop drops splash splashes drizzle drizzles
knob knobs handful handfuls spoon spoons serving servings scoop scoops
square squares batch batches glass glasses mug mugs bowl bowls shot shots inch inches
gousse gousses tranche tranches rondelle rondelles boîte boîtes pincée pincées feuille feuilles brin brins branche branches tige tiges
botte bottes bouquet bouquets morceau morceaux bâton bâtons paquet paquets barquette barquettes bouteille bouteilles brique briques
plaque plaques tablette tablettes boule boules goutte gouttes poignée poignées noisette noisettes louche louches verre verres
tasse tasses cuillère cuillères cuillerée cuillerées
teen tenen teentje teentjes snufje snufjes blik blikken blikje blikjes potje potjes pak pakken pakje pakjes zakje zakjes zak zakken plak plakken
plakje plakjes sneetje sneetjes takje takjes tak takken bos bossen bosje bosjes blaadje blaadjes stukje stukjes stokje stokjes
stronk stronken krop kroppen bakje bakjes beker bekers fles flessen flesje flesjes doosje doosjes blok blokken blokje blokjes reep repen
vel vellen mespunt mespunten mespuntje mespuntjes druppel druppels scheutje scheutjes klontje klontjes handje handjes lepel lepels
eetlepel eetlepels theelepel theelepels theelepeltje theelepeltjes glaasje glaasjes kopje kopjes kom kommen
diente dientes cuchara cucharas cucharada cucharadas cucharadita cucharaditas sopera soperas taza tazas copa copas pizca pizcas
pellizco pellizcos lata latas rebanada rebanadas rodaja rodajas loncha lonchas hoja hojas rama ramas ramita ramitas tallo tallos
manojo manojos trozo trozos unidad unidades pieza piezas cabeza cabezas vaina vainas tira tiras bote botes tarro tarros sobre sobres
paquete paquetes bolsa bolsas caja cajas brik briks botella botellas barra barras tableta tabletas cubito cubitos lámina láminas
gota gotas chorro chorros chorrito chorritos puñado puñados nuez nueces
spicchio spicchi cucchiaio cucchiai cucchiaino cucchiaini mestolo mestoli fetta fette fettina fettine striscia strisce pizzico pizzichi
presa prese foglia foglie bicchiere bicchieri tazza tazze ciotola ciotole rametto rametti ciuffo ciuffi gambo gambi costa coste
pezzo pezzi scatola scatole scatoletta scatolette lattina lattine barattolo barattoli vasetto vasetti mazzo mazzi mazzetto mazzetti
bustina bustine busta buste confezione confezioni pacco pacchi pacchetto pacchetti vaschetta vaschette bottiglia bottiglie
panetto panetti tavoletta tavolette palla palle rotolo rotoli foglio fogli cubetto cubetti goccia gocce spruzzo spruzzi filo fili
noce noci manciata manciate testa teste etto etti
`)

// plurals lists plurals whose singular has different plurals in two languages or may stay as it is: "2 pot" may be Dutch, "2 lb" is right.
var plurals = strings.Fields(`
lb lbs pot pots bol bols nest nests
`)

func makeUnitForms() map[string]forms {
	all := map[string]forms{}
	addPairs(all, germanPairs)
	german := maps.Clone(all)
	addPairs(all, unitPairs)
	for word, f := range german {
		if unicode.IsUpper([]rune(word)[0]) {
			all[word] = f
		}
	}
	for i := 0; i < len(plurals); i += 2 {
		all[plurals[i+1]] = forms{plurals[i], plurals[i+1]}
	}
	return all
}

// addPairs adds the forms of pairs of a singular and a plural.
func addPairs(all map[string]forms, pairs []string) {
	for i := 0; i < len(pairs); i += 2 {
		f := forms{pairs[i], pairs[i+1]}
		capital := forms{capitalize(f.one), capitalize(f.many)}
		all[f.one], all[f.many], all[capital.one], all[capital.many] = f, f, capital, capital
	}
}

func capitalize(word string) string {
	r := []rune(word)
	r[0] = unicode.ToUpper(r[0])
	return string(r)
}
