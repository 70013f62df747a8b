package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/quantity"
)

// TestHabitsOfEachLanguage tests forms that cooks of one country use, and that the labeled lines don't have.
func TestHabitsOfEachLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range []label{
		{"en", "2 lbs, 4 oz ground chuck", "2", "lb", "ground chuck", "", "4 oz"},
		{"en", "1 med. green bell pepper, seeded & chopped", "1", "", "green bell pepper", "seeded & chopped", "med."},
		{"en", "2 lg. eggs", "2", "", "eggs", "", "lg."},
		{"en", "3 slices stale white bread, crusts removed", "3", "slice", "white bread", "stale; crusts removed", ""},
		{"en", "½ bunch of flat-leaf parsley, leaves picked", "1/2", "bunch", "flat-leaf parsley", "leaves picked", ""},
		{"en", "1 vanilla pod, split lengthways", "1", "", "vanilla pod", "split lengthways", ""},
		{"en", "1 cup split red lentils", "1", "cup", "split red lentils", "", ""},
		{"en", "1 family-size can cream of mushroom soup", "1", "can", "cream of mushroom soup", "", "family-size"},
		{"en", "½ packed cup cilantro leaves", "1/2", "cup", "cilantro leaves", "packed", ""},
		{"en", "3 cups cooked, shredded chicken", "3", "cup", "chicken", "cooked, shredded", ""},
		{"en", "1 can peeled, diced tomatoes", "1", "can", "peeled, diced tomatoes", "", ""},
		{"en", "A squeeze of lemon juice", "1", "", "lemon juice", "", "squeeze"},
		{"en", "1 large (about 8 oz) russet potato", "1", "", "russet potato", "", "large; about 8 oz"},
		{"en", "2 large (about 1 lb)", "2", "", "large", "", "about 1 lb"},
		{"de", "evtl. ein Ei", "1", "", "ei", "", "evtl."},
		{"de", "50 g weiche, ungesalzene Butter", "50", "g", "ungesalzene butter", "weiche", ""},
		{"de", "2 EL, gestr. Speisestärke", "2", "tbsp", "speisestärke", "", "gestr."},
		{"de", "n. B. Petersilie", "", "", "petersilie", "", "n. B."},
		{"de", "n.B. Salz und Pfeffer", "", "", "salz und pfeffer", "", "n.B."},
		{"de", "evtl. Chilipulver", "", "", "chilipulver", "", "evtl."},
		{"de", "1 gr. Zwiebel", "1", "", "zwiebel", "", "gr."},
		{"de", "1 gr. Dose Tomaten", "1", "can", "tomaten", "", "gr."},
		{"de", "20 gr. Butter", "20", "g", "butter", "", ""},
		{"de", "2 m.-große Zwiebeln", "2", "", "zwiebeln", "", "m.-große"},
		{"de", "1 Knoblauchzehe, durchgepresst", "1", "", "knoblauchzehe", "durchgepresst", ""},
		{"de", "100 g Butter, ungesalzen", "100", "g", "butter", "", "ungesalzen"},
		{"de", "2 Paprikaschoten, Kerne entfernt", "2", "", "paprikaschoten", "Kerne entfernt", ""},
		{"de", "1 Kästchen Kresse", "1", "box", "kresse", "", ""},
		{"de", "1 P. Vanillezucker", "1", "packet", "vanillezucker", "", ""},
		{"de", "1 Tube Tomatenmark", "1", "", "tomatenmark", "", "Tube"},
		{"fr", "1 cuillère à s. de moutarde", "1", "tbsp", "moutarde", "", ""},
		{"fr", "1 poulet d'environ 1,5 kg coupé en morceaux", "1", "", "poulet", "coupé en morceaux", "environ 1,5 kg"},
		{"fr", "Le jus et le zeste de 2 citrons verts", "2", "", "citrons verts", "jus et le zeste", ""},
		{"fr", "un peu de noix de muscade", "", "", "noix de muscade", "", "un peu"},
		{"fr", "1 kg 500 de pommes de terre", "1.5", "kg", "pommes de terre", "", ""},
		{"fr", "une moitié de citron", "1/2", "", "citron", "", ""},
		{"fr", "1 cm de gingembre frais râpé", "1", "cm", "gingembre frais", "râpé", ""},
		{"fr", "4 carrés de chocolat noir", "4", "", "chocolat noir", "", "carrés"},
		{"fr", "1 carré d'agneau", "1", "", "carré d'agneau", "", ""},
		{"nl", "2 handen vol spinazie", "2", "handful", "spinazie", "", ""},
		{"nl", "1/2 bosje bieslook, fijngeknipt", "1/2", "bunch", "bieslook", "fijngeknipt", ""},
		{"nl", "1 vanillestokje, opengesneden", "1", "", "vanillestokje", "opengesneden", ""},
		{"nl", "1 rode peper, zaadlijsten verwijderd", "1", "", "rode peper", "zaadlijsten verwijderd", ""},
		{"nl", "500 g gehakt, half om half", "500", "g", "gehakt", "", "half om half"},
		{"nl", "200 cc melk", "200", "ml", "melk", "", ""},
		{"nl", "zout en (versgemalen) peper", "", "", "zout en peper", "versgemalen", ""},
		{"nl", "een drupje vanille-extract", "1", "drop", "vanille-extract", "", ""},
		{"es", "250 c.c. de leche", "250", "ml", "leche", "", ""},
		{"es", "1 Kgr de cebollas", "1", "kg", "cebollas", "", ""},
		{"es", "un poco de harina para rebozar", "", "", "harina", "", "un poco; para rebozar"},
		{"es", "1 barra de mantequilla (113 g)", "1", "stick", "mantequilla", "", "113 g"},
		{"es", "1 barra de pan", "1", "loaf", "pan", "", ""},
		{"es", "sal gruesa", "", "", "sal gruesa", "", ""},
		{"es", "1 tetrabrik de caldo", "1", "carton", "caldo", "", ""},
		{"es", "100 g de mantequilla (o margarina), en pomada", "100", "g", "mantequilla", "en pomada", "o margarina"},
		{"it", "g 250 di ricotta", "250", "g", "ricotta", "", ""},
		{"it", "ml 200 di panna fresca", "200", "ml", "panna fresca", "", ""},
		{"it", "n. 3 uova", "3", "", "uova", "", ""},
		{"it", "n° 2 uova", "2", "", "uova", "", ""},
		{"it", "1 orata da circa 500 g eviscerata", "1", "", "orata", "eviscerata", "circa 500 g"},
		{"it", "q.b. di olio extravergine", "", "", "olio extravergine", "", "q.b."},
		{"it", "6/8 fette di pancetta", "6-8", "slice", "pancetta", "", ""},
		{"it", "3/4 di tazza di latte", "3/4", "cup", "latte", "", ""},
		{"it", "500 cc di latte", "500", "ml", "latte", "", ""},
		{"it", "1 pollo di circa 1,2 kg tagliato a pezzi", "1", "", "pollo", "tagliato a pezzi", "circa 1,2 kg"},
		{"it", "un po' di prezzemolo", "", "", "prezzemolo", "", "un po'"},
		{"it", "i semi di una bacca di vaniglia", "1", "", "bacca di vaniglia", "semi", ""},
		{"it", "una grattugiata di noce moscata", "1", "", "noce moscata", "", "grattugiata"},
		{"vi", "Thịt ba chỉ: 500g", "500", "g", "thịt ba chỉ", "", ""},
		{"vi", "1kg2 sườn heo", "1.2", "kg", "sườn heo", "", ""},
		{"vi", "Gạo tám thơm: 300g", "300", "g", "gạo tám thơm", "", ""},
		{"vi", "Ba chỉ heo: 300g", "300", "g", "ba chỉ heo", "", ""},
		{"vi", "Ba rọi 300g", "300", "g", "ba rọi", "", ""},
		{"vi", "ba quả trứng", "3", "piece", "trứng", "", ""},
		{"vi", "2~3 trái ớt", "2-3", "piece", "ớt", "", ""},
		{"vi", "nước cốt của 2 quả chanh", "2", "piece", "chanh", "nước cốt", ""},
		{"vi", "1 nhánh gừng, cạo vỏ, thái sợi", "1", "sprig", "gừng", "cạo vỏ, thái sợi", ""},
		{"vi", "1 quả cà chua chín, bổ múi", "1", "piece", "cà chua", "bổ múi", "chín"},
		{"vi", "2 bẹ cải thảo", "2", "piece", "cải thảo", "", ""},
	} {
		got := quantity.ParseLine(l.line, l.language)
		notation, _ := got.Quantity.Notation()
		assert.Equal(t, correctFields{true, true, true, true}, compareLabel(l, got), "%s: %s, %+v", l.line, notation, got)
	}
}
