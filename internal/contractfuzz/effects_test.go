package contractfuzz_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/casefold"
)

// listedTemplates has the lists whose schema doesn't refer to the schema of their resources, with the template of these resources.
var listedTemplates = map[string]string{"getFridge": fridge, "listPlanOverrides": "/api/grocery/plan/overrides/{id}/"}

// modelEffects has the effects of operations that [run.updateModel] can't derive from the contract.
var modelEffects = map[string]func(w *run, c *user, r request, a *apitest.Response){
	"createAPIToken": func(w *run, c *user, r request, a *apitest.Response) {
		got := decode(w, a).(map[string]any)
		delete(got, "token") // no other response has it
		w.recordCreated(c, "/api/user/api-tokens/{id}/", normalized(r.Body.Schema, r.body, true), got)
	},
	"addGroceryItems": func(w *run, c *user, r request, a *apitest.Response) {
		var lines []string
		for line := range strings.SplitSeq(r.body["items"].(string), "\n") {
			if line = nameOf(line); line != "" {
				lines = append(lines, line)
			}
		}
		got := decode(w, a).(map[string]any)
		ids := got["ids"].([]any)
		require.Len(w, ids, len(lines))
		require.Equal(w, ids[0], got["id"])
		for i, id := range ids {
			c.add(w, "/api/grocery/list/{id}/", map[string]any{"id": id, "item": lines[i], "isChecked": false})
		}
	},
	"planGroceries": func(w *run, c *user, r request, _ *apitest.Response) {
		chosen := r.body["recipe_ids"].([]any)
		for _, one := range c.resources["/api/recipes/{id}/"] {
			for _, id := range chosen {
				if string(id.(json.Number)) == one.id {
					one.seen["state"] = "used"
				}
			}
		}
		c.plans = append([]any{chosen}, c.plans...)
	},
	"planMeals": func(w *run, c *user, r request, _ *apitest.Response) {
		var chosen []any
		for _, meal := range r.body["meals"].([]any) {
			chosen = append(chosen, meal.(map[string]any)["recipe"])
		}
		for _, one := range c.resources["/api/recipes/{id}/"] {
			for _, id := range chosen {
				if string(id.(json.Number)) == one.id {
					one.seen["state"] = "used"
				}
			}
		}
		c.plans = append([]any{chosen}, c.plans...)
		w.refreshPlan(c)
	},
	"deletePlannedMeal": func(w *run, c *user, _ request, _ *apitest.Response) { w.refreshPlan(c) },
	"setPlanOverride":   func(w *run, c *user, _ request, _ *apitest.Response) { w.refreshPlan(c) },
	"cookRecipe": func(w *run, c *user, r request, a *apitest.Response) {
		got := decode(w, a).(map[string]any)
		if r.body["dry_run"] == true {
			return
		}
		r.resource.seen["state"] = "used"
		for _, one := range got["taken"].([]any) {
			w.recordTaken(c, one.(map[string]any))
		}
	},
	"restockFridge": func(w *run, c *user, r request, a *apitest.Response) {
		for _, one := range decode(w, a).(map[string]any)["restocked"].([]any) {
			w.recordRestocked(c, r, one.(map[string]any))
		}
	},
	// The undone change is always the addition of the ingredient.
	"undoFridgeChange": func(w *run, c *user, r request, a *apitest.Response) {
		require.Equal(w, number(1), decode(w, a).(map[string]any)["undone"])
		one := w.withID(c, fridge, r.resource.seen["item"])
		c.remove(one)
		w.requireAbsent(c, one)
	},
	"refreshRecipes": func(w *run, c *user, _ request, a *apitest.Response) {
		require.Equal(w, map[string]any{"updated_count": number(int64(len(c.resources["/api/recipes/{id}/"])))}, decode(w, a))
		for _, one := range c.resources["/api/recipes/{id}/"] {
			one.seen["state"] = "active"
		}
	},
	// With on_error=skip, the response also has the rejected recipes.
	"importRecipes": func(w *run, c *user, r request, a *apitest.Response) {
		switch got := decode(w, a).(type) {
		case []any:
			w.recordAllCreated(c, r, got)
		case map[string]any:
			require.Empty(w, got["refused"])
			w.recordAllCreated(c, r, got["added"].([]any))
		}
	},
	"importAccount": func(w *run, c *user, r request, _ *apitest.Response) { w.recordImport(c, r) },
	// The recipe isn't deleted: restoring a deleted one is a step of a history.
	"restoreRecipe": func(w *run, _ *user, r request, a *apitest.Response) {
		require.Equal(w, any(r.resource.seen), decode(w, a))
	},
	"deletePlans": func(_ *run, c *user, _ request, _ *apitest.Response) { c.plans = nil },
	"renameFridgeGroup": func(_ *run, c *user, r request, _ *apitest.Response) {
		all, name := c.inGroup(r.name), nameOf(r.body["new_group"].(string))
		if others := c.inGroup(name); casefold.Name(name) != casefold.Name(r.name) && len(others) > 0 {
			name = others[0].seen["group"].(string)
		}
		for _, one := range all {
			one.seen["group"] = name
		}
	},
	"deleteFridgeGroup": func(_ *run, c *user, r request, _ *apitest.Response) {
		for _, one := range c.inGroup(r.name) {
			c.remove(one)
		}
	},
	// The response has the next token.
	"refreshToken": func(w *run, _ *user, _ request, a *apitest.Response) { w.refresh = a.RefreshCookie().Value },
}

// sessions is the template of a session's path. No operation returns the id of a session that it starts.
const sessions = "/api/user/sessions/{id}/"

// recipes is the template of a recipe's path.
const recipes = "/api/recipes/{id}/"

// inGroup returns the user's resources in a group of the fridge.
func (c *user) inGroup(name string) (all []*resource) {
	for _, one := range c.resources["/api/fridge/ingredient/{id}/"] {
		if casefold.Name(one.seen["group"].(string)) == casefold.Name(name) {
			all = append(all, one)
		}
	}
	return all
}

// withStoredGroup returns a body with its group spelled as in the user's other resources.
func (c *user) withStoredGroup(id string, body map[string]any) map[string]any {
	group, given := body["group"].(string)
	if !given {
		return body
	}
	for _, one := range c.inGroup(group) {
		if one.id != id {
			body = maps.Clone(body)
			body["group"] = one.seen["group"]
			return body
		}
	}
	return body
}

// fridge is the template of the path of an ingredient in the fridge.
const fridge = "/api/fridge/ingredient/{id}/"

// withID returns the user's resource with this id.
func (w *run) withID(c *user, template string, id any) *resource {
	i := slices.IndexFunc(c.resources[template], func(t *resource) bool { return t.seen["id"] == id })
	require.GreaterOrEqual(w, i, 0, "%v isn't one of the resources of %s", id, c.name)
	return c.resources[template][i]
}

// recordTaken records the use of an ingredient by a recipe.
func (w *run) recordTaken(c *user, used map[string]any) {
	one := w.withID(c, fridge, used["id"])
	require.Equal(w, one.seen["name"], used["name"])
	switch {
	case used["used_up"] == true:
		c.remove(one)
		w.requireAbsent(c, one)
		return
	case used["remaining"] != nil:
		one.seen["quantity"] = used["remaining"]
	}
	w.requirePresent(c, one)
}

// recordRestocked records that an item of the checklist has become an ingredient.
func (w *run) recordRestocked(c *user, r request, moved map[string]any) {
	item := w.withID(c, "/api/grocery/list/{id}/", moved["item"])
	ids, given := r.body["ids"].([]any)
	require.True(w, given || item.seen["isChecked"] == true, "%v isn't ticked", item)
	require.True(w, !given || slices.Contains(ids, moved["item"]), "%v wasn't named", item)
	c.remove(item)
	w.requireAbsent(c, item)

	want := normalized(r.Body.Schema, r.body, true).(map[string]any)
	delete(want, "ids")
	for _, member := range []string{"id", "name", "quantity"} {
		if moved[member] != nil {
			want[member] = moved[member]
		}
	}
	if want["group"] == nil {
		want["group"] = moved["group"]
	}
	want = c.withStoredGroup("", want)
	require.Equal(w, want["group"], moved["group"])
	w.requirePresent(c, c.add(w, fridge, want))
}

// refreshPlan records what a plan may have changed: its meals, the decisions on foods, and the checklist.
func (w *run) refreshPlan(c *user) {
	get := func(path string) any {
		return decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK))
	}
	for template, list := range map[string]any{
		"/api/grocery/plan/meals/{id}/":     get("/api/grocery/plan/").(map[string]any)["meals"],
		"/api/grocery/plan/overrides/{id}/": get("/api/grocery/plan/overrides/"),
		"/api/grocery/list/{id}/":           get("/api/grocery/list/"),
	} {
		c.resources[template] = nil
		for _, one := range list.([]any) {
			c.add(w, template, one.(map[string]any))
		}
	}
}
