package measure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

// scaling is a quantity, and the text that it should have in another amount or system.
type scaling struct {
	written, factor string
	system          measure.System
	want            string
}

func assertTexts(t *testing.T, all []scaling) {
	t.Helper()
	for _, c := range all {
		got := measure.Scale(quantity.Parse(c.written, ""), rat(t, c.factor), c.system)
		assert.Equal(t, c.want, got.Text, "%s × %s, %s", c.written, c.factor, c.system)
	}
}

func TestAmountsAreWrittenAsACookMeasuresThem(t *testing.T) {
	t.Parallel()
	assertTexts(t, []scaling{
		// Scaled, as written.
		{"1 tsp", "1/2", measure.AsWritten, "½ tsp"},
		{"2½ cups", "1/2", measure.AsWritten, "1¼ cups"},
		{"250 g", "1.4", measure.AsWritten, "350 g"},
		{"200g", "2", measure.AsWritten, "400g"},
		{"1/3 cup", "3", measure.AsWritten, "1 cup"},
		{"1 tsp", "3", measure.AsWritten, "1 tbsp"},
		{"2 tbsp", "2/3", measure.AsWritten, "4 tsp"},
		{"1 tbsp", "4", measure.AsWritten, "¼ cup"},
		{"1 cup", "1/8", measure.AsWritten, "2 tbsp"},
		{"1 cup", "5/8", measure.AsWritten, "⅝ cup"},
		{"750 g", "2", measure.AsWritten, "1.5 kg"},
		{"1 kg", "1/10", measure.AsWritten, "100 g"},
		{"0,5 l", "3", measure.AsWritten, "1,5 l"},
		{"4", "1/3", measure.AsWritten, "1⅓"},
		{"1", "2", measure.AsWritten, "2"},
		{"2–3", "2", measure.AsWritten, "4–6"},
		{"about 200 g", "2", measure.AsWritten, "about 400 g"},
		{"ca. 200 g", "1/2", measure.AsWritten, "ca. 100 g"},
		{"2 large", "2", measure.AsWritten, "4 large"},
		{"1 heaped tbsp", "4", measure.AsWritten, "4 heaped tbsp"},
		{"a pinch", "2", measure.AsWritten, "2 pinches"},
		{"2 cloves", "1/2", measure.AsWritten, "1 clove"},
		{"1 Zehe", "3", measure.AsWritten, "3 Zehen"},
		{"2 EL", "3", measure.AsWritten, "90 ml"},
		{"1 EL", "2", measure.AsWritten, "2 EL"},
		{"2 × 400 g cans", "3/2", measure.AsWritten, "3 × 400 g cans"},
		{"2 × 400 g cans", "1/2", measure.AsWritten, "1 × 400 g can"},
		{"1 can (400 g)", "2", measure.AsWritten, "2 cans (400 g)"},
		{"1 (14-oz) can", "2", measure.AsWritten, "2 (14-oz) cans"},
		{"1 lb 2 oz", "2", measure.AsWritten, "2¼ lb"},
		{"1 cup plus 2 tbsp", "2", measure.AsWritten, "2¼ cups"},
		{"1 cup / 240 ml", "2", measure.AsWritten, "2 cups"},
		{"1 cup plus 100 g", "2", measure.AsWritten, "2 cups + 200 g"},
		{"half a dozen", "1/2", measure.AsWritten, "3"},
		// Not scaled.
		{"to taste", "2", measure.AsWritten, "to taste"},
		{"", "2", measure.Metric, ""},
		{"2 glugs", "2", measure.US, "2 glugs"},
		{"as you like it, boss", "2", measure.AsWritten, "as you like it, boss"},
		{"180 °C", "2", measure.AsWritten, "180 °C"},
		{"180 °C", "2", measure.US, "356 °F"},
		// Converted.
		{"12 oz", "1", measure.Metric, "340 g"},
		{"1 cup", "1", measure.Metric, "240 ml"},
		{"½ cup", "1", measure.Metric, "120 ml"},
		{"1/3 cup", "1", measure.Metric, "80 ml"},
		{"2 lb", "1", measure.Metric, "900 g"},
		{"1 quart", "2", measure.Metric, "1.9 l"},
		{"½ tsp", "1", measure.Metric, "½ metric tsp"},
		{"2 tbsp", "1", measure.Metric, "2 metric tbsp"},
		{"4 oz", "1", measure.Metric, "115 g"},
		{"1 imperial pint", "1", measure.Metric, "570 ml"},
		{"350 g", "1", measure.Metric, "350 g"},
		{"2 EL", "1", measure.Metric, "2 EL"},
		{"500 g", "1", measure.US, "1⅛ lb"},
		{"100 g", "1", measure.US, "3½ oz"},
		{"1 kg", "1", measure.US, "2¼ lb"},
		{"250 ml", "1", measure.US, "1 cup"},
		{"60 ml", "1", measure.US, "¼ cup"},
		{"15 ml", "1", measure.US, "1 tbsp"},
		{"1 l", "1", measure.US, "4¼ cups"},
		{"2 × 400 g", "1", measure.US, "2 × 14 oz"},
		{"1 can (400 g)", "2", measure.US, "2 cans (14 oz)"},
		{"5 cm", "1", measure.US, "2 inches"},
		{"2 cloves", "1", measure.US, "2 cloves"},
		{"4 heaped EL", "1", measure.AsWritten, "4 heaped EL"},
		{"1 el", "2", measure.US, "2 tbsp"},
	})
}
