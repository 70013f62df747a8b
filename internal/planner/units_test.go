package planner_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/quantity"
)

// TestAmountsConvertAsTheIndependentTableSays takes 3 of each unit from 2 of each other unit, and compares the results with a table that
// was written independently of package quantity.
func TestAmountsConvertAsTheIndependentTableSays(t *testing.T) {
	t.Parallel()
	for need, size := range sizes(t) {
		assert.Equal(t, size.RatString(), quantity.ByKey(need).Size().RatString(), need)
		for have, other := range sizes(t) {
			l := buy(t, "3 "+name(need), planner.Lot{Name: "zorbel", Quantity: "2 " + name(have)})
			if dimension(need) != dimension(have) {
				assert.Empty(t, l.FromFridge, "%s from %s", need, have)
				continue
			}
			want, stock := new(big.Rat).Mul(size, big.NewRat(3, 1)), new(big.Rat).Mul(other, big.NewRat(2, 1))
			if want.Cmp(stock) > 0 {
				want = stock
			}
			require.Len(t, l.FromFridge, 1, "%s from %s", need, have)
			got := new(big.Rat).Mul(l.FromFridge[0].Max, sizes(t)[l.FromFridge[0].Unit])
			assert.Equal(t, want.RatString(), got.RatString(), "%s from %s", need, have)
		}
	}
}

// name returns the English name of a unit.
func name(key string) string { return measure.UnitName(quantity.ByKey(key), big.NewRat(2, 1)) }
