package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// TestThePlanMovesToAnotherAccount exports an account with a current plan, imports it into another account, and removes a meal there.
func TestThePlanMovesToAnotherAccount(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	from, to := s.User(t, "plan-from"), s.User(t, "plan-to")
	stew := addRecipe(t, from, recipeNeeding("Stew", "flour=100 g", "carrots=2", "salt=1 tsp")).ID
	meals(t, from, nil, map[string]any{"commit": true, "meals": []any{
		map[string]any{"recipe": stew, "factor": "2/3", "date": "9999-12-30"}, map[string]any{"recipe": stew},
	}, "overrides": []any{map[string]any{"food": "salt", "state": "have"}}})
	patchItem(t, from, "170 g flour", map[string]any{"isChecked": true})
	file := from.Call(t, http.MethodGet, "/api/user/export/", nil).Is(t, http.StatusOK).Text

	to.Call(t, http.MethodPost, "/api/user/import/", file).Is(t, http.StatusCreated)

	require.Equal(t, lineTexts(currentMeals(t, from)), lineTexts(currentMeals(t, to)))
	require.Equal(t, itemTexts(t, from), itemTexts(t, to))
	require.NotNil(t, currentMeals(t, to).Lines[2].Override)
	deleteMeal(t, to, currentMeals(t, to).Meals[0].ID)
	require.Equal(t, []string{"170 g flour x", "2 carrots"}, itemTexts(t, to))
	both := `{"format": "ocipe-export", "version": 1, "account": {"username": "x", "created_at": "2026-01-05T17:45:00.654321Z", "password_changed_at": "2026-01-05T17:45:00.654321Z"},
		"recipes": [], "trash": [], "fridge": [], "checklist": [{"id": 1, "item": "bread", "isChecked": false, "food": "bread"}], "plans": [],
		"meals": [{"id": 1, "recipe": 7, "servings": 2, "factor": "1/2"}], "overrides": [{"id": 1, "food": "Salt", "state": "need"}, {"id": 2, "food": "egg", "state": "amount", "amount": "4"}]}`
	to.Call(t, http.MethodPost, "/api/user/import/", both).Is(t, http.StatusCreated)
	require.Len(t, currentMeals(t, to).Meals, 2)
	require.EqualValues(t, "have", currentMeals(t, to).Lines[2].Override.State)
}

// TestAPlanThatAnImportHasMadeTooLongIsStillShown imports a plan of 500 meals into an account that already has a plan.
func TestAPlanThatAnImportHasMadeTooLongIsStillShown(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "plan-too-long")
	water := addRecipe(t, c, recipeNeeding("Water")).ID
	meals(t, c, slices.Repeat([]int64{water}, 500), commit)
	file := c.Call(t, http.MethodGet, "/api/user/export/", nil).Is(t, http.StatusOK).Text

	c.Call(t, http.MethodPost, "/api/user/import/", file).Is(t, http.StatusCreated)

	require.Len(t, currentMeals(t, c).Meals, 1000)
	one := map[string]any{"meals": []any{map[string]any{"recipe": water}}}
	require.Equal(t, []string{"meals:too_many"}, c.Call(t, http.MethodPost, mealPlanPath, one).Is(t, http.StatusBadRequest).Problem(t).Fields())
	deleteMeal(t, c, currentMeals(t, c).Meals[0].ID)
	require.Len(t, currentMeals(t, c).Meals, 999)
}

// TestAnImportOfManyOverridesKeepsTheirOrder imports more overrides than the server stores at once.
func TestAnImportOfManyOverridesKeepsTheirOrder(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "many-overrides")
	var foods, overrides []string
	for i := range 1010 {
		foods = append(foods, fmt.Sprint("food ", i))
		overrides = append(overrides, fmt.Sprintf(`{"id": %d, "food": %q, "state": "have"}`, i+1, foods[i]))
	}
	file := strings.Replace(exportWith("", ""), `"plans":[]`, `"plans":[],"overrides":[`+strings.Join(overrides, ",")+`]`, 1)

	a := c.Call(t, http.MethodPost, importPath, file).Is(t, http.StatusCreated)

	require.EqualValues(t, len(foods), apitest.Decode[models.ImportedCounts](t, a).Overrides)
	require.Equal(t, foods, overriddenFoods(t, c))
}
