package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestAFoodIsOnTheChecklistAgain plans a recipe a second time, after the item of the first time has left the checklist.
func TestAFoodIsOnTheChecklistAgain(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	deleteItem := func(t *testing.T, c *apitest.Client) {
		t.Helper()
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/grocery/list/%d/", item(t, c, "500 g flour").ID), nil).Is(t, http.StatusNoContent)
	}

	t.Run("AfterItWasBoughtAndCooked", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "again-cooked")
		bread := addRecipe(t, c, recipeNeeding("Bread", "flour=500 g")).ID
		p := meals(t, c, []int64{bread}, commit)
		patchItem(t, c, "500 g flour", map[string]any{"isChecked": true})
		c.Call(t, http.MethodPost, "/api/grocery/list/restock/", `{}`).Is(t, http.StatusOK)
		meals(t, c, nil, commit)
		require.Empty(t, itemTexts(t, c))

		c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/cook/", bread), `{}`).Is(t, http.StatusOK)
		deleteMeal(t, c, p.Meals[0].ID)
		meals(t, c, []int64{bread}, commit)

		require.Equal(t, []string{"500 g flour"}, itemTexts(t, c))
	})

	t.Run("IfItWasMovedIntoTheFridgeAndUsedUp", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "again-used")
		bread := addRecipe(t, c, recipeNeeding("Bread", "flour=500 g")).ID
		meals(t, c, []int64{bread}, commit)
		c.Call(t, http.MethodPost, "/api/grocery/list/restock/", fmt.Sprintf(`{"ids": [%d]}`, item(t, c, "500 g flour").ID)).Is(t, http.StatusOK)
		c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/cook/", bread), `{}`).Is(t, http.StatusOK)

		meals(t, c, nil, commit)

		require.Equal(t, []string{"500 g flour"}, itemTexts(t, c))
	})

	t.Run("AfterItsMealWasRemoved", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "again-removed")
		bread := addRecipe(t, c, recipeNeeding("Bread", "flour=500 g")).ID
		p := meals(t, c, []int64{bread}, commit)
		deleteItem(t, c)
		deleteMeal(t, c, p.Meals[0].ID)

		meals(t, c, []int64{bread}, commit)

		require.Equal(t, []string{"500 g flour"}, itemTexts(t, c))
	})

	t.Run("IfItWasDeletedOnceAndUsedUpLater", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "again-deleted")
		bread := addRecipe(t, c, recipeNeeding("Bread", "flour=500 g")).ID
		p := meals(t, c, []int64{bread}, commit)
		deleteItem(t, c)
		deleteMeal(t, c, p.Meals[0].ID)
		meals(t, c, []int64{bread}, commit)
		c.Call(t, http.MethodPost, "/api/grocery/list/restock/", fmt.Sprintf(`{"ids": [%d]}`, item(t, c, "500 g flour").ID)).Is(t, http.StatusOK)
		c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/cook/", bread), `{}`).Is(t, http.StatusOK)

		meals(t, c, nil, commit)

		require.Equal(t, []string{"500 g flour"}, itemTexts(t, c), "the deletion was for the meal that was removed")
	})

	t.Run("AfterItsMealIsInThePast", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "again-past")
		bread := addRecipe(t, c, recipeNeeding("Bread", "flour=500 g")).ID
		planFor := func(day, today string) {
			meals(t, c, nil, map[string]any{"commit": true, "today": today, "meals": []any{map[string]any{"recipe": bread, "date": day}}})
		}
		planFor("2026-12-08", "2026-12-07")
		deleteItem(t, c)
		meals(t, c, nil, map[string]any{"commit": true, "today": "2026-12-08"})
		require.Empty(t, itemTexts(t, c))

		planFor("2026-12-15", "2026-12-14")

		require.Equal(t, []string{"500 g flour"}, itemTexts(t, c))
	})
}

// TestATickedItemIsEnoughForWhatHasNoMeasure plans foods whose need can't be compared with the text of an item.
func TestATickedItemIsEnoughForWhatHasNoMeasure(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "bought-texts")
	stew := addRecipe(t, c, recipeNeeding("Stew", "olive oil=2 glugs", "salt=1 pinch", "salt=to taste", "flour=100 g", "flour=for garnish", "kohlrabi=2", "kohlrabi=150 g")).ID
	meals(t, c, []int64{stew}, commit)
	written := itemTexts(t, c)
	require.Equal(t, []string{"2 glugs olive oil", "1 pinch salt", "100 g flour", "2 + 150 g kohlrabi"}, written)
	ticked := []string{}
	for _, text := range written {
		patchItem(t, c, text, map[string]any{"isChecked": true})
		ticked = append(ticked, text+" x")
	}

	meals(t, c, nil, commit)
	require.Equal(t, ticked, itemTexts(t, c))

	c.Call(t, http.MethodPost, "/api/grocery/list/restock/", `{}`).Is(t, http.StatusOK)
	require.Equal(t, map[string][]string{"Groceries": {"olive oil", "salt", "flour", "kohlrabi"}}, fridgeNames(t, c))
	meals(t, c, nil, commit)
	require.Equal(t, []string{"salt", "flour"}, itemTexts(t, c))
}
