package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnswersInAWarmBufferCostNoAllocation is not parallel: it counts the allocations of the whole process.
func TestAnswersInAWarmBufferCostNoAllocation(t *testing.T) {
	one, fifty, shelves, list := someRecipes(t, 1)[0], someRecipes(t, 50), someFridge(30), someChecklist(30)
	for name, write := range map[string]body{
		"Recipe":        recipeBody(one),
		"50Recipes":     recipesBody(fifty),
		"FridgeOf30":    shelves.append,
		"ChecklistOf30": itemsBody(list),
	} {
		t.Run(name, func(t *testing.T) {
			keep := func(b []byte) []byte { return b }
			buffer := write(nil, keep)
			require.Zero(t, testing.AllocsPerRun(100, func() { buffer = write(buffer[:0], keep) }))
		})
	}
}
