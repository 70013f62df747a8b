package planner_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/planner"
)

func TestAmountsOfAllMealsAreAddedUp(t *testing.T) {
	t.Parallel()
	third := planner.Meal{Recipe: "Lemon curd", Lines: []planner.Line{{Name: "sugar", Quantity: "1/3 cup"}}}

	lines := planner.Compute(planner.Input{Meals: []planner.Meal{third, third, third}}).Lines

	require.Len(t, lines, 1)
	require.Equal(t, "1", lines[0].Need[0].Max.RatString())
	require.Equal(t, "cup", lines[0].Need[0].Unit)
}
