package apitest

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/client"
	"github.com/ocipe/ocipe/gen/models"
)

// PlanAWeek does the tasks of a week through a generated client that is logged in: it imports recipes, fills the fridge, plans, shops,
// and reads the history. It returns the plan.
func PlanAWeek(t testing.TB, c *client.ClientWithResponses) models.PlanRecord {
	t.Helper()
	ctx := t.Context()

	imported, err := c.ImportRecipesWithResponse(ctx, nil, models.RecipeImport{List: []models.RecipeInput{
		{Name: "Leek soup", MeatType: "vegetarian", Longevity: 3, Frequency: models.FrequencyWeekday, Ingredients: []models.IngredientInput{
			{Name: "Leek", Quantity: new("2")}, {Name: "Salt"},
		}},
		{Name: "Roast chicken", MeatType: "chicken", Longevity: 2, Frequency: models.FrequencyWeekend, Ingredients: []models.IngredientInput{
			{Name: "Chicken", Quantity: new("1.5 kg")}, {Name: "Leek", Quantity: new("1")}, {Name: "Salt", Quantity: new("1 tsp")},
		}},
	}})
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, imported.StatusCode(), string(imported.Body))
	soup, roast := (*imported.JSON201)[0].ID, (*imported.JSON201)[1].ID

	stocked, err := c.AddFridgeIngredientWithResponse(ctx, models.FridgeIngredientInput{Name: "SALT", Group: "Spices"})
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, stocked.StatusCode(), string(stocked.Body))

	planned, err := c.PlanGroceriesWithResponse(ctx, models.PlanRequest{RecipeIds: []int64{soup, roast, soup}})
	require.NoError(t, err)
	require.Equal(t, &models.Plan{
		GroceryList: []models.PlannedItem{{Name: "leek", Quantity: "2 + 1 + 2"}, {Name: "chicken", Quantity: "1.5 kg"}},
		Others:      []models.PlannedItem{{Name: "salt", Quantity: "1 tsp"}},
	}, planned.JSON200)

	shop(t, c, planned.JSON200.GroceryList)

	history, err := c.ListRecentPlansWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Len(t, *history.JSON200, 1)
	plan := (*history.JSON200)[0]
	require.Equal(t, []int64{soup, roast, soup}, plan.Recipes)

	used, err := c.GetRecipeStatsWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, []models.MeatTypeCount{{MeatType: "chicken", Total: 1}, {MeatType: "vegetarian", Total: 1}}, used.JSON200.MeatTypeStats)
	refreshed, err := c.RefreshRecipesWithResponse(ctx)
	require.NoError(t, err)
	require.EqualValues(t, 2, refreshed.JSON200.UpdatedCount)
	return plan
}

// shop adds the missing items to the checklist, and ticks off the first one.
func shop(t testing.TB, c *client.ClientWithResponses, list []models.PlannedItem) {
	t.Helper()
	ctx := t.Context()
	text := ""
	for _, i := range list {
		text += i.Name + " " + i.Quantity + "\n"
	}
	listed, err := c.AddGroceryItemsWithResponse(ctx, models.NewGroceryItems{Items: text})
	require.NoError(t, err)
	require.Len(t, listed.JSON201.Ids, 2)
	ticked, err := c.UpdateGroceryItemWithResponse(ctx, listed.JSON201.ID, nil, models.GroceryItemPatch{IsChecked: new(true)})
	require.NoError(t, err)
	require.Equal(t, &models.GroceryItem{ID: listed.JSON201.ID, Item: "leek 2 + 1 + 2", IsChecked: true}, ticked.JSON200)
}

// RequireWeekData requires that the data of [PlanAWeek] is still there.
func RequireWeekData(t testing.TB, c *client.ClientWithResponses, plan models.PlanRecord) {
	t.Helper()
	ctx := t.Context()
	recipes, err := c.ListRecipesWithResponse(ctx, &models.ListRecipesParams{Ingredients: new("leek,CHICKEN")})
	require.NoError(t, err)
	require.Len(t, *recipes.JSON200, 2)
	require.Equal(t, "Roast chicken", (*recipes.JSON200)[0].Name)
	require.EqualValues(t, 66, *(*recipes.JSON200)[0].Accuracy)
	history, err := c.ListPlansWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, []models.PlanRecord{plan}, *history.JSON200)
	list, err := c.ListGroceryItemsWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Len(t, *list.JSON200, 2)
	require.True(t, (*list.JSON200)[1].IsChecked)
	fridge, err := c.GetFridgeWithResponse(ctx, nil)
	require.NoError(t, err)
	require.Equal(t, "SALT", fridge.JSON200.IngredientList["Spices"][0].Name)
}
