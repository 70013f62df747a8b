package food

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCountedNames(t *testing.T) {
	t.Parallel()
	for _, forms := range [][2]string{
		{"egg", "eggs"}, {"Egg", "Eggs"}, {"egg yolk", "egg yolks"}, {"tomato", "tomatoes"}, {"cherry tomato", "cherry tomatoes"}, {"Potato", "Potatoes"},
		{"strawberry", "strawberries"}, {"peach", "peaches"}, {"radish", "radishes"}, {"avocado", "avocados"}, {"jalapeño", "jalapeños"},
		{"zucchini", "zucchinis"}, {"lime", "limes"}, {"free-range egg", "free-range eggs"},
	} {
		require.Equal(t, forms, [2]string{Counted(forms[0], false), Counted(forms[0], true)})
		require.Equal(t, forms, [2]string{Counted(forms[1], false), Counted(forms[1], true)})
	}
	for _, name := range []string{
		"flour", "butter", "Ei", "Eier", "trứng", "quincunx", "quincunxes", "", "cod", "swordfish", "asparagus", "sea bass", "pak choi", "eggs, beaten", "brussels sprouts",
	} {
		for _, many := range []bool{false, true} {
			require.Equal(t, name, Counted(name, many))
		}
	}
}
