package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

const (
	exportPath = "/api/user/export/"
	importPath = "/api/user/import/"
)

// exportingUser returns a user who has data of every kind. The order of its lists isn't always that of the ids.
func exportingUser(t *testing.T, s *apitest.Server) *apitest.Client {
	t.Helper()
	c := s.User(t, "Émile")
	post := func(path, body string) *apitest.Response {
		a := c.Call(t, http.MethodPost, path, body)
		require.Less(t, a.StatusCode, 300, a.Text)
		return a
	}
	var ids []int64
	for i, name := range []string{"Zwiebelkuchen", "äpfel 10", "Äpfel 2", "Same", "Same", "İmam bayıldı", "Deleted first", "Deleted second", "Gone for good"} {
		body := fmt.Sprintf(`{"name": %q, "meat_type": "Fish & Chips", "longevity": %d, "frequency": "weekend", "note": "Crème \u0001 \\ \" 🍋\n%d",
			"ingredients": [{"name": "Jalapeño", "quantity": "2"}, {"name": "SALT"}, {"name": "salt", "quantity": 1.5}, {"name": "flour", "quantity": "100 g"},
			{"name": "sugar", "quantity": "50 g"}, {"name": "rice", "quantity": "1 kg"}, {"name": "water", "quantity": "1 l"}]}`, name, i, i)
		ids = append(ids, apitest.Decode[models.Recipe](t, post("/api/recipes/", body)).ID)
	}
	s.Exec(t, `update recipes set added_date = '2026-01-01 00:00:00.000001Z' where name = 'Same'`) // so only the ids determine their order
	s.Exec(t, `update recipes set added_date = '1999-12-31 23:59:59.999999Z' where name like 'İ%'`)
	post("/api/grocery/plan/", fmt.Sprintf(`{"meals": [{"recipe": %d}], "commit": true}`, ids[4]))
	patchItem(t, c, "100 g flour", map[string]any{"isChecked": true}) // of an earlier plan
	post("/api/grocery/plan/", fmt.Sprintf(`{"meals": [{"recipe": %d, "factor": "3/2"}, {"recipe": %d, "date": "9999-12-30"}], "commit": true, "replace": true,
		"units": "metric", "ignore": ["water", "a,b\"\\\\"]}`, ids[4], ids[1]))
	patchItem(t, c, "250 g flour", map[string]any{"isChecked": true})
	patchItem(t, c, "2.5 kg rice", map[string]any{"item": "2 kg rice"})
	c.Call(t, http.MethodDelete, fmt.Sprintf("/api/grocery/list/%d/", item(t, c, "130 g sugar").ID), nil).Is(t, http.StatusNoContent)
	post("/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d, %d, %d, %d]}`, ids[0], ids[6], ids[0], ids[8]))
	post("/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d]}`, ids[3]))
	for _, id := range []int64{ids[7], ids[6], ids[8]} {
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", id), nil).Is(t, http.StatusNoContent)
	}
	s.Exec(t, `delete from recipe_trash where name = 'Gone for good'`)
	for _, item := range []string{`{"name": "Leek", "group": "Vegetables"}`, `{"name": "salt", "group": "Épices / spices"}`, `{"name": "Carrot", "group": "VEGETABLES"}`, `{"name": "Leek", "group": "vegetables"}`} {
		post("/api/fridge/ingredient/", item)
	}
	for _, food := range []string{`{"name": "Épinards", "aliases": ["spinach", "a,b\"\\\\"], "density": "30 g per cup", "piece_weight": "½ kg", "aisle": "Légumes", "staple": true}`, `{"name": "Apple"}`} {
		post("/api/foods/", food)
	}
	for _, decision := range []string{`{"food": "salt", "state": "have"}`, `{"food": "Jalapeño", "state": "amount", "amount": "3"}`} {
		post("/api/grocery/plan/overrides/", decision)
	}
	added := apitest.Decode[models.AddedGroceryItems](t, post("/api/grocery/list/", `{"items": "milk\nbread\noat milk"}`))
	c.Call(t, http.MethodPatch, fmt.Sprintf("/api/grocery/list/%d/", added.Ids[1]), `{"isChecked": true}`).Is(t, http.StatusOK)
	return c
}

// everyList returns the responses to the GET of every list. It replaces ids with their rank, so that two accounts with the same data
// have equal lists.
func everyList(t *testing.T, c *apitest.Client) map[string]any {
	t.Helper()
	order := map[string]map[json.Number]int{"recipe": idOrder(t, c, "/api/recipes/", "/api/recipes/trash/", "/api/grocery/history/"),
		"fridge": idOrder(t, c, "/api/fridge/"), "food": idOrder(t, c, "/api/foods/"), "item": idOrder(t, c, "/api/grocery/list/")}
	all := map[string]any{}
	for _, url := range []string{
		"/api/recipes/", "/api/recipes/?ordering=name", "/api/recipes/?ordering=-name", "/api/recipes/?ordering=added_date", "/api/recipes/?search=creme",
		"/api/recipes/?search=jalapeno+apfel", "/api/recipes/?ingredients=jalapen%CC%83o,x", "/api/recipes/?limit=3", "/api/recipes/stats/", "/api/recipes/trash/",
		"/api/fridge/", "/api/foods/", "/api/grocery/list/", "/api/grocery/history/", "/api/grocery/history/recent/",
		"/api/grocery/plan/", "/api/grocery/plan/overrides/",
	} {
		kind := map[string]string{"r": "recipe", "f": "fridge", "g": "item"}[url[5:6]]
		if strings.Contains(url, "history") || strings.Contains(url, "plan") {
			kind = "plan"
		}
		if strings.Contains(url, "foods") {
			kind = "food"
		}
		all[url] = withoutIDs(decodeNumbers(t, c.Call(t, http.MethodGet, url, nil).Is(t, http.StatusOK).Text), kind, order)
	}
	all[exportPath] = exportWithoutIDs(t, c, order)
	return all
}

func decodeNumbers(t *testing.T, text string) (value any) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	require.NoError(t, d.Decode(&value))
	return value
}

// idOrder returns the rank of each id in some responses, including the ids of recipes in plans.
func idOrder(t *testing.T, c *apitest.Client, urls ...string) map[json.Number]int {
	t.Helper()
	seen := map[json.Number]bool{}
	var look func(value any, isPlan bool)
	look = func(value any, isPlan bool) {
		switch v := value.(type) {
		case []any:
			for _, one := range v {
				look(one, isPlan)
			}
		case map[string]any:
			for name, one := range v {
				if id, is := one.(json.Number); is && name == "id" && !isPlan {
					seen[id] = true
				}
				if list, is := one.([]any); is && name == "recipes" {
					for _, id := range list {
						seen[id.(json.Number)] = true
					}
				}
				look(one, isPlan)
			}
		}
	}
	for _, url := range urls {
		look(decodeNumbers(t, c.Call(t, http.MethodGet, url, nil).Text), strings.Contains(url, "history"))
	}
	all := slices.SortedFunc(maps.Keys(seen), func(a, b json.Number) int {
		x, _ := a.Int64()
		y, _ := b.Int64()
		return int(x - y)
	})
	order := map[json.Number]int{}
	for i, id := range all {
		order[id] = i
	}
	return order
}

func withoutIDs(value any, kind string, order map[string]map[json.Number]int) any {
	switch v := value.(type) {
	case []any:
		all := make([]any, 0, len(v))
		for _, one := range v {
			all = append(all, withoutIDs(one, kind, order))
		}
		return all
	case map[string]any:
		all := map[string]any{}
		for name, one := range v {
			switch {
			case name == "id" && kind == "plan":
			case name == "id":
				all[name] = order[kind][one.(json.Number)]
			case name == "lot_id":
				all[name] = order["fridge"][one.(json.Number)]
			case name == "recipe_id", name == "recipe" && kind == "plan":
				all[name] = one
				if id, is := one.(json.Number); is { // otherwise it is a name
					all[name] = order["recipe"][id]
				}
			case name == "recipes":
				var ids []int
				for _, id := range one.([]any) {
					ids = append(ids, order["recipe"][id.(json.Number)])
				}
				all[name] = ids
			default:
				all[name] = withoutIDs(one, kind, order)
			}
		}
		return all
	}
	return value
}

func TestAnExportIsImportedOnAnEmptyServer(t *testing.T) {
	t.Parallel()
	from := apitest.Start(t)
	c := exportingUser(t, from)
	file := c.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK)
	require.Regexp(t, `^attachment; filename="ocipe-export-\d{4}-\d\d-\d\d\.json"$`, file.Header.Get("Content-Disposition"))
	require.Equal(t, "no-store", file.Header.Get("Cache-Control"))
	exported := apitest.Decode[models.Export](t, file)
	require.Equal(t, []int{6, 2, 4, 8, 4, 2}, []int{len(exported.Recipes), len(exported.Trash), len(exported.Fridge), len(exported.Checklist), len(exported.Plans), len(exported.Foods)})
	require.Equal(t, "Émile", exported.Account.Username)

	to := apitest.Start(t)
	to.Exec(t, `alter sequence recipes_id_seq restart with 5000`)
	other := to.User(t, "someone")
	before := other.Call(t, http.MethodGet, "/api/recipes/", nil).Header.Get("Etag")
	a := other.Call(t, http.MethodPost, importPath, file.Text).Is(t, http.StatusCreated)

	require.JSONEq(t, `{"recipes": 6, "trash": 2, "fridge": 4, "checklist": 8, "plans": 4, "foods": 2, "meals": 2, "overrides": 2}`, a.Text)
	require.Equal(t, everyList(t, c), everyList(t, other))
	require.NotEqual(t, before, other.Call(t, http.MethodGet, "/api/recipes/", nil).Header.Get("Etag"))

	t.Run("AndExportedAgain", func(t *testing.T) {
		again := to.User(t, "again")
		second := other.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK).Text
		again.Call(t, http.MethodPost, importPath, second).Is(t, http.StatusCreated)
		require.Equal(t, everyList(t, c), everyList(t, again))
		require.Equal(t, second, other.Call(t, http.MethodGet, exportPath, nil).Text, "the same data is the same file")
	})

	t.Run("AndUsed", func(t *testing.T) { // restored, planned with a deleted recipe, edited
		history := apitest.Decode[[]models.PlanRecord](t, other.Call(t, http.MethodGet, "/api/grocery/history/", nil))
		planned, err := json.Marshal(map[string]any{"recipe_ids": history[1].Recipes})
		require.NoError(t, err)
		other.Call(t, http.MethodPost, "/api/grocery/", string(planned)).Is(t, http.StatusOK)
		for _, one := range apitest.Decode[[]models.DeletedRecipe](t, other.Call(t, http.MethodGet, "/api/recipes/trash/", nil)) {
			other.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/restore/", one.ID), nil).Is(t, http.StatusOK)
		}
		other.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "x", "group": "vegetables"}`).Is(t, http.StatusCreated)
		names := other.Call(t, http.MethodGet, "/api/recipes/?ordering=name", nil).Text
		require.Contains(t, names, "Deleted first")
	})
}

func TestAnImportAddsToWhatIsThere(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := exportingUser(t, s)
	file := c.Call(t, http.MethodGet, exportPath, nil).Text
	other := s.User(t, "other")
	old := apitest.Decode[models.FridgeIngredient](t, other.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "Rice", "group": "veGEtables"}`))
	other.Call(t, http.MethodPost, "/api/grocery/list/", `{"items": "old"}`).Is(t, http.StatusCreated)
	for range 2 {
		other.Call(t, http.MethodPost, importPath, file).Is(t, http.StatusCreated)
	}
	fridge := apitest.Decode[models.Fridge](t, other.Call(t, http.MethodGet, "/api/fridge/", nil))
	require.Len(t, fridge.IngredientList, 2)
	require.Len(t, fridge.IngredientList["veGEtables"], 7)
	require.Equal(t, old.ID, fridge.IngredientList["veGEtables"][0].ID)
	require.Len(t, apitest.Decode[[]models.Recipe](t, other.Call(t, http.MethodGet, "/api/recipes/", nil)), 12)
	require.Len(t, apitest.Decode[[]models.GroceryItem](t, other.Call(t, http.MethodGet, "/api/grocery/list/", nil)), 17)
	require.Equal(t, file, c.Call(t, http.MethodGet, exportPath, nil).Text, "the account of the file stays as it is")
}
