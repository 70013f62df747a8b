package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/quantity"
)

// TestSimilarLinesAreReadDifferently tests lines that are similar to those of the other tests, but have another structure.
func TestSimilarLinesAreReadDifferently(t *testing.T) {
	t.Parallel()
	for _, l := range []label{
		{"en", "1 onion, finely chopped plus extra for garnish", "1", "", "onion", "finely chopped", "plus extra for garnish"},
		{"en", "1 onion, chopped to serve", "1", "", "onion", "chopped", "to serve"},
		{"en", "1 1/2 cups of pinto beans (can be dried or canned)", "1+1/2", "cup", "pinto beans", "", "can be dried or canned"},
		{"en", "4 egg yolks, beaten until thick", "4", "", "egg yolks", "beaten until thick", ""},
		{"en", "1/2 cup mint, fresh", "1/2", "cup", "mint", "", "fresh"},
		{"en", "half diced onion", "1/2", "", "onion", "diced", ""},
		{"en", "2 small/medium-sized potatoes", "2", "", "potatoes", "", "small; medium-sized"},
		{"en", "2 small/medium potatoes", "2", "", "potatoes", "", "small; medium"},
		{"en", "1 tsp (5 ml) each cumin, coriander and paprika", "1", "tsp", "cumin, coriander and paprika", "", "5 ml; each"},
		{"en", "2 (6-ounce each) chicken breasts, salt", "2", "", "chicken breasts", "", "6-ounce each; salt"},
		{"en", "large", "", "", "large", "", ""},
		{"en", "good 3-pound chicken", "3", "lb", "chicken", "", "good"},
		{"en", "Handful of chopped onion", "", "handful", "onion", "chopped", ""},
		{"en", "dash hot sauce", "", "dash", "hot sauce", "", ""},
		{"en", "1-8 oz cream cheese", "1-8", "oz", "cream cheese", "", ""},
		{"en", "2-4 oz packages cream cheese", "2-4", "oz", "cream cheese", "", "packages"},
		{"en", "2 (three) eggs", "2", "", "eggs", "", "three"},
		{"de", "evtl. ein", "", "", "evtl. ein", "", ""},
		{"de", "Kopf und Schwanz", "", "", "kopf und schwanz", "", ""},
		{"de", "2 Tüten Chips, Gewürzsorten", "2", "bag", "chips", "", "Gewürzsorten"},
		{"fr", "1 kg 250 g de beurre", "1", "kg", "beurre", "", "250 g"},
		{"nl", "1 geraspte, gepelde ui", "1", "", "ui", "geraspte, gepelde", ""},
		{"es", "unos 200 g", "~200", "g", "", "", ""},
		{"it", "nr. 3 uova", "3", "", "uova", "", ""},
		{"it", "nº 2 uova", "2", "", "uova", "", ""},
	} {
		got := quantity.ParseLine(l.line, l.language)
		notation, _ := got.Quantity.Notation()
		assert.Equal(t, correctFields{true, true, true, true}, compareLabel(l, got), "%s: %s, %+v", l.line, notation, got)
	}
}
