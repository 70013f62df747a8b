package api

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEncodersDoNotAllocate isn't parallel: it counts the allocations of the whole process.
func TestEncodersDoNotAllocate(t *testing.T) {
	for name, encode := range map[string]encoder{
		"Recipe":        oneEncoder(someRecipes(t, 1)[0], appendRecipe),
		"50Recipes":     listEncoder(someRecipes(t, 50), appendRecipe),
		"FridgeOf30":    fridgeEncoder(someFridge(30)),
		"ChecklistOf30": listEncoder(someChecklist(30), appendGroceryItem),
	} {
		t.Run(name, func(t *testing.T) {
			keep := func(b []byte) []byte { return b }
			buffer := encode(nil, keep)
			require.Zero(t, testing.AllocsPerRun(100, func() { buffer = encode(buffer[:0], keep) }))
		})
	}
}
