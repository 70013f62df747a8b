package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestAllFieldErrorsComeAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "all-at-once", awkward)
	requests := map[string]apitest.Request{}
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken && o.Body != nil }) {
		requests[o.ID] = k.Prepare(t, o)
	}
	before := everyRow(t, s)
	list := func(element string, count int) string { return `{"list": ` + arrayOf(element, count) + `}` }
	recipeRequired := []string{"frequency:required", "ingredients:required", "longevity:required", "meat_type:required", "name:required"}
	const invalidRecipe = `{"name": " ", "meat_type": 7, "longevity": -1, "frequency": "daily", "note": null, "state": "", "ingredients": [{"name": ""}, 5, {"name": "x", "quantity": true}, {}]}`
	invalidPaths := []string{
		"frequency:not_allowed", "ingredients.0.name:blank", "ingredients.1:not_an_object", "ingredients.2.quantity:not_a_string", "ingredients.3.name:required",
		"longevity:too_small", "meat_type:not_a_string", "name:blank", "note:not_a_string", "state:blank",
	}
	prefixed := func(prefix string, fields []string) (all []string) {
		for _, f := range fields {
			all = append(all, prefix+f)
		}
		return all
	}
	for _, f := range []struct {
		operation, body string
		fields          []string
	}{
		{"createRecipe", `{}`, recipeRequired}, {"replaceRecipe", `{}`, recipeRequired}, {"importRecipes", `{}`, []string{"list:required"}},
		{"createRecipe", invalidRecipe, invalidPaths}, {"replaceRecipe", invalidRecipe, invalidPaths}, {"updateRecipe", invalidRecipe, invalidPaths},
		{"importRecipes", `{"list": [{}, ` + recipeBody + `, ` + invalidRecipe + `]}`, append(prefixed("list.0.", recipeRequired), prefixed("list.2.", invalidPaths)...)},
		{"importRecipes", `{"list": [5, null, [], "x"]}`, []string{"list.0:not_an_object", "list.1:not_an_object", "list.2:not_an_object", "list.3:not_an_object"}},
		{"importRecipes", list(recipeBody, 1001), []string{"list:too_many"}},
		{"importRecipes", `{"list": [{}, ` + strings.Repeat(recipeBody+",", 999) + `{}]}`, append([]string{"list:too_many"}, prefixed("list.0.", recipeRequired)...)},
		{"importRecipes", `{"list": [` + strings.Repeat(recipeBody+",", 999) + `{}]}`, prefixed("list.999.", recipeRequired)},
		{"addFridgeIngredient", `{}`, []string{"group:required", "name:required"}},
		{"replaceFridgeIngredient", `{"name": [], "group": ""}`, []string{"group:blank", "name:not_a_string"}},
		{"updateFridgeIngredient", `{"name": null, "group": "\u0000"}`, []string{"group:invalid_characters", "name:not_a_string"}},
		{"renameFridgeGroup", `{}`, []string{"new_group:required"}},
		{"planGroceries", `{"recipe_ids": [1.5, 1, "1", true, null]}`, []string{
			"recipe_ids.0:not_an_integer", "recipe_ids.2:not_an_integer", "recipe_ids.3:not_an_integer", "recipe_ids.4:not_an_integer"}},
		{"planGroceries", `{"recipe_ids": ` + arrayOf("null", 501) + `}`, nil},
		{"replaceGroceryItem", `{"item": {}, "isChecked": 0}`, []string{"isChecked:not_a_boolean", "item:not_a_string"}},
		{"updateGroceryItem", `{"item": " ", "isChecked": null}`, []string{"isChecked:not_a_boolean", "item:blank"}},
	} {
		r := requests[f.operation]
		r.Text = f.body
		fields := r.Send(t, k.Client).Is(t, http.StatusBadRequest).Problem(t).Fields()
		if f.fields == nil {
			require.Len(t, fields, 501, "one for the length, one for each element that counts")
			require.Contains(t, fields, "recipe_ids:too_many")
			continue
		}
		require.Equal(t, f.fields, fields, "%s %.100s", f.operation, f.body)
	}
	for _, body := range []string{list("{}", 201), list("{}", 1001), list(`{"ingredients": `+arrayOf("5", 200)+`}`, 1000)} {
		require.Len(t, k.Call(t, http.MethodPost, "/api/recipes/bulk/", body).Is(t, http.StatusBadRequest).Problem(t).Fields(), 1000, "of very many the first")
	}
	require.Equal(t, before, everyRow(t, s), "nothing is stored")
}

func TestUnknownMembersAreIgnored(t *testing.T) {
	t.Parallel()
	k := apitest.Shared(t)[0].Kitchen(t, "unknown", "")
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken && o.Body != nil }) {
		t.Run("By "+o.ID, func(t *testing.T) {
			for _, unknown := range []string{
				`null`, `"\u0000"`, `1e400`, `-1e-400`, strings.Repeat("9", 10_000), `"` + strings.Repeat("🍋", 10_000) + `"`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
				strings.Repeat(`{"name":`, 5000) + "5" + strings.Repeat("}", 5000), arrayOf(`{"name": null}`, 1000), `{"list": [{}], "recipe_ids": "x"}`,
			} {
				r := k.Prepare(t, o)
				r.Text = strings.TrimSuffix(r.Text, "}")
				for name := range o.Body.Schema.Properties { // names are case-sensitive
					r.Text += fmt.Sprintf(`, %q: %[3]s, %[2]q: %[3]s`, strings.ToUpper(name), strings.ToTitle(name[:1])+name[1:], unknown)
				}
				r.Text += `, "id": ` + unknown + `, "": ` + unknown + `}`
				r.Succeed(t, k.Client)
			}
		})
	}

	t.Run("InIngredientsToo", func(t *testing.T) {
		a := k.Call(t, http.MethodPost, "/api/recipes/", `{"name": "soup", "meat_type": "x", "longevity": 1, "frequency": "weekday",
			"ingredients": [{"Name": 5, "NAME": null, "n\u0061me": "Leek", "Quantity": "9", "id": 1e400}]}`)
		require.Contains(t, a.Is(t, http.StatusCreated).Text, `{"name":"leek","quantity":""}`)
	})
}

func TestABodyIsCheckedBeforeTheIdIsLookedFor(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "body-first")
	for path, method := range map[string]string{
		"/api/recipes/4711/": http.MethodPut, "/api/recipes/x/": http.MethodPut, "/api/fridge/ingredient/4711/": http.MethodPut, "/api/fridge/ingredient/0/": http.MethodPut,
		"/api/grocery/list/4711/": http.MethodPut, "/api/grocery/list/1.0/": http.MethodPut, "/api/fridge/ingredient/group/%00": http.MethodPut,
	} {
		require.Equal(t, "invalid_input", c.Call(t, method, path, `{}`).Is(t, http.StatusBadRequest).Problem(t).Code, path)
	}
}

// recipeBody is a valid recipe.
const recipeBody = `{"name": "soup", "meat_type": "x", "longevity": 1, "frequency": "weekday", "ingredients": [{"name": "leek"}, {"name": "salt", "quantity": "1"}]}`

func arrayOf(element string, count int) string {
	return "[" + strings.TrimSuffix(strings.Repeat(element+",", count), ",") + "]"
}
