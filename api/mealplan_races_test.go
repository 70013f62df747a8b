package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// TestCommitsAtOnce commits plans on two servers at once. Each adds its meals, and the checklist has the ingredients of all of them.
func TestCommitsAtOnce(t *testing.T) {
	t.Parallel()
	servers := apitest.Shared(t)
	c := servers[0].User(t, "commits-at-once")
	other := servers[1].Client(t)
	other.Access = c.Access
	stew := addRecipe(t, c, recipeNeeding("Stew", "flour=100 g", "carrots=2")).ID
	var commits []func(testing.TB)
	for i := range 10 {
		commits = append(commits, func(t testing.TB) {
			body := map[string]any{"commit": true, "meals": []any{map[string]any{"recipe": stew}}}
			[]*apitest.Client{c, other}[i%2].Call(t, http.MethodPost, mealPlanPath, body).Is(t, http.StatusOK)
		})
	}

	apitest.AtOnce(t, commits...)

	require.Equal(t, []string{"1 kg flour", "20 carrots"}, itemTexts(t, c))
	require.Len(t, currentMeals(t, c).Meals, 10)
	require.Len(t, planHistory(t, c), 10)
}

// TestAMealIsRemovedWhileAnItemIsTicked checks that the tick is never lost. If the removal came first, the ticked item has the new
// amount; otherwise it has the old amount.
func TestAMealIsRemovedWhileAnItemIsTicked(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	for i := range 10 {
		c := s.User(t, fmt.Sprintf("removed-while-ticked-%d", i))
		stew := addRecipe(t, c, recipeNeeding("Stew", "flour=100 g")).ID
		p := meals(t, c, []int64{stew, stew}, commit)
		id := item(t, c, "200 g flour").ID
		apitest.AtOnce(t,
			func(t testing.TB) {
				c.Call(t, http.MethodDelete, fmt.Sprintf("%smeals/%d/", mealPlanPath, *p.Meals[0].ID), nil).Is(t, http.StatusNoContent)
			},
			func(t testing.TB) {
				c.Call(t, http.MethodPatch, fmt.Sprintf("/api/grocery/list/%d/", id), map[string]any{"isChecked": true}).Is(t, http.StatusOK)
			})
		require.Contains(t, [][]string{{"200 g flour x"}, {"100 g flour x"}}, itemTexts(t, c))
	}
}

func TestAPlanOfSomebodyElsesThings(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	ann, bob := s.User(t, "plan-ann"), s.User(t, "plan-bob")
	stew := addRecipe(t, ann, recipeNeeding("Stew", "flour=100 g")).ID
	mine := addRecipe(t, bob, recipeNeeding("Stew", "flour=1 kg")).ID
	p := meals(t, ann, []int64{stew}, commit)
	meals(t, ann, nil, map[string]any{"commit": true, "overrides": []any{map[string]any{"food": "flour", "state": "need"}}})

	for _, commit := range []bool{false, true} {
		a := bob.Call(t, http.MethodPost, mealPlanPath, map[string]any{"meals": []any{map[string]any{"recipe": mine}, map[string]any{"recipe": stew}}, "commit": commit, "replace": true})
		require.Equal(t, fmt.Sprintf("No recipe has been found for these ids: %d.", stew), a.Is(t, http.StatusNotFound).Problem(t).Detail)
	}
	bob.Call(t, http.MethodDelete, fmt.Sprintf("%smeals/%d/", mealPlanPath, *p.Meals[0].ID), nil).Is(t, http.StatusNotFound)

	require.Empty(t, currentMeals(t, bob).Meals)
	require.Empty(t, itemTexts(t, bob))
	require.Empty(t, planHistory(t, bob))
	require.Nil(t, meals(t, bob, []int64{mine}, nil).Lines[0].Override)
	require.Len(t, currentMeals(t, ann).Meals, 1)
}

func TestOverrides(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "overrides")
	addFridgeIngredient(t, c, "flour", "any")
	pancakes := addRecipe(t, c, recipeNeeding("Pancakes", "flour=250 g", "milk=1/2 l", "eggs=3")).ID
	set := func(body string) models.PlanOverride {
		return apitest.Decode[models.PlanOverride](t, c.Call(t, http.MethodPost, mealPlanPath+"overrides/", body).Is(t, http.StatusOK))
	}
	require.Equal(t, []string{"flour:", "milk: 500 ml", "eggs: 3"}, lineTexts(meals(t, c, []int64{pancakes}, nil)))

	flour := set(`{"food": "Flour", "state": "need", "amount": "ignored"}`)
	require.Nil(t, flour.Amount)
	p := meals(t, c, []int64{pancakes}, map[string]any{"commit": true, "overrides": []any{
		map[string]any{"food": "Milk", "state": "have"}, map[string]any{"food": "egg", "state": "amount", "amount": "10"},
	}})
	require.Equal(t, []string{"flour: 250 g", "milk:", "eggs: 10"}, lineTexts(p))
	require.Equal(t, []string{"250 g flour", "10 eggs"}, itemTexts(t, c))
	require.Equal(t, flour.ID, *p.Lines[0].Override.ID)
	require.NotNil(t, p.Lines[1].Override.ID)
	require.Equal(t, "10", *p.Lines[2].Override.Amount)

	require.Equal(t, p.Lines, meals(t, c, []int64{pancakes}, map[string]any{"replace": true, "commit": true}).Lines, "a new plan keeps them")
	patchItem(t, c, "250 g flour", map[string]any{"isChecked": true})
	patchItem(t, c, "10 eggs", map[string]any{"isChecked": true})
	meals(t, c, nil, commit)
	require.Equal(t, []string{"250 g flour x", "10 eggs x"}, itemTexts(t, c), "what was bought isn't written again")

	for range 2 {
		c.Call(t, http.MethodDelete, fmt.Sprintf("%soverrides/%d/", mealPlanPath, flour.ID), nil).Is(t, http.StatusNoContent)
	}
	require.Equal(t, []string{"flour:", "milk:", "eggs: 10"}, lineTexts(currentMeals(t, c)))
	require.Nil(t, currentMeals(t, c).Lines[0].Override)
	a := c.Call(t, http.MethodPost, mealPlanPath, `{"meals": [{"recipe": 1, "servings": 2, "factor": 2}], "overrides": [{"food": "a", "state": "amount"}, {"food": "A", "state": "have"}]}`)
	require.Equal(t, []string{"meals.0.factor:not_allowed", "overrides.0.amount:required", "overrides.1.food:repeated"}, fieldErrors(t, a))
}

// fieldErrors returns the field errors of a 400.
func fieldErrors(t *testing.T, a *apitest.Response) (all []string) {
	t.Helper()
	for _, e := range a.Is(t, http.StatusBadRequest).Problem(t).Errors {
		all = append(all, e.Field+":"+e.Code)
	}
	return all
}

// TestTheChecklistOfAPersonIsUntouched commits and removes meals in any order, while a person adds, changes, ticks and deletes items.
// No call of the plan may change an item that a person has added, changed or ticked. Removing a meal must not bring back a deleted item.
func TestTheChecklistOfAPersonIsUntouched(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	run, kept := 0, 0
	rapid.Check(t, func(check *rapid.T) {
		tb := apitest.Within(t, check)
		run++
		c := s.User(tb, fmt.Sprintf("untouched-%d", run))
		var recipes []int64
		for i, needs := range [][]string{{"flour=100 g", "milk=1 l"}, {"flour=2 cups", "eggs=3"}, {"salt=to taste", "eggs=1", "beef=1 kg"}} {
			body := recipeNeeding(fmt.Sprint("r", i), needs...)
			recipes = append(recipes, apitest.Decode[models.Recipe](tb, c.Call(tb, http.MethodPost, "/api/recipes/", body).Is(tb, http.StatusCreated)).ID)
		}
		list := func() []models.GroceryItem {
			return apitest.Decode[[]models.GroceryItem](tb, c.Call(tb, http.MethodGet, "/api/grocery/list/", nil).Is(tb, http.StatusOK))
		}
		var persons []models.GroceryItem // items that a person has added, changed or ticked
		var ids []int64                  // of meals
		for round := range rapid.IntRange(4, 12).Draw(check, "steps") {
			before := list()
			path := ""
			if len(before) > 0 {
				path = fmt.Sprintf("/api/grocery/list/%d/", before[rapid.IntRange(0, len(before)-1).Draw(check, "item")].ID)
			}
			step := rapid.IntRange(0, 5).Draw(check, "step")
			if round < 2 {
				step = 2 * round // there is a meal, and there are items of the person
			}
			switch {
			case step == 0:
				body := map[string]any{"commit": true, "meals": []any{map[string]any{"recipe": rapid.SampledFrom(recipes).Draw(check, "recipe")}}}
				p := apitest.Decode[models.MealPlan](tb, c.Call(tb, http.MethodPost, mealPlanPath, body).Is(tb, http.StatusOK))
				ids = append(ids, *p.Meals[len(p.Meals)-1].ID)
			case step == 1 && len(ids) > 0:
				i := rapid.IntRange(0, len(ids)-1).Draw(check, "meal")
				c.Call(tb, http.MethodDelete, fmt.Sprintf("%smeals/%d/", mealPlanPath, ids[i]), nil).Is(tb, http.StatusNoContent)
				ids = slices.Delete(ids, i, i+1)
			case step == 2:
				c.Call(tb, http.MethodPost, "/api/grocery/list/", map[string]any{"items": "500 g flour\nbread"}).Is(tb, http.StatusCreated)
			case path == "":
			case step == 3:
				c.Call(tb, http.MethodPatch, path, map[string]any{"isChecked": rapid.Bool().Draw(check, "tick")}).Is(tb, http.StatusOK)
			case step == 4:
				c.Call(tb, http.MethodPatch, path, map[string]any{"item": rapid.SampledFrom([]string{"1 kg flour", "two eggs", "nothing"}).Draw(check, "text")}).Is(tb, http.StatusOK)
			case step == 5:
				c.Call(tb, http.MethodDelete, path, nil).Is(tb, http.StatusNoContent)
			}
			after := list()
			if step <= 1 {
				for _, one := range persons {
					require.Contains(tb, after, one)
				}
			}
			persons = slices.DeleteFunc(after, func(i models.GroceryItem) bool { return i.Food != nil && !i.IsChecked })
		}
		for _, id := range ids {
			c.Call(tb, http.MethodDelete, fmt.Sprintf("%smeals/%d/", mealPlanPath, id), nil).Is(tb, http.StatusNoContent)
		}
		kept += len(ids) * len(persons)
		require.ElementsMatch(tb, persons, list(), "without meals, only what a person has touched is left")
	})
	require.Positive(t, kept, "no meal was removed from a list with items of a person")
}
