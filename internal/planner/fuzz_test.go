package planner_test

import (
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/planner"
)

// FuzzCompute plans meals and lots with arbitrary texts. It checks that each need is the sum of the amounts from the fridge and the
// missing amounts, and that the remaining lots can be used in another plan.
func FuzzCompute(f *testing.F) {
	for _, q := range hostile {
		f.Add("butter", q, "Butter, melted", "2 × 400 g cans", "butter", "100 g", int64(3), int64(2))
		f.Add("bơ", "1 cup plus 100 g", "bò", q, "", q, int64(1), int64(7))
	}
	f.Fuzz(func(t *testing.T, name1, quantity1, name2, quantity2, stocked, stock string, numerator, denominator int64) {
		if numerator < 1 || denominator < 1 || numerator > 1000 || denominator > 1000 {
			return
		}
		lines := []planner.Line{{Name: name1, Quantity: quantity1}, {Name: name2, Quantity: quantity2}}
		in := planner.Input{
			Today: today, Meals: []planner.Meal{{Recipe: "A", Lines: lines}, {Recipe: "B", Factor: big.NewRat(numerator, denominator), Lines: lines}},
			Lots: []planner.Lot{{ID: 1, Name: stocked, Quantity: stock}, {ID: 2, Name: name1, Quantity: quantity2, BestBefore: today}},
		}
		result := planner.Compute(in)
		require.NotEmpty(t, result.Lines)
		for _, l := range result.Lines {
			require.NotEmpty(t, l.Need)
			require.Equal(t, sumOf(l.Need), sumOf(append(l.FromFridge, l.Missing...)))
			require.NotEmpty(t, l.Facts)
		}
		in.Lots = leftovers(in.Lots, result.Lots)
		planner.Compute(in)
	})
}

// sumOf adds up the upper ends by unit.
func sumOf(amounts []planner.Amount) map[string]string {
	sums := map[string]*big.Rat{}
	for _, a := range amounts {
		if a.Min == nil || a.Max.Sign() == 0 {
			continue
		}
		if sums[a.Unit] == nil {
			sums[a.Unit] = new(big.Rat)
		}
		sums[a.Unit].Add(sums[a.Unit], a.Max)
	}
	texts := map[string]string{}
	for unit, x := range sums {
		texts[unit] = x.RatString()
	}
	return texts
}
