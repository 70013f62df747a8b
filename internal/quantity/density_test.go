package quantity_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/quantity"
)

func TestADensityIsReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"0.7 g/ml": "7/10", "0,7 g/ml": "7/10", "1.03 kg/l": "103/100", "700 g / l": "7/10", "1/2 kg/l": "1/2", "70 g per 100 ml": "7/10",
		"120 g per cup": "120/236.5882365", "120 g/cup": "120/236.5882365", "1 cup = 120 g": "120/236.5882365",
		"120 G PER CUP": "120/236.5882365", "125 g per metric cup": "1/2", "1 lb per pint": "453.59237/473.176473",
		"120 g pro Tasse": "12/25", "120 g par tasse": "12/25", "15 g/EL": "1", "½ kg per liter": "1/2", "100 g = 1 dl": "1", "30 g/ml": "30",
	} {
		got := quantity.ParseDensity(text)
		require.NotNil(t, got, text)
		require.Zero(t, got.Cmp(rat(t, want)), "%s: %s", text, got)
	}
	for _, text := range []string{
		"", "heavy", "0.7", "0.7 g", "0.7 ml/g", "0.7 g/g", "0 g/ml", "-1 g/ml", "1-2 g/ml", "31 g/ml", "120 g per piece", "120 g per", "/", "= =",
		"1e3 g/ml", "some g/ml", "120 g per cup sifted or not", "g/ml",
	} {
		require.Nil(t, quantity.ParseDensity(text), text)
	}
}

func TestAWeightIsReadExactly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"200 g": "200", "7 oz": "198.446661875", "1 lb 2 oz": "510.29141625", "1/3 kg": "1000/3", "0,2 kg": "200", "about 60 g": "60", "1000 kg": "1000000",
	} {
		got := quantity.ParseWeight(text)
		require.NotNil(t, got, text)
		require.Zero(t, got.Cmp(rat(t, want)), "%s: %s", text, got)
	}
	for _, text := range []string{"", "heavy", "200", "200 ml", "0 g", "100-200 g", "1001 kg", "2 pieces", "a pinch", "1 cup plus 100 g"} {
		require.Nil(t, quantity.ParseWeight(text), text)
	}
}

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	top, bottom, _ := strings.Cut(text, "/")
	if bottom == "" {
		bottom = "1"
	}
	x, ok := new(big.Rat).SetString(top)
	require.True(t, ok)
	y, ok := new(big.Rat).SetString(bottom)
	require.True(t, ok)
	return x.Quo(x, y)
}
