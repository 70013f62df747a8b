package measure_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/quantity"
)

func rat(t *testing.T, text string) *big.Rat {
	t.Helper()
	x, ok := new(big.Rat).SetString(text)
	assert.True(t, ok, text)
	return x
}

func TestEveryUnitsTextIsReadAsTheSameMeasure(t *testing.T) {
	t.Parallel()
	for _, unit := range quantity.Units() {
		for _, number := range []string{"1/8", "1/2", "1", "1/3", "5/4", "2", "2/3", "3.5", "12", "350", "17/16"} {
			if unit.Dimension == quantity.Temperature {
				continue
			}
			x := rat(t, number)
			want := quantity.Measure{Amount: quantity.Amount{Min: x, Max: x}, Unit: unit}
			text := measure.Text(want)
			got := quantity.Parse(text, "").Total()
			if !assert.Len(t, got, 1, text) {
				continue
			}
			assert.Equal(t, unit, got[0].Unit, text)
			if unit.Generic != "g" || x.Denom().Cmp(big.NewInt(3)) != 0 {
				tolerance, _ := new(big.Rat).Sub(x, got[0].Amount.Min).Float64()
				assert.InDelta(t, 0, tolerance, 0.0001, text)
			}
		}
	}
}

func TestAUnitFollowsTheNumberAsWritten(t *testing.T) {
	t.Parallel()
	cup := quantity.ByKey("cup")
	for number, want := range map[string]string{"1": "1 cup", "100001/100000": "1 cup", "1001/1000": "1.001 cups", "2": "2 cups"} {
		x := rat(t, number)
		assert.Equal(t, want, measure.Text(quantity.Measure{Amount: quantity.Amount{Min: x, Max: x}, Unit: cup}))
	}
}
