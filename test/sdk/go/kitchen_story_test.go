package ocipe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

const today = "2026-03-02"

// TestAKitchenFromThePlanToTheTable stocks the fridge, plans, shops, restocks, cooks and undoes the cooking.
func TestAKitchenFromThePlanToTheTable(t *testing.T) {
	t.Parallel()
	c, ctx := newUser(t, apitest.Start(t), "amélie"), t.Context()
	imported, err := c.ImportRecipes(ctx, []api.RecipeInput{{
		Name: "Pancakes", MeatType: "vegetarian", Longevity: 1, Frequency: api.FrequencyWeekend, Servings: new(int64(4)),
		Ingredients: []api.IngredientInput{{Name: "Flour", Quantity: new("250 g")}, {Name: "Milk", Quantity: new("500 ml")}},
	}})
	require.NoError(t, err)
	pancakes := imported[0].ID
	_, err = c.AddFood(ctx, api.FoodInput{Name: "Flour", Aliases: []string{"Type 405"}, Density: new("0.5 g/ml")})
	require.NoError(t, err)
	flour, err := c.AddFridgeIngredient(ctx, "Type 405", "Baking")
	require.NoError(t, err)
	_, err = c.UpdateFridgeIngredient(ctx, flour.ID, api.FridgeIngredientPatch{Quantity: new("200 ml"), BestBefore: new("2026-03-04")})
	require.NoError(t, err)

	planAndRestock(t, c, pancakes)
	cookAndUndo(t, c, pancakes)
}

// planAndRestock plans eight servings and buys the missing food.
func planAndRestock(t *testing.T, c *ocipe.Client, pancakes int64) {
	t.Helper()
	ctx := t.Context()
	plan := api.MealPlanRequest{Meals: []api.MealInput{{Recipe: pancakes, Servings: new(int64(8))}}, Today: new(today)}
	preview, err := c.PlanMeals(ctx, plan)
	require.NoError(t, err)
	toBuy := map[string]string{}
	for _, line := range preview.Lines {
		require.Len(t, line.ToBuy, 1)
		toBuy[line.Food] = line.ToBuy[0].Text
	}
	require.Equal(t, map[string]string{"flour": "400 g", "milk": "1 l"}, toBuy) // 500 g minus 200 ml at 0.5 g/ml
	list, err := c.ListGroceryItems(ctx)
	require.NoError(t, err)
	require.Empty(t, list)

	plan.Commit = new(true)
	committed, err := c.PlanMeals(ctx, plan)
	require.NoError(t, err)
	require.Equal(t, preview.Lines, committed.Lines)
	list, err = c.ListGroceryItems(ctx)
	require.NoError(t, err)
	require.Len(t, list, 2)
	for _, item := range list {
		_, err := c.UpdateGroceryItem(ctx, item.ID, api.GroceryItemPatch{IsChecked: new(true)})
		require.NoError(t, err)
	}
	restocked, err := c.RestockFridge(ctx, api.RestockRequest{})
	require.NoError(t, err)
	require.Len(t, restocked.Restocked, 2)
	makeable, err := c.ListRecipes(ctx, &api.ListRecipesParams{Makeable: new(api.ListRecipesParamsMakeable("true")), Today: new(today)})
	require.NoError(t, err)
	require.Len(t, makeable, 1)
}

// cookAndUndo cooks, lists the items that expire, and undoes the cooking.
func cookAndUndo(t *testing.T, c *ocipe.Client, pancakes int64) {
	t.Helper()
	ctx := t.Context()
	before, err := c.GetFridge(ctx)
	require.NoError(t, err)
	expiring, err := c.ListExpiring(ctx, &api.ListExpiringParams{Days: new(int64(7)), Today: new(today)})
	require.NoError(t, err)
	require.Len(t, expiring, 1)
	require.Equal(t, "Type 405", expiring[0].Name)

	cooked, err := c.CookRecipe(ctx, pancakes, api.CookRequest{Servings: new(int64(8)), Date: new(today)})
	require.NoError(t, err)
	require.Empty(t, cooked.Missing)
	require.NotNil(t, cooked.Entry)
	after, err := c.GetFridge(ctx)
	require.NoError(t, err)
	require.NotEqual(t, before, after)

	_, err = c.UndoFridgeBatch(ctx, *cooked.Entry)
	require.NoError(t, err)
	undone, err := c.GetFridge(ctx)
	require.NoError(t, err)
	require.Equal(t, before, undone)
	journal, err := c.ListFridgeJournal(ctx, nil)
	require.NoError(t, err)
	require.NotEmpty(t, journal)
	require.NotNil(t, journal[0].Undoes)
}
