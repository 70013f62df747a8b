package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAnswersInAWarmBufferCostNoAllocation is not parallel: it counts the allocations of the whole process.
func TestAnswersInAWarmBufferCostNoAllocation(t *testing.T) {
	one, fifty, shelves, list := someRecipes(t, 1)[0], someRecipes(t, 50), someFridge(30), someChecklist(30)
	for name, write := range map[string]func([]byte) []byte{
		"Recipe":        func(b []byte) []byte { return appendRecipe(b, one) },
		"50Recipes":     func(b []byte) []byte { return appendAll(b, fifty, appendRecipe) },
		"FridgeOf30":    shelves.append,
		"ChecklistOf30": func(b []byte) []byte { return appendAll(b, list, appendGroceryItem) },
	} {
		t.Run(name, func(t *testing.T) {
			buffer := write(nil)
			require.Zero(t, testing.AllocsPerRun(100, func() { buffer = write(buffer[:0]) }))
		})
	}
}
