package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// newCook returns a user with a recipe for pancakes for four, and the path of the recipe.
func newCook(t *testing.T, name string) (c *apitest.Client, path string) {
	t.Helper()
	c = apitest.Shared(t)[0].User(t, name)
	recipe := c.Call(t, http.MethodPost, "/api/recipes/", `{"name": "Pancakes", "meat_type": "none", "longevity": 1, "frequency": "rarely", "servings": 4,
		"ingredients": [{"name": "flour", "quantity": "250 g"}, {"name": "milk", "quantity": "1/2 l"}, {"name": "eggs", "quantity": "3"}, {"name": "salt"}]}`)
	return c, fmt.Sprintf("/api/recipes/%d/", apitest.Decode[models.Recipe](t, recipe.Is(t, http.StatusCreated)).ID)
}

func addToFridge(t *testing.T, c *apitest.Client, name, quantity, day string) int64 {
	t.Helper()
	item := c.Call(t, http.MethodPost, "/api/fridge/ingredient/", fmt.Sprintf(`{"name": %q, "group": "G", "quantity": %q, "best_before": %q}`, name, quantity, day))
	return apitest.Decode[models.FridgeIngredient](t, item.Is(t, http.StatusCreated)).ID
}

func cook(t *testing.T, c *apitest.Client, path, body string) models.CookedRecipe {
	t.Helper()
	return apitest.Decode[models.CookedRecipe](t, c.Call(t, http.MethodPost, path+"cook/", body).Is(t, http.StatusOK))
}

func TestCook(t *testing.T) {
	t.Parallel()

	t.Run("TakesWhatExpiresFirstAndSaysWhatIsMissing", func(t *testing.T) {
		t.Parallel()
		c, path := newCook(t, "cook")
		late, soon := addToFridge(t, c, "Flour", "1 kg", "2026-05-01"), addToFridge(t, c, "flour", "300 g", "2026-04-01")
		spoiled, eggs := addToFridge(t, c, "flour", "500 g", "2026-02-28"), addToFridge(t, c, "egg", "4", "")
		addToFridge(t, c, "salt", "", "")
		before := c.Call(t, http.MethodGet, "/api/fridge/", nil).Text
		const eight = `{"servings": 8, "date": "2026-03-01"}`

		preview := cook(t, c, path, `{"servings": 8, "date": "2026-03-01", "dry_run": true}`)
		require.Equal(t, before, c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
		require.Nil(t, preview.Entry)
		cooked := cook(t, c, path, eight)

		require.Equal(t, "2", cooked.Times)
		taken := map[int64]string{}
		for _, l := range cooked.Taken {
			taken[l.ID] = fmt.Sprint(l.Amounts[0].Text, " ", valueOr(l.Remaining), " ", l.UsedUp)
		}
		require.Equal(t, "300 g  true", taken[soon])
		require.Equal(t, "200 g 0.8 kg false", taken[late])
		require.Equal(t, "4  true", taken[eggs])
		require.NotContains(t, taken, spoiled)
		missing := map[string]string{}
		for _, m := range cooked.Missing {
			missing[m.Food] = valueOr(m.Amounts[0].Amount) + " " + valueOr(m.Amounts[0].Unit)
		}
		require.Equal(t, map[string]string{"milk": "1 l", "eggs": "2 piece"}, missing)
		require.Equal(t, models.RecipeStateUsed, apitest.Decode[models.Recipe](t, c.Call(t, http.MethodGet, path, nil)).State)
		require.Equal(t, preview.Taken, cooked.Taken)
		require.Equal(t, preview.Lines, cooked.Lines)

		undo(t, c, *cooked.Entry, "?part=batch").Is(t, http.StatusOK)
		require.Equal(t, before, c.Call(t, http.MethodGet, "/api/fridge/", nil).Text)
	})

	t.Run("OfAnUnknownOrDeletedRecipeIsRefused", func(t *testing.T) {
		t.Parallel()
		c, path := newCook(t, "cook-deleted")
		c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)
		c.Call(t, http.MethodPost, path+"cook/", `{}`).Is(t, http.StatusNotFound)
		c.Call(t, http.MethodPost, "/api/recipes/9007199254740991/cook/", `{}`).Is(t, http.StatusNotFound)
	})

	t.Run("TwoPoundsBoughtAndTwoPoundsCookedLeaveNothing", func(t *testing.T) {
		t.Parallel()
		c := apitest.Shared(t)[0].User(t, "cook-pounds")
		recipe := c.Call(t, http.MethodPost, "/api/recipes/", `{"name": "Roast", "meat_type": "beef", "longevity": 1, "frequency": "rarely", "ingredients": [{"name": "beef", "quantity": "2 lb"}]}`)
		c.Call(t, http.MethodPost, "/api/grocery/list/", `{"items": "2 lb beef"}`).Is(t, http.StatusCreated)
		line := apitest.Decode[[]models.GroceryItem](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil))[0].ID
		c.Call(t, http.MethodPost, "/api/grocery/list/restock/", fmt.Sprintf(`{"ids": [%d]}`, line)).Is(t, http.StatusOK)

		cooked := cook(t, c, fmt.Sprintf("/api/recipes/%d/", apitest.Decode[models.Recipe](t, recipe).ID), `{}`)

		require.Empty(t, cooked.Missing)
		require.True(t, cooked.Taken[0].UsedUp)
		require.Empty(t, fridgeNames(t, c))
	})
}

func TestRestock(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "restock")
	addFridgeIngredient(t, c, "Flour", "Dry")
	c.Call(t, http.MethodPost, "/api/grocery/list/", `{"items": "500 g flour\n2 leeks\nbread"}`).Is(t, http.StatusCreated)
	for _, i := range apitest.Decode[[]models.GroceryItem](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil)) {
		if i.Item != "bread" {
			c.Call(t, http.MethodPatch, fmt.Sprintf("/api/grocery/list/%d/", i.ID), `{"isChecked": true}`).Is(t, http.StatusOK)
		}
	}

	bought := apitest.Decode[models.RestockedFridge](t, c.Call(t, http.MethodPost, "/api/grocery/list/restock/", `{"best_before": "2026-12-24"}`).Is(t, http.StatusOK))

	require.Len(t, bought.Restocked, 2)
	require.Equal(t, map[string][]string{"Dry": {"Flour", "flour"}, "Groceries": {"leeks"}}, fridgeNames(t, c))
	require.Equal(t, "500 g", *bought.Restocked[0].Quantity)
	require.Equal(t, "2", *bought.Restocked[1].Quantity)
	left := apitest.Decode[[]models.GroceryItem](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil))
	require.Len(t, left, 1)
	require.Equal(t, "bread", left[0].Item)
	again := c.Call(t, http.MethodPost, "/api/grocery/list/restock/", `{}`).Is(t, http.StatusOK)
	require.JSONEq(t, `{"restocked": []}`, again.Text)
	c.Call(t, http.MethodPost, "/api/grocery/list/restock/", fmt.Sprintf(`{"ids": [%d, %d]}`, left[0].ID, bought.Restocked[0].Item)).Is(t, http.StatusNotFound)
	require.Len(t, apitest.Decode[[]models.GroceryItem](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil)), 1)

	undo(t, c, *bought.Entry, "?part=batch").Is(t, http.StatusOK)
	require.Equal(t, map[string][]string{"Dry": {"Flour"}}, fridgeNames(t, c))
}

func valueOr(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}
