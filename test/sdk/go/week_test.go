package ocipe_test

import (
	"crypto/rand"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// TestAWeek imports recipes, fills the fridge, plans, shops and looks back. OCIPE_TEST_URL may name a running server, or a
// proxy in front of one.
func TestAWeek(t *testing.T) {
	t.Parallel()
	base := os.Getenv("OCIPE_TEST_URL")
	if base == "" {
		base = apitest.Start(t).URL
	}
	c, err := ocipe.New(base)
	require.NoError(t, err)
	ctx, name := t.Context(), "amélie-"+rand.Text()
	_, err = c.RegisterUserWithResponse(ctx, api.Registration{Username: name, Password: apitest.Password})
	require.NoError(t, err)
	require.NoError(t, c.Login(ctx, name, apitest.Password))

	soup, roast := importRecipes(t, c)
	plan := planAndShop(t, c, soup, roast)
	lookBack(t, c, plan)

	require.NoError(t, c.Logout(ctx))
	require.False(t, c.LoggedIn())
}

// importRecipes adds a soup and a roast, and returns their ids.
func importRecipes(t *testing.T, c *ocipe.Client) (soup, roast int64) {
	t.Helper()
	imported, err := c.ImportRecipesWithResponse(t.Context(), nil, api.RecipeImport{List: []api.RecipeInput{
		{Name: "Leek soup", MeatType: "vegetarian", Longevity: 3, Frequency: api.FrequencyWeekday, Ingredients: []api.IngredientInput{
			{Name: "Leek", Quantity: new("2")}, {Name: "Salt"},
		}},
		{Name: "Roast chicken", MeatType: "chicken", Longevity: 2, Frequency: api.FrequencyWeekend, Ingredients: []api.IngredientInput{
			{Name: "Chicken", Quantity: new("1.5 kg")}, {Name: "Leek", Quantity: new("1")}, {Name: "Salt", Quantity: new("1 tsp")},
		}},
	}})
	require.NoError(t, err)
	return (*imported.JSON201)[0].ID, (*imported.JSON201)[1].ID
}

// planAndShop plans soup, roast and soup, and writes the grocery list on the checklist.
func planAndShop(t *testing.T, c *ocipe.Client, soup, roast int64) api.PlanRecord {
	t.Helper()
	ctx := t.Context()
	_, err := c.AddFridgeIngredientWithResponse(ctx, api.FridgeIngredientInput{Name: "SALT", Group: "Spices"})
	require.NoError(t, err)
	planned, err := c.PlanGroceriesWithResponse(ctx, api.PlanRequest{RecipeIds: []int64{soup, roast, soup}})
	require.NoError(t, err)
	require.Equal(t, &api.Plan{
		GroceryList: []api.PlannedItem{{Name: "leek", Quantity: "2 + 1 + 2"}, {Name: "chicken", Quantity: "1.5 kg"}},
		Others:      []api.PlannedItem{{Name: "salt", Quantity: "1 tsp"}},
	}, planned.JSON200)

	listed, err := c.AddGroceryItemsWithResponse(ctx, api.NewGroceryItems{Items: "leek 2 + 1 + 2\nchicken 1.5 kg"})
	require.NoError(t, err)
	require.Len(t, listed.JSON201.Ids, 2)
	ticked, err := c.UpdateGroceryItemWithResponse(ctx, listed.JSON201.ID, nil, api.GroceryItemPatch{IsChecked: new(true)})
	require.NoError(t, err)
	require.Equal(t, &api.GroceryItem{ID: listed.JSON201.ID, Item: "leek 2 + 1 + 2", IsChecked: true}, ticked.JSON200)

	recent, err := c.ListRecentPlansWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Len(t, *recent.JSON200, 1)
	plan := (*recent.JSON200)[0]
	require.Equal(t, []int64{soup, roast, soup}, plan.Recipes)
	return plan
}

// lookBack reads what planAndShop changed.
func lookBack(t *testing.T, c *ocipe.Client, plan api.PlanRecord) {
	t.Helper()
	ctx := t.Context()
	used, err := c.GetRecipeStatsWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, []api.MeatTypeCount{{MeatType: "chicken", Total: 1}, {MeatType: "vegetarian", Total: 1}}, used.JSON200.MeatTypeStats)
	refreshed, err := c.RefreshRecipesWithResponse(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, refreshed.JSON200.UpdatedCount)

	recipes, err := c.ListRecipesWithResponse(ctx, &api.ListRecipesParams{Ingredients: new("leek,CHICKEN")})
	require.NoError(t, err)
	require.Len(t, *recipes.JSON200, 2)
	require.Equal(t, "Roast chicken", (*recipes.JSON200)[0].Name)
	require.EqualValues(t, 66, *(*recipes.JSON200)[0].Accuracy)
	history, err := c.ListPlansWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, []api.PlanRecord{plan}, *history.JSON200)
	checklist, err := c.ListGroceryItemsWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Len(t, *checklist.JSON200, 2)
	require.True(t, (*checklist.JSON200)[1].IsChecked)
	fridge, err := c.GetFridgeWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, "SALT", fridge.JSON200.IngredientList["Spices"][0].Name)
}
