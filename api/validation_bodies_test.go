package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestAllFaultsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "all-at-once")
	ops := map[string]checkedBody{}
	for _, op := range checkedBodies(t, c) {
		ops[op.name] = op
	}
	before := everything(t, s)
	list := func(element string, count int) string { return `{"list": ` + arrayOf(element, count) + `}` }
	recipeRequired := []string{"frequency:required", "ingredients:required", "longevity:required", "meat_type:required", "name:required"}
	const faultyRecipe = `{"name": " ", "meat_type": 7, "longevity": -1, "frequency": "daily", "note": null, "state": "", "ingredients": [{"name": ""}, 5, {"name": "x", "quantity": 1}, {}]}`
	faultyPaths := []string{
		"frequency:not_allowed", "ingredients.0.name:blank", "ingredients.1:not_an_object", "ingredients.2.quantity:not_a_string", "ingredients.3.name:required",
		"longevity:too_small", "meat_type:not_a_string", "name:blank", "note:not_a_string", "state:blank",
	}
	prefixed := func(prefix string, faults []string) (all []string) {
		for _, f := range faults {
			all = append(all, prefix+f)
		}
		return all
	}
	for _, f := range []struct {
		operation, body string
		faults          []string
	}{
		{"CreateRecipe", `{}`, recipeRequired}, {"ReplaceRecipe", `{}`, recipeRequired}, {"ImportRecipes", `{}`, []string{"list:required"}},
		{"CreateRecipe", faultyRecipe, faultyPaths}, {"ReplaceRecipe", faultyRecipe, faultyPaths}, {"UpdateRecipe", faultyRecipe, faultyPaths},
		{"ImportRecipes", `{"list": [{}, ` + recipeBody + `, ` + faultyRecipe + `]}`, append(prefixed("list.0.", recipeRequired), prefixed("list.2.", faultyPaths)...)},
		{"ImportRecipes", `{"list": [5, null, [], "x"]}`, []string{"list.0:not_an_object", "list.1:not_an_object", "list.2:not_an_object", "list.3:not_an_object"}},
		{"ImportRecipes", list(recipeBody, 1001), []string{"list:too_many"}},
		{"ImportRecipes", `{"list": [{}, ` + strings.Repeat(recipeBody+",", 999) + `{}]}`, append([]string{"list:too_many"}, prefixed("list.0.", recipeRequired)...)},
		{"ImportRecipes", `{"list": [` + strings.Repeat(recipeBody+",", 999) + `{}]}`, prefixed("list.999.", recipeRequired)},
		{"AddFridgeIngredient", `{}`, []string{"group:required", "name:required"}},
		{"ReplaceFridgeIngredient", `{"name": [], "group": ""}`, []string{"group:blank", "name:not_a_string"}},
		{"UpdateFridgeIngredient", `{"name": null, "group": "\u0000"}`, []string{"group:invalid_characters", "name:not_a_string"}},
		{"RenameFridgeGroup", `{}`, []string{"new_group:required"}},
		{"PlanGroceries", `{"recipe_ids": [1.5, 1, "1", true, null]}`, []string{
			"recipe_ids.0:not_an_integer", "recipe_ids.2:not_an_integer", "recipe_ids.3:not_an_integer", "recipe_ids.4:not_an_integer"}},
		{"PlanGroceries", `{"recipe_ids": ` + arrayOf("null", 501) + `}`, nil},
		{"ReplaceGroceryItem", `{"item": {}, "isChecked": 0}`, []string{"isChecked:not_a_boolean", "item:not_a_string"}},
		{"UpdateGroceryItem", `{"item": " ", "isChecked": null}`, []string{"isChecked:not_a_boolean", "item:blank"}},
	} {
		op := ops[f.operation]
		faults := c.Call(t, op.method, op.path, f.body).Is(t, http.StatusBadRequest).Problem(t).Fields()
		if f.faults == nil {
			require.Len(t, faults, 501, "one for the length, one for each element that counts")
			require.Contains(t, faults, "recipe_ids:too_many")
			continue
		}
		require.Equal(t, f.faults, faults, "%s %.100s", f.operation, f.body)
	}
	for _, body := range []string{list("{}", 201), list("{}", 1001), list(`{"ingredients": `+arrayOf("5", 200)+`}`, 1000)} {
		require.Len(t, c.Call(t, http.MethodPost, "/api/recipes/bulk/", body).Is(t, http.StatusBadRequest).Problem(t).Fields(), 1000, "of very many the first")
	}
	require.Equal(t, before, everything(t, s), "nothing is stored")
}

func TestBodiesThatCantBeReadAreMalformed(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "malformed")
	ops := checkedBodies(t, c)
	before := everything(t, s)
	for _, op := range ops {
		open := strings.TrimSuffix(strings.TrimSpace(op.body), "}")
		for _, body := range []string{
			"", " ", "{", "null", "true", "5", `"kohlrabi"`, "[]", "[" + op.body + "]", op.body + op.body, op.body + " kohlrabi", op.body + "]", "\ufeff" + op.body, strings.ReplaceAll(op.body, `"`, "'"),
			open + `,}`, open + `, kohlrabi: 1}`, open + `, "x": 01}`, open + `, "x": NaN}`, open + `, "x": +1}`, open + `, "x": .5}`, open + `, "x": "kohlrabi` + "\n" + `"}`, open + `, "x": /*kohlrabi*/ 1}`,
			open + `, "x": "kohlrabi\ud800"}`, open + `, "x": "\udc00\ud800"}`, open + `, "x\ud83c": 1}`, open + ", \"x\": \"kohlrabi\xff\"}", open + ", \"\xc3\": 1}", open + ", \"x\": \"\xed\xa0\x80\"}", open + `, "x": "\u12"}`,
			open + `, "kohlrabi": 1, "kohlrabi": 1}`, open + `, "x": [{"y": 1, "\u0079": 2}]}`, open + "," + op.body[1:], open + `, "x": ` + strings.Repeat("[", 100_000) + "}", strings.Repeat(`{"x":`, 100_000),
		} {
			a := c.Call(t, op.method, op.path, body)
			require.Equal(t, http.StatusBadRequest, a.StatusCode, "%s %.200q: %s", op.name, body, a.Text)
			p := a.Problem(t)
			require.Equal(t, "malformed_body", p.Code, "%s %.200q", op.name, body)
			require.Empty(t, p.Errors)
			require.NotContains(t, a.Text, "kohlrabi")
		}
	}
	require.Equal(t, before, everything(t, s), "nothing is stored")
	require.NotContains(t, s.Logs.String(), "kohlrabi")
}

func TestMembersThatAreUnknownAreIgnored(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "unknown-members")
	for _, op := range checkedBodies(t, c) {
		t.Run("By"+op.name, func(t *testing.T) {
			status := c.Call(t, op.method, op.path, op.body).StatusCode
			require.Less(t, status, 300)
			for _, unknown := range []string{
				`null`, `"\u0000"`, `1e400`, `-1e-400`, strings.Repeat("9", 10_000), `"` + strings.Repeat("🍋", 10_000) + `"`, strings.Repeat("[", 5000) + strings.Repeat("]", 5000),
				strings.Repeat(`{"name":`, 5000) + "5" + strings.Repeat("}", 5000), arrayOf(`{"name": null}`, 1000), `{"list": [{}], "recipe_ids": "x"}`,
			} {
				body := strings.TrimSuffix(op.body, "}")
				for _, m := range op.members {
					if !strings.Contains(m.path, ".") { // names are case-sensitive
						body += fmt.Sprintf(`, %q: %[3]s, %[2]q: %[3]s`, strings.ToUpper(m.path), strings.ToTitle(m.path[:1])+m.path[1:], unknown)
					}
				}
				a := c.Call(t, op.method, op.path, body+`, "id": `+unknown+`, "": `+unknown+`}`)
				require.Equal(t, status, a.StatusCode, "%.40s: %s", unknown, a.Text)
			}
		})
	}

	t.Run("InIngredientsToo", func(t *testing.T) {
		t.Parallel()
		a := s.User(t, "unknown-in-ingredients").Call(t, http.MethodPost, "/api/recipes/", bodyWith(t, recipeBody, "ingredients.0", `{"Name": 5, "NAME": null, "n\u0061me": "Leek", "Quantity": "9", "id": 1e400}`))
		require.Contains(t, a.Is(t, http.StatusCreated).Text, `{"name":"leek","quantity":""}`)
	})
}

func TestABodyIsCheckedBeforeTheIdIsLookedFor(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "body-first")
	for path, method := range map[string]string{
		"/api/recipes/4711/": http.MethodPut, "/api/recipes/x/": http.MethodPut, "/api/fridge/ingredient/4711/": http.MethodPut, "/api/fridge/ingredient/0/": http.MethodPut,
		"/api/grocery/list/4711/": http.MethodPut, "/api/grocery/list/1.0/": http.MethodPut, "/api/fridge/ingredient/group/%00": http.MethodPut,
	} {
		require.Equal(t, "invalid_input", c.Call(t, method, path, `{}`).Is(t, http.StatusBadRequest).Problem(t).Code, path)
	}
}

func TestAnythingThatIsNoIdIsNotFound(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "ids")
	id := addRecipe(t, c, recipeNeeding("here")).ID
	for _, form := range []string{"0%d", "+%d", "%d.0", "%de0", "%d%%20", "0x%d", "-%d", "%d%%00", "%d,%[1]d", "９%d", "%d%%2F"} {
		path := "/api/recipes/" + fmt.Sprintf(form, id) + "/"
		require.Equal(t, "not_found", c.Call(t, http.MethodGet, path, nil).Is(t, http.StatusNotFound).Problem(t).Code, path)
	}
	for _, noID := range []string{"0", "-1", "x", "null", "9007199254740991", "9007199254740992", "9223372036854775808", strings.Repeat("9", 400), "%20", "%FF"} {
		for _, list := range []string{"recipes", "fridge/ingredient", "grocery/list"} {
			for _, method := range []string{http.MethodGet, http.MethodDelete} {
				c.Call(t, method, "/api/"+list+"/"+noID+"/", nil).Is(t, http.StatusNotFound)
			}
		}
	}
	c.Call(t, http.MethodGet, fmt.Sprintf("/api/recipes/%%3%d", id), nil).Is(t, http.StatusOK) // 1, percent-encoded
}
