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

// TestAWeek imports recipes, fills the fridge, plans, shops and checks the result. OCIPE_TEST_URL may name a running server, or a proxy
// in front of one.
func TestAWeek(t *testing.T) {
	t.Parallel()
	base := os.Getenv("OCIPE_TEST_URL")
	if base == "" {
		base = apitest.Start(t).URL
	}
	c, err := ocipe.New(base)
	require.NoError(t, err)
	ctx, name := t.Context(), "amélie-"+rand.Text()
	require.NoError(t, c.Register(ctx, name, apitest.Password))
	require.NoError(t, c.Login(ctx, name, apitest.Password))

	soup, roast := importRecipes(t, c)
	plan := planAndShop(t, c, soup, roast)
	checkHistory(t, c, plan)

	require.NoError(t, c.Logout(ctx))
	require.False(t, c.LoggedIn())
}

// importRecipes adds a soup and a roast, and returns their ids.
func importRecipes(t *testing.T, c *ocipe.Client) (soup, roast int64) {
	t.Helper()
	imported, err := c.ImportRecipes(t.Context(), []api.RecipeInput{
		{Name: "Leek soup", MeatType: "vegetarian", Longevity: 3, Frequency: api.FrequencyWeekday, Ingredients: []api.IngredientInput{
			{Name: "Leek", Quantity: new("2")}, {Name: "Salt"},
		}},
		{Name: "Roast chicken", MeatType: "chicken", Longevity: 2, Frequency: api.FrequencyWeekend, Ingredients: []api.IngredientInput{
			{Name: "Chicken", Quantity: new("1.5 kg")}, {Name: "Leek", Quantity: new("1")}, {Name: "Salt", Quantity: new("1 tsp")},
		}},
	})
	require.NoError(t, err)
	return imported[0].ID, imported[1].ID
}

// planAndShop plans soup, roast and soup, and writes the grocery list to the checklist.
func planAndShop(t *testing.T, c *ocipe.Client, soup, roast int64) api.PlanRecord {
	t.Helper()
	ctx := t.Context()
	_, err := c.AddFridgeIngredient(ctx, "SALT", "Spices")
	require.NoError(t, err)
	planned, err := c.PlanGroceries(ctx, soup, roast, soup)
	require.NoError(t, err)
	require.Equal(t, &api.Plan{
		GroceryList: []api.PlannedItem{{Name: "leek", Quantity: "2 + 1 + 2"}, {Name: "chicken", Quantity: "1.5 kg"}},
		Others:      []api.PlannedItem{{Name: "salt", Quantity: "1 tsp"}},
	}, planned)

	listed, err := c.AddGroceryItems(ctx, "leek 2 + 1 + 2\nchicken 1.5 kg")
	require.NoError(t, err)
	require.Len(t, listed, 2)
	ticked, err := c.UpdateGroceryItem(ctx, listed[0], api.GroceryItemPatch{IsChecked: new(true)})
	require.NoError(t, err)
	require.Equal(t, &api.GroceryItem{ID: listed[0], Item: "leek 2 + 1 + 2", IsChecked: true}, ticked)

	recent, err := c.ListRecentPlans(ctx)
	require.NoError(t, err)
	require.Len(t, recent, 1)
	plan := recent[0]
	require.Equal(t, []int64{soup, roast, soup}, plan.Recipes)
	return plan
}

// requireScaled scales a recipe, and then clears its servings.
func requireScaled(t *testing.T, c *ocipe.Client, id int64) {
	t.Helper()
	ctx := t.Context()
	plain, err := c.UpdateRecipe(ctx, id, api.RecipePatch{Servings: new(int64(4))})
	require.NoError(t, err)
	read, err := c.GetRecipe(ctx, id)
	require.NoError(t, err)
	require.Equal(t, plain, read)
	scaled, err := c.GetScaledRecipe(ctx, id, &api.GetRecipeParams{Servings: new(int64(8)), Units: new(api.GetRecipeParamsUnitsMetric)})
	require.NoError(t, err)
	require.Equal(t, "2", scaled.Scaling.Factor)
	require.Len(t, scaled.IngredientList, len(plain.IngredientList))
	for i, ingredient := range scaled.IngredientList {
		require.Equal(t, plain.IngredientList[i].Quantity, ingredient.Quantity)
		require.NotEmpty(t, ingredient.Scaled.Amounts)
	}
	cleared, err := c.ClearRecipeServings(ctx, id)
	require.NoError(t, err)
	require.Nil(t, cleared.Servings)
	_, err = c.GetScaledRecipe(ctx, id, &api.GetRecipeParams{Servings: new(int64(8))})
	require.ErrorContains(t, err, "servings")
}

// checkHistory checks the changes of planAndShop.
func checkHistory(t *testing.T, c *ocipe.Client, plan api.PlanRecord) {
	t.Helper()
	ctx := t.Context()
	requireScaled(t, c, plan.Recipes[0])
	used, err := c.GetRecipeStats(ctx)
	require.NoError(t, err)
	require.Equal(t, []api.MeatTypeCount{{MeatType: "chicken", Total: 1}, {MeatType: "vegetarian", Total: 1}}, used.MeatTypeStats)
	refreshed, err := c.RefreshRecipes(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, refreshed)

	recipes, err := c.ListRecipes(ctx, &api.ListRecipesParams{Ingredients: new("leek,CHICKEN")})
	require.NoError(t, err)
	require.Len(t, recipes, 2)
	require.Equal(t, "Roast chicken", recipes[0].Name)
	require.EqualValues(t, 66, *recipes[0].Accuracy)
	history, err := c.ListPlans(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, []api.PlanRecord{plan}, history)
	checklist, err := c.ListGroceryItems(ctx)
	require.NoError(t, err)
	require.Len(t, checklist, 2)
	require.True(t, checklist[1].IsChecked)
	fridge, err := c.GetFridge(ctx)
	require.NoError(t, err)
	require.Equal(t, "SALT", fridge["Spices"][0].Name)

	var names []string
	byName := &api.ListRecipesParams{Limit: new(int64(1)), Ordering: new(api.ListRecipesParamsOrderingName)}
	for recipe, err := range ocipe.Pages(ctx, c.ListRecipesWithResponse, byName) {
		require.NoError(t, err)
		names = append(names, recipe.Name)
	}
	require.Equal(t, []string{"Leek soup", "Roast chicken"}, names)
}
