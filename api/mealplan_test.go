package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

const mealPlanPath = "/api/grocery/plan/"

// meals requests a plan of recipes, each once, with additional members of the request.
func meals(t *testing.T, c *apitest.Client, recipes []int64, members map[string]any) models.MealPlan {
	t.Helper()
	list := []map[string]any{}
	for _, id := range recipes {
		list = append(list, map[string]any{"recipe": id})
	}
	body := map[string]any{"meals": list}
	for name, value := range members {
		body[name] = value
	}
	return apitest.Decode[models.MealPlan](t, c.Call(t, http.MethodPost, mealPlanPath, body).Is(t, http.StatusOK))
}

// commit has the members of a request that stores the plan.
var commit = map[string]any{"commit": true}

// currentMeals returns the current plan.
func currentMeals(t *testing.T, c *apitest.Client) models.MealPlan {
	t.Helper()
	return apitest.Decode[models.MealPlan](t, c.Call(t, http.MethodGet, mealPlanPath, nil).Is(t, http.StatusOK))
}

// lineTexts returns the food and the amount to buy of each line of a plan.
func lineTexts(p models.MealPlan) []string {
	texts := []string{}
	for _, line := range p.Lines {
		text := line.Food + ":"
		for _, a := range line.ToBuy {
			text += " " + a.Text
		}
		texts = append(texts, text)
	}
	return texts
}

// itemTexts returns the texts of the checklist items, the oldest first. Ticked items end with an x.
func itemTexts(t *testing.T, c *apitest.Client) []string {
	t.Helper()
	texts := []string{}
	for _, item := range checklist(t, c) {
		text := item.Item
		if item.IsChecked {
			text += " x"
		}
		texts = append([]string{text}, texts...)
	}
	return texts
}

// item returns the checklist item with this text.
func item(t *testing.T, c *apitest.Client, text string) models.GroceryItem {
	t.Helper()
	for _, item := range checklist(t, c) {
		if item.Item == text {
			return item
		}
	}
	require.Fail(t, "no such item", "%s among %v", text, itemTexts(t, c))
	return models.GroceryItem{}
}

// patchItem changes an item as a person does.
func patchItem(t *testing.T, c *apitest.Client, text string, changes map[string]any) {
	t.Helper()
	c.Call(t, http.MethodPatch, fmt.Sprintf("/api/grocery/list/%d/", item(t, c, text).ID), changes).Is(t, http.StatusOK)
}

func deleteMeal(t *testing.T, c *apitest.Client, id *int64) {
	t.Helper()
	c.Call(t, http.MethodDelete, fmt.Sprintf("%smeals/%d/", mealPlanPath, *id), nil).Is(t, http.StatusNoContent)
}

func TestAPreviewChangesNothing(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "preview")
	pancakes := addRecipe(t, c, recipeNeeding("Pancakes", "flour=250 g", "milk=1/2 l")).ID

	p := meals(t, c, []int64{pancakes, pancakes}, map[string]any{"ignore": []string{"Milk"}, "units": "metric", "overrides": []any{map[string]any{"food": "salt", "state": "have"}}})

	require.Equal(t, []string{"flour: 500 g"}, lineTexts(p))
	require.Empty(t, checklist(t, c))
	require.Empty(t, planHistory(t, c))
	require.Empty(t, currentMeals(t, c).Meals)
	require.EqualValues(t, "as_written", currentMeals(t, c).Units)
	require.Equal(t, "[]\n", c.Call(t, http.MethodGet, mealPlanPath+"overrides/", nil).Is(t, http.StatusOK).Text)
	require.EqualValues(t, "active", apitest.Decode[models.Recipe](t, c.Call(t, http.MethodGet, fmt.Sprintf("/api/recipes/%d/", pancakes), nil)).State)
}

func TestACommit(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("WritesTheChecklistAndTheHistory", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "commit")
		pancakes := addRecipe(t, c, recipeNeeding("Pancakes", "flour=250 g", "eggs=3", "salt=to taste")).ID
		addChecklistItems(t, c, "bread")

		p := meals(t, c, []int64{pancakes, pancakes}, commit)

		require.Equal(t, p, currentMeals(t, c))
		require.Equal(t, []string{"bread", "500 g flour", "6 eggs", "salt"}, itemTexts(t, c))
		require.Equal(t, "flour", *item(t, c, "500 g flour").Food)
		require.Nil(t, item(t, c, "bread").Food)
		require.Equal(t, [][]int64{{pancakes, pancakes}}, planHistory(t, c))
		require.EqualValues(t, "used", apitest.Decode[models.Recipe](t, c.Call(t, http.MethodGet, fmt.Sprintf("/api/recipes/%d/", pancakes), nil)).State)
	})

	t.Run("AddsMealsToTheCurrentPlan", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "commit-more")
		pancakes, bread := addRecipe(t, c, recipeNeeding("Pancakes", "flour=250 g")).ID, addRecipe(t, c, recipeNeeding("Bread", "flour=500 g", "yeast=7 g")).ID
		meals(t, c, []int64{pancakes}, commit)

		preview := meals(t, c, []int64{bread}, nil)
		p := meals(t, c, []int64{bread}, commit)

		require.Equal(t, preview.Lines, p.Lines)
		require.Equal(t, []string{"flour: 750 g", "yeast: 7 g"}, lineTexts(p))
		require.Equal(t, []string{"750 g flour", "7 g yeast"}, itemTexts(t, c))
		require.Len(t, p.Meals, 2)
		require.Equal(t, [][]int64{{bread}, {pancakes}}, planHistory(t, c))
	})

	t.Run("ReplacesTheCurrentPlan", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "commit-replace")
		pancakes, bread := addRecipe(t, c, recipeNeeding("Pancakes", "flour=250 g", "milk=1 l", "eggs=2")).ID, addRecipe(t, c, recipeNeeding("Bread", "flour=500 g", "eggs=1")).ID
		meals(t, c, []int64{pancakes}, map[string]any{"commit": true, "units": "us", "ignore": []string{"salt"}})
		patchItem(t, c, "2 eggs", map[string]any{"isChecked": true})

		p := meals(t, c, []int64{bread}, map[string]any{"commit": true, "replace": true})

		require.Len(t, p.Meals, 1)
		require.EqualValues(t, "as_written", p.Units)
		require.Equal(t, []string{"500 g flour", "2 eggs x", "1 egg"}, itemTexts(t, c))
		require.Equal(t, p, currentMeals(t, c))
	})

	t.Run("CountsTickedAndChangedItemsAsBought", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "commit-bought")
		stew := addRecipe(t, c, recipeNeeding("Stew", "flour=100 g", "beef=1 kg", "carrots=2")).ID
		meals(t, c, []int64{stew}, commit)
		patchItem(t, c, "100 g flour", map[string]any{"isChecked": true})
		patchItem(t, c, "1 kg beef", map[string]any{"item": "1.2 kg beef"})

		meals(t, c, []int64{stew}, commit)

		require.Equal(t, []string{"100 g flour x", "1.2 kg beef", "4 carrots", "100 g flour", "800 g beef"}, itemTexts(t, c))
		require.Nil(t, item(t, c, "1.2 kg beef").Food)
	})

	t.Run("BringsDeletedItemsBackOnlyIfTheAmountChanges", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "commit-deleted")
		soup, bread := addRecipe(t, c, recipeNeeding("Soup", "leek=2", "salt=1 tsp")).ID, addRecipe(t, c, recipeNeeding("Bread", "salt=2 tsp")).ID
		meals(t, c, []int64{soup}, commit)
		for _, text := range []string{"2 leeks", "1 tsp salt"} {
			c.Call(t, http.MethodDelete, fmt.Sprintf("/api/grocery/list/%d/", item(t, c, text).ID), nil).Is(t, http.StatusNoContent)
		}

		meals(t, c, nil, commit)
		require.Empty(t, itemTexts(t, c))
		meals(t, c, []int64{bread}, commit)
		require.Equal(t, []string{"3 tsp salt"}, itemTexts(t, c))
	})
}

func TestRemovingAMeal(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("RecalculatesWhatThePlanHasWritten", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "remove")
		pancakes, bread := addRecipe(t, c, recipeNeeding("Pancakes", "flour=250 g", "milk=1 l")).ID, addRecipe(t, c, recipeNeeding("Bread", "flour=500 g", "yeast=7 g")).ID
		p := meals(t, c, []int64{pancakes, bread}, commit)
		addChecklistItems(t, c, "750 g flour")

		deleteMeal(t, c, p.Meals[0].ID)
		deleteMeal(t, c, p.Meals[0].ID)

		t.Log(c.Call(t, http.MethodGet, "/api/grocery/list/", nil).Text)
		require.Equal(t, []string{"500 g flour", "7 g yeast", "750 g flour"}, itemTexts(t, c))
		require.Equal(t, []string{"flour: 500 g", "yeast: 7 g"}, lineTexts(currentMeals(t, c)))
		require.Equal(t, [][]int64{{pancakes, bread}}, planHistory(t, c))
		deleteMeal(t, c, p.Meals[1].ID)
		require.Equal(t, []string{"750 g flour"}, itemTexts(t, c))
	})

	t.Run("TouchesNothingThatAPersonChangedTickedOrDeleted", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "remove-kept")
		stew := addRecipe(t, c, recipeNeeding("Stew", "flour=100 g", "beef=1 kg", "carrots=2", "salt=1 tsp")).ID
		p := meals(t, c, []int64{stew, stew}, commit)
		patchItem(t, c, "200 g flour", map[string]any{"isChecked": true})
		patchItem(t, c, "2 kg beef", map[string]any{"item": "beef from the market"})
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/grocery/list/%d/", item(t, c, "4 carrots").ID), nil).Is(t, http.StatusNoContent)

		deleteMeal(t, c, p.Meals[0].ID)
		require.Equal(t, []string{"200 g flour x", "beef from the market", "1 tsp salt"}, itemTexts(t, c))
		deleteMeal(t, c, p.Meals[1].ID)
		require.Equal(t, []string{"200 g flour x", "beef from the market"}, itemTexts(t, c))
	})
}
