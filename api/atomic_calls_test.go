package api_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func atomicRecipe(name string) string {
	return fmt.Sprintf(`{"name": %q, "meat_type": "fish", "longevity": 1, "frequency": "rarely", "ingredients": [{"name": "leek"}]}`, name)
}

func atomicImport(n int) string {
	list := atomicRecipe("first")
	for i := 1; i < n; i++ {
		list += "," + atomicRecipe(fmt.Sprint("next ", i))
	}
	return `{"list": [` + list + `]}`
}

// writeCall is a call that writes to a kitchen that was just filled.
type writeCall struct {
	method, path, body string
	status             int // if nothing makes it fail
}

// requireEveryWrite requires a call of each operation of the contract that writes to kitchens.
func requireEveryWrite(t *testing.T, calls []writeCall) {
	t.Helper()
	for _, o := range apitest.Operations(t) {
		if o.Method == http.MethodGet || !slices.Contains([]string{"Recipes", "Foods", "Fridge", "Grocery"}, o.Tag) {
			continue
		}
		path := regexp.MustCompile("^" + regexp.MustCompile(`{\w+}`).ReplaceAllString(o.Path, `(\d+|[A-Z])`) + "$")
		require.True(t, slices.ContainsFunc(calls, func(c writeCall) bool { return c.method == o.Method && path.MatchString(c.path) }),
			"writeCalls has no call of %s %s: add one in api/atomic_calls_test.go", o.Method, o.Path)
	}
}

func (k *faultyDatabaseUser) writeCalls() []writeCall {
	recipe, item := fmt.Sprintf("/api/recipes/%d/", k.recipes[3]), fmt.Sprintf("/api/fridge/ingredient/%d/", k.items[1])
	line, food := fmt.Sprintf("/api/grocery/list/%d/", k.lines[1]), foodPath(k.foods[1])
	return []writeCall{
		{http.MethodPost, "/api/recipes/", atomicRecipe("new"), http.StatusCreated},
		{http.MethodPost, "/api/recipes/bulk/", atomicImport(3), http.StatusCreated},
		{http.MethodPost, "/api/recipes/refresh/", "", http.StatusOK},
		{http.MethodPut, recipe, atomicRecipe("new"), http.StatusOK},
		{http.MethodPatch, recipe, `{"note": "new", "ingredients": []}`, http.StatusOK},
		{http.MethodDelete, recipe, "", http.StatusNoContent},
		{http.MethodPost, modelRecipePath(k.deleted) + "restore/", "", http.StatusOK},
		{http.MethodDelete, "/api/recipes/", "", http.StatusNoContent},
		{http.MethodPost, "/api/foods/", `{"name": "new", "aliases": ["fresh"]}`, http.StatusCreated},
		{http.MethodPut, food, `{"name": "new"}`, http.StatusOK},
		{http.MethodPatch, food, `{"aisle": "Spices"}`, http.StatusOK},
		{http.MethodDelete, food, "", http.StatusNoContent},
		{http.MethodPost, "/api/fridge/ingredient/", `{"name": "new", "group": "H"}`, http.StatusCreated},
		{http.MethodPost, fmt.Sprintf("/api/fridge/journal/%d/undo/", k.entry), "", http.StatusOK},
		{http.MethodPost, recipe + "cook/", `{}`, http.StatusOK},
		{http.MethodPost, "/api/grocery/list/restock/", fmt.Sprintf(`{"ids": [%d]}`, k.lines[2]), http.StatusOK},
		{http.MethodPut, item, `{"name": "new", "group": "H"}`, http.StatusOK},
		{http.MethodPatch, item, `{"group": "H"}`, http.StatusOK},
		{http.MethodDelete, item, "", http.StatusNoContent},
		{http.MethodPut, "/api/fridge/ingredient/group/G", `{"new_group": "H"}`, http.StatusOK},
		{http.MethodDelete, "/api/fridge/ingredient/group/G", "", http.StatusOK},
		{http.MethodPost, "/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d, %d]}`, k.recipes[4], k.recipes[0]), http.StatusOK},
		{http.MethodDelete, "/api/grocery/history/", "", http.StatusNoContent},
		{http.MethodPost, "/api/grocery/list/", `{"items": "x\ny"}`, http.StatusCreated},
		{http.MethodPut, line, `{"item": "new"}`, http.StatusOK},
		{http.MethodPatch, line, `{"isChecked": true}`, http.StatusOK},
		{http.MethodDelete, line, "", http.StatusNoContent},
		{http.MethodDelete, "/api/grocery/list/", "", http.StatusNoContent},
		{http.MethodPost, mealPlanPath, fmt.Sprintf(`{"meals": [{"recipe": %d}], "commit": true}`, k.recipes[4]), http.StatusOK},
		{http.MethodDelete, fmt.Sprintf("%smeals/%d/", mealPlanPath, k.meal), "", http.StatusNoContent},
		{http.MethodPost, mealPlanPath + "overrides/", `{"food": "salt", "state": "have"}`, http.StatusOK},
		{http.MethodDelete, fmt.Sprintf("%soverrides/%d/", mealPlanPath, k.override), "", http.StatusNoContent},
	}
}
