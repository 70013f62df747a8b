package contractfuzz_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/casefold"
)

// shows are the lists whose schema doesn't refer to their things.
var shows = map[string]string{"getFridge": "/api/fridge/ingredient/{id}/"}

// effects are the effects of operations that neither name a thing nor return one.
var effects = map[string]func(w *run, c *user, r request, a *apitest.Response){
	"createAPIToken": func(w *run, c *user, r request, a *apitest.Response) {
		got := decode(w, a).(map[string]any)
		delete(got, "token") // no other response has it
		w.made(c, "/api/user/api-tokens/{id}/", normal(r.Body.Schema, r.body, true), got)
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
		for _, one := range c.things["/api/recipes/{id}/"] {
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
		for _, one := range c.things["/api/recipes/{id}/"] {
			for _, id := range chosen {
				if string(id.(json.Number)) == one.id {
					one.seen["state"] = "used"
				}
			}
		}
		c.plans = append([]any{chosen}, c.plans...)
		w.replanned(c)
	},
	"deletePlannedMeal": func(w *run, c *user, _ request, _ *apitest.Response) { w.replanned(c) },
	"setPlanOverride":   func(w *run, c *user, _ request, _ *apitest.Response) { w.replanned(c) },
	"refreshRecipes": func(w *run, c *user, _ request, a *apitest.Response) {
		require.Equal(w, map[string]any{"updated_count": number(int64(len(c.things["/api/recipes/{id}/"])))}, decode(w, a))
		for _, one := range c.things["/api/recipes/{id}/"] {
			one.seen["state"] = "active"
		}
	},
	// With on_error=skip the response has the rejected ones, too.
	"importRecipes": func(w *run, c *user, r request, a *apitest.Response) {
		switch got := decode(w, a).(type) {
		case []any:
			w.madeAll(c, r, got)
		case map[string]any:
			require.Empty(w, got["refused"])
			w.madeAll(c, r, got["added"].([]any))
		}
	},
	"importAccount": func(w *run, c *user, r request, _ *apitest.Response) { w.imported(c, r) },
	// It is there already: restoring a deleted one is a step of a history.
	// The recipe isn't deleted: restoring a deleted one is a step of a history.
	"restoreRecipe": func(w *run, _ *user, r request, a *apitest.Response) {
		require.Equal(w, any(r.thing.seen), decode(w, a))
	},
	"deletePlans": func(_ *run, c *user, _ request, _ *apitest.Response) { c.plans = nil },
	"renameFridgeGroup": func(_ *run, c *user, r request, _ *apitest.Response) {
		all, name := c.grouped(r.name), nameOf(r.body["new_group"].(string))
		if others := c.grouped(name); casefold.Name(name) != casefold.Name(r.name) && len(others) > 0 {
			name = others[0].seen["group"].(string)
		}
		for _, one := range all {
			one.seen["group"] = name
		}
	},
	"deleteFridgeGroup": func(_ *run, c *user, r request, _ *apitest.Response) {
		for _, one := range c.grouped(r.name) {
			c.drop(one)
		}
	},
	// It returns the next token.
	"refreshToken": func(w *run, _ *user, _ request, a *apitest.Response) { w.refresh = a.RefreshCookie().Value },
}

// sessions is the template of a session's path. No operation returns the id of a session that it starts.
const sessions = "/api/user/sessions/{id}/"

// recipes is the template of a recipe's path.
const recipes = "/api/recipes/{id}/"

// grouped returns the user's things in a group of the fridge.
func (c *user) grouped(name string) (all []*thing) {
	for _, one := range c.things["/api/fridge/ingredient/{id}/"] {
		if casefold.Name(one.seen["group"].(string)) == casefold.Name(name) {
			all = append(all, one)
		}
	}
	return all
}

// joined returns a body with the group in the spelling that the user's other things have.
func (c *user) joined(id string, body map[string]any) map[string]any {
	group, given := body["group"].(string)
	if !given {
		return body
	}
	for _, one := range c.grouped(group) {
		if one.id != id {
			body = maps.Clone(body)
			body["group"] = one.seen["group"]
			return body
		}
	}
	return body
}

// replanned takes note of what a plan may have changed: its meals, the decisions on foods, and the checklist.
func (w *run) replanned(c *user) {
	get := func(path string) any {
		return decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK))
	}
	for template, list := range map[string]any{
		"/api/grocery/plan/meals/{id}/":     get("/api/grocery/plan/").(map[string]any)["meals"],
		"/api/grocery/plan/overrides/{id}/": get("/api/grocery/plan/overrides/"),
		"/api/grocery/list/{id}/":           get("/api/grocery/list/"),
	} {
		c.things[template] = nil
		for _, one := range list.([]any) {
			c.add(w, template, one.(map[string]any))
		}
	}
}
