package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/recipe"
)

// Samples of what responses are made of: the demo's recipes, and fridges and checklists, as the use cases return them.

func someRecipes(t testing.TB, count int) []recipe.Recipe {
	t.Helper()
	kitchen, err := demo.Load()
	require.NoError(t, err)
	all := make([]recipe.Recipe, 0, count)
	for i, in := range kitchen.Recipes[:count] {
		lines, err := json.Marshal(in.Ingredients)
		require.NoError(t, err)
		all = append(all, recipe.Recipe{
			ID: int64(1000 + i), Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Frequency: in.Frequency, State: in.State,
			Note: in.Note, Ingredients: lines, AddedDate: time.Date(2026, 3, 1, 18, 30, i, 123456000, time.UTC), Accuracy: -1,
		})
	}
	return all
}

// someFridge has items in groups of five.
func someFridge(count int) []fridge.Item {
	items := make([]fridge.Item, 0, count)
	for i := range count {
		items = append(items, fridge.Item{ID: int64(1000 + i), Name: fmt.Sprintf("ingredient %d", i), Group: fmt.Sprintf("group %d", i/5)})
	}
	return items
}

func someChecklist(count int) []grocery.Item {
	items := make([]grocery.Item, 0, count)
	for i := range count {
		items = append(items, grocery.Item{ID: int64(1000 + i), Text: fmt.Sprintf("%d g of \"something\"", 10*i), Checked: i%3 == 0})
	}
	return items
}

// discard is a response writer that keeps only the headers.
type discard struct{ header http.Header }

// Header returns the headers.
func (n discard) Header() http.Header { return n.header }

// WriteHeader does nothing.
func (n discard) WriteHeader(int) {}

// Write does nothing.
func (n discard) Write(p []byte) (int, error) { return len(p), nil }
