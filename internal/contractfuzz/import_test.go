package contractfuzz_test

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/casefold"
)

// recordImport records the resources that an import has added. The resources that are new to the user must be the elements of the file.
func (w *run) recordImport(c *user, r request) {
	file := normalized(r.Body.Schema, r.body, true).(map[string]any)
	added := w.newInList(c, "/api/recipes/", recipes)
	w.requireSameElements(recipes, file["recipes"].([]any), added)
	for _, one := range added {
		c.add(w, recipes, one)
	}
	w.requireSameElements(recipes, file["trash"].([]any), w.recordImportedTrash(c))
	added = w.newInList(c, "/api/grocery/list/", "/api/grocery/list/{id}/")
	w.requireSameElements("/api/grocery/list/{id}/", file["checklist"].([]any), added)
	for _, one := range added {
		c.add(w, "/api/grocery/list/{id}/", one)
	}
	w.recordImportedFridge(c, file["fridge"].([]any))
	w.recordImportedPlans(c, file["plans"].([]any))
	w.refreshPlan(c)
	added = w.newInList(c, "/api/foods/", "/api/foods/{id}/")
	foods, _ := file["foods"].([]any)
	w.requireSameElements("/api/foods/{id}/", foods, added)
	for _, one := range added {
		c.add(w, "/api/foods/{id}/", one)
	}
}

// newInList returns the resources in a list that the user didn't have before, sorted by id.
func (w *run) newInList(c *user, path, template string) (all []map[string]any) {
	for _, one := range objects(decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK))) {
		if !slices.ContainsFunc(c.resources[template], func(t *resource) bool { return t.seen["id"] == one["id"] }) {
			all = append(all, one)
		}
	}
	slices.SortFunc(all, byID)
	return all
}

func byID(a, b map[string]any) int {
	x, _ := a["id"].(json.Number).Int64()
	y, _ := b["id"].(json.Number).Int64()
	return cmp.Compare(x, y)
}

// requireSameElements compares new resources with the elements of a file, which have the same order by id.
func (w *run) requireSameElements(template string, file []any, got []map[string]any) {
	require.Len(w, got, len(file))
	sorted := []map[string]any{}
	for _, one := range file {
		sorted = append(sorted, withoutUnset(w.schemas[template], one.(map[string]any)))
	}
	slices.SortFunc(sorted, byID)
	for i, one := range sorted {
		for member, value := range one {
			switch member {
			case "id", "accuracy", "group", "have", "missing":
			case "ingredient_list":
				require.Equal(w, stored(map[string]any{"ingredients": value})["ingredient_list"], got[i][member])
			case "deleted_date": // a date in the future becomes the time of the import
				now := time.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
				if value.(string) > now {
					require.LessOrEqual(w, got[i][member], now, member)
					continue
				}
				require.Equal(w, value, got[i][member], member)
			default:
				require.Equal(w, value, got[i][member], member)
			}
		}
	}
}

// recordImportedTrash records new recipes in the trash and returns them.
func (w *run) recordImportedTrash(c *user) (all []map[string]any) {
	for _, one := range objects(decode(w, c.Call(w.tb, http.MethodGet, "/api/recipes/trash/", nil).Is(w.tb, http.StatusOK))) {
		if id := string(one["id"].(json.Number)); !slices.ContainsFunc(c.trash, func(t *resource) bool { return t.id == id }) {
			all = append(all, one)
			seen := map[string]any{}
			for member, value := range one {
				if member != "deleted_date" {
					seen[member] = value
				}
			}
			c.trash = append(c.trash, &resource{recipes, id, seen})
		}
	}
	slices.SortFunc(all, byID)
	return all
}

// recordImportedFridge records new ingredients. All ingredients of a group must spell its name in the same way.
func (w *run) recordImportedFridge(c *user, file []any) {
	const template = "/api/fridge/ingredient/{id}/"
	var added []map[string]any
	for _, one := range w.newInList(c, "/api/fridge/", template) {
		path := collection(template) + string(one["id"].(json.Number))
		added = append(added, decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK)).(map[string]any))
	}
	w.requireSameElements(template, file, added)
	for _, one := range added {
		group := one["group"].(string)
		require.True(w, slices.ContainsFunc(file, func(sent any) bool {
			return casefold.Name(sent.(map[string]any)["group"].(string)) == casefold.Name(group)
		}))
		if others := c.inGroup(group); len(others) > 0 {
			require.Equal(w, others[0].seen["group"], group)
		}
		c.add(w, template, one)
	}
}

// recordImportedPlans records new plans, whose recipes have new ids.
func (w *run) recordImportedPlans(c *user, file []any) {
	var all []any
	for _, one := range decode(w, c.Call(w.tb, http.MethodGet, "/api/grocery/history/", nil).Is(w.tb, http.StatusOK)).([]any) {
		all = append(all, one.(map[string]any)["recipes"])
	}
	require.Len(w, all, len(c.plans)+len(file))
	c.plans = all
}
