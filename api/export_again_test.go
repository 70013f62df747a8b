package api_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// exportWithoutIDs returns the export of an account without what an import doesn't add: the account itself and the journal. It replaces
// ids as withoutIDs does.
func exportWithoutIDs(t *testing.T, c *apitest.Client, order map[string]map[json.Number]int) any {
	t.Helper()
	file := decodeNumbers(t, c.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK).Text).(map[string]any)
	delete(file, "account")
	delete(file, "fridge_journal")
	order["item"] = itemOrder(file)
	kinds := map[string]string{
		"recipes": "recipe", "trash": "recipe", "fridge": "fridge", "checklist": "item", "plan_items": "item", "foods": "food",
		"plans": "plan", "meals": "plan", "overrides": "plan",
	}
	for name, list := range file {
		file[name] = withoutIDs(list, kinds[name], order)
	}
	return file
}

// itemOrder returns the rank of each id in the checklist and in the items of the plan, which also has deleted ones.
func itemOrder(file map[string]any) map[json.Number]int {
	var ids []json.Number
	for _, list := range []string{"checklist", "plan_items"} {
		for _, one := range file[list].([]any) {
			ids = append(ids, one.(map[string]any)["id"].(json.Number))
		}
	}
	slices.SortFunc(ids, func(a, b json.Number) int {
		x, _ := a.Int64()
		y, _ := b.Int64()
		return cmp.Compare(x, y)
	})
	order := map[json.Number]int{}
	for i, id := range slices.Compact(ids) {
		order[id] = i
	}
	return order
}

// copyOf returns a new user with everything of another one, by an export and an import.
func copyOf(t *testing.T, s *apitest.Server, c *apitest.Client, name string) *apitest.Client {
	t.Helper()
	to := s.User(t, name)
	to.Call(t, http.MethodPost, importPath, c.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK).Text).Is(t, http.StatusCreated)
	return to
}

// requireSameNextCommit commits one more meal in two accounts with the same data, and requires that both get the same plan and checklist.
// Both have one recipe.
func requireSameNextCommit(t *testing.T, one, other *apitest.Client) {
	t.Helper()
	var lines, lists [][]string
	var units []models.PlanUnits
	for _, c := range []*apitest.Client{one, other} {
		recipe := apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/", nil))[0].ID
		preview, plan := meals(t, c, []int64{recipe}, nil), meals(t, c, []int64{recipe}, commit)
		require.Equal(t, lineTexts(preview), lineTexts(plan))
		lines, lists, units = append(lines, lineTexts(plan)), append(lists, itemTexts(t, c)), append(units, plan.Units)
	}
	require.Equal(t, lines[0], lines[1])
	require.Equal(t, lists[0], lists[1])
	require.Equal(t, units[0], units[1])
}

func TestTheNextCommitIsTheSameAfterAnImport(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	deleted := func(t *testing.T, c *apitest.Client, text string) {
		t.Helper()
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/grocery/list/%d/", item(t, c, text).ID), nil).Is(t, http.StatusNoContent)
	}
	plan := func(members map[string]any) map[string]any {
		members["commit"] = true
		return members
	}
	for i, test := range []struct {
		name    string
		prepare func(t *testing.T, c *apitest.Client, stew int64)
		want    []string // the checklist after the next commit
	}{
		{"WithATickedItemOfAnEarlierPlan", func(t *testing.T, c *apitest.Client, stew int64) {
			t.Helper()
			meals(t, c, []int64{stew}, commit)
			patchItem(t, c, "100 g flour", map[string]any{"isChecked": true})
			meals(t, c, nil, plan(map[string]any{"replace": true}))
		}, []string{"100 g flour x", "100 g flour", "2 carrots", "salt"}},
		{"WithATickedItemOfTheCurrentPlan", func(t *testing.T, c *apitest.Client, stew int64) {
			t.Helper()
			meals(t, c, []int64{stew}, commit)
			patchItem(t, c, "100 g flour", map[string]any{"isChecked": true})
		}, []string{"100 g flour x", "4 carrots", "salt", "100 g flour"}},
		{"WithADeletedItem", func(t *testing.T, c *apitest.Client, stew int64) {
			t.Helper()
			meals(t, c, []int64{stew}, commit)
			deleted(t, c, "salt")
		}, []string{"200 g flour", "4 carrots"}},
		{"WithAChangedItem", func(t *testing.T, c *apitest.Client, stew int64) {
			t.Helper()
			meals(t, c, []int64{stew}, commit)
			patchItem(t, c, "100 g flour", map[string]any{"item": "500 g flour"})
		}, []string{"500 g flour", "4 carrots", "salt"}},
		{"WithUnitsAndIgnoredFoods", func(t *testing.T, c *apitest.Client, stew int64) {
			t.Helper()
			meals(t, c, []int64{stew}, plan(map[string]any{"units": "us", "ignore": []string{"Salt"}}))
		}, []string{"7½ oz flour", "4 carrots"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := s.User(t, fmt.Sprint("next-commit-", i))
			test.prepare(t, c, addRecipe(t, c, recipeNeeding("Stew", "flour=100 g", "carrots=2", "salt=")).ID)
			requireSameNextCommit(t, c, copyOf(t, s, c, fmt.Sprint("next-commit-copy-", i)))
			require.Equal(t, test.want, itemTexts(t, c))
		})
	}
}

// TestAnImportKeepsTheSettingsOfAPlan imports settings into accounts that have a plan, that have nothing, and that have imported a file
// of an account without a plan.
func TestAnImportKeepsTheSettingsOfAPlan(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	from, own, none := s.User(t, "settings-from"), s.User(t, "settings-own"), s.User(t, "settings-none")
	late := copyOf(t, s, none, "settings-late")
	meals(t, from, nil, map[string]any{"commit": true, "units": "us", "ignore": []string{"salt"}})
	meals(t, own, nil, commit)
	file := from.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK).Text
	for c, want := range map[*apitest.Client]models.PlanUnits{own: "as_written", none: "us", late: "us"} {
		c.Call(t, http.MethodPost, importPath, file).Is(t, http.StatusCreated)
		require.Equal(t, want, currentMeals(t, c).Units)
	}
}

// TestTheItemsOfAnOldExportBelongToThePlan imports a file without plan_settings and plan_items, and files with one of them.
func TestTheItemsOfAnOldExportBelongToThePlan(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	for i, test := range []struct {
		members string
		want    []string
	}{
		{``, []string{}},
		{`"plan_settings": {"units": "metric", "ignore": []},`, []string{"bread"}},
		{`"plan_items": [{"id": 7, "food": "milk", "item": "milk"}],`, []string{"bread"}},
		{`"plan_items": [{"id": 1, "food": "bread", "item": "bread"}],`, []string{}},
	} {
		c := s.User(t, fmt.Sprint("old-export-", i))
		file := `{` + test.members + `"format": "ocipe-export", "version": 1, "account": {"username": "x", "created_at": "2026-01-05T17:45:00.654321Z", "password_changed_at": "2026-01-05T17:45:00.654321Z"},
			"recipes": [], "trash": [], "fridge": [], "checklist": [{"id": 1, "item": "bread", "isChecked": false, "food": "bread"}], "plans": []}`
		c.Call(t, http.MethodPost, importPath, file).Is(t, http.StatusCreated)
		meals(t, c, nil, commit) // deletes the items of the plan that nothing needs
		require.Equal(t, test.want, itemTexts(t, c), test.members)
	}
}
