package quantity_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/quantity"
)

// TestSymbolsAreNotWords tests lines copied from web pages: check boxes, emoji, item numbers and invisible characters.
func TestSymbolsAreNotWords(t *testing.T) {
	t.Parallel()
	for _, l := range []label{
		{"en", "▢ 1 cup sugar", "1", "cup", "sugar", "", ""},
		{"en", "🥕 2 carrots, diced", "2", "", "carrots", "diced", ""},
		{"en", "✔️ 2 eggs", "2", "", "eggs", "", ""},
		{"en", "2 🥚", "2", "", "🥚", "", ""},
		{"en", "🥚🥚", "", "", "🥚🥚", "", ""},
		{"en", "1. 200 g flour", "200", "g", "flour", "", ""},
		{"en", "2) ½ cup milk", "1/2", "cup", "milk", "", ""},
		{"en", "\ufeff2\u200b cups\u200b flour", "2", "cup", "flour", "", ""},
		{"en", "\u200e200\u2060g flour, cho\u00adpped", "200", "g", "flour", "cho\u00adpped", ""},
	} {
		got := quantity.ParseLine(l.line, l.language)
		notation, _ := got.Quantity.Notation()
		assert.Equal(t, correctFields{true, true, true, true}, compareLabel(l, got), "%s: %s, %+v", l.line, notation, got)
		whole := ""
		for _, part := range got.Parts {
			whole += part.Text
		}
		assert.Equal(t, l.line, whole)
	}
}
