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

// planRecipes sends the ids of recipes and returns the plan.
func planRecipes(t *testing.T, c *apitest.Client, ids ...int64) models.Plan {
	t.Helper()
	res, err := c.PlanGroceriesWithResponse(t.Context(), models.PlanRequest{RecipeIds: ids})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, string(res.Body))
	return *res.JSON200
}

// planHistory returns the recipe ids of each plan in the history, in the order of the response.
func planHistory(t *testing.T, c *apitest.Client) [][]int64 {
	t.Helper()
	res, err := c.ListPlansWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, string(res.Body))
	ids := [][]int64{}
	for _, p := range *res.JSON200 {
		ids = append(ids, p.Recipes)
	}
	return ids
}

func TestPlan(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("LeavesOutDeletedRecipes", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-deleted")
		gone, soup := addRecipe(t, c, recipeNeeding("gone", "Leek=1")).ID, addRecipe(t, c, recipeNeeding("soup", "Leek=2")).ID
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", gone), nil).Is(t, http.StatusNoContent)
		require.Equal(t, []models.PlannedItem{{Name: "leek", Quantity: "2"}}, planRecipes(t, c, gone, soup, gone).GroceryList)
		require.Empty(t, planRecipes(t, c, gone).GroceryList)
		c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/restore/", gone), nil).Is(t, http.StatusOK)
		require.Equal(t, []models.PlannedItem{{Name: "leek", Quantity: "1 + 2"}}, planRecipes(t, c, gone, soup).GroceryList)
		require.Equal(t, [][]int64{{gone, soup}, {gone}, {gone, soup, gone}}, planHistory(t, c))
	})

	t.Run("NamesTheIdsThatAreUnknown", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "plan-unknown-ids"), s.User(t, "plan-unknown-ids-other")
		mine, gone, theirs := addRecipe(t, c, recipeNeeding("mine")).ID, addRecipe(t, c, recipeNeeding("gone")).ID, addRecipe(t, other, recipeNeeding("theirs")).ID
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", gone), nil).Is(t, http.StatusNoContent)
		many := make([]string, 30)
		for i := range many {
			many[i] = fmt.Sprint(1<<53 - 30 + i)
		}
		for ids, detail := range map[string]string{
			fmt.Sprintf("%d, 9007199254740991, %d, %d, %[3]d", mine, gone, theirs): fmt.Sprintf("No recipe has been found for these ids: %d, 9007199254740991.", theirs),
			"0":                                  "At least one integer is outside the range of ids.",
			fmt.Sprintf("-1, 1e400, %d", theirs): fmt.Sprintf("No recipe has been found for these ids: %d. At least one integer is outside the range of ids.", theirs),
			strings.Join(many, ","):              "No recipe has been found for these ids: " + strings.Join(many[:20], ", ") + ", and 10 more.",
		} {
			a := c.Call(t, http.MethodPost, "/api/grocery/", `{"recipe_ids": [`+ids+`]}`).Is(t, http.StatusNotFound)
			require.Equal(t, detail, a.Problem(t).Detail)
		}
		require.Empty(t, planHistory(t, c))
	})

	t.Run("TakesFiveHundredAtOnce", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-500")
		needs := make([]string, 0, 200)
		for i := range cap(needs) {
			needs = append(needs, fmt.Sprintf("%d%s=%s", i, strings.Repeat("n", 40), strings.Repeat("🍋", 50)))
		}
		id := addRecipe(t, c, recipeNeeding("large", needs...)).ID
		p := planRecipes(t, c, slices.Repeat([]int64{id}, 500)...)
		require.Len(t, p.GroceryList, 200)
		require.Equal(t, "500 × "+strings.Repeat("🍋", 50), p.GroceryList[199].Quantity)
	})

	t.Run("TellsExistingClientsTheErrorInASentence", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-errors")
		addFridgeIngredient(t, c, "Leek", "Greens")
		id := addRecipe(t, c, recipeNeeding("soup")).ID
		invalid := []string{`{}`, `{"recipe_ids": null, "new_group": null}`, `{"recipe_ids": ["1"], "new_group": 7}`, `{"recipe_ids": [1.5], "new_group": " "}`,
			`{"recipe_ids": [], "new_group": ""}`, `[]`, `{`, ``, `null`, `{"recipe_ids": [1], "recipe_ids": [1]}`, "{\"x\": \"\xff\"}", `{"new_group": "\u0000"}`}
		for _, body := range invalid {
			for path, method := range map[string]string{"/api/grocery/": http.MethodPost, "/api/fridge/ingredient/group/Greens": http.MethodPut, "/api/fridge/ingredient/group/Greens/": http.MethodPut} {
				a := c.Call(t, method, path, body).Is(t, http.StatusBadRequest)
				require.Regexp(t, `^[a-zA-Z_.0-9]+.* .*\.$`, apitest.Decode[struct{ Error string }](t, a).Error, "%s: %s", path, body)
			}
			for path, method := range map[string]string{"/api/fridge/ingredient/": http.MethodPost, "/api/recipes/": http.MethodPost, "/api/recipes/bulk/": http.MethodPost, "/api/grocery/list/": http.MethodPost, fmt.Sprintf("/api/recipes/%d/", id): http.MethodPut} {
				require.NotContains(t, c.Call(t, method, path, body).Is(t, http.StatusBadRequest).Text, `"error"`, "%s: %s", path, body)
			}
		}
		require.Equal(t, map[string][]string{"Greens": {"Leek"}}, fridgeNames(t, c))
		require.Empty(t, planHistory(t, c))
	})
}

// addChecklistItems adds lines to the checklist.
func addChecklistItems(t *testing.T, c *apitest.Client, lines string) models.AddedGroceryItems {
	t.Helper()
	res, err := c.AddGroceryItemsWithResponse(t.Context(), models.NewGroceryItems{Items: lines})
	require.NoError(t, err)
	require.NotNil(t, res.JSON201, string(res.Body))
	return *res.JSON201
}

// checklist returns the checklist in the order of the response.
func checklist(t *testing.T, c *apitest.Client) []models.GroceryItem {
	t.Helper()
	res, err := c.ListGroceryItemsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, string(res.Body))
	return *res.JSON200
}

func TestWriteOnTheChecklist(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("AnItemForEachLineAndTheLastHasTheHighestId", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "jot-order")
		first := addChecklistItems(t, c, "milk\nbread\nMilk")
		second := addChecklistItems(t, c, "salt")

		require.Len(t, first.Ids, 3)
		require.True(t, slices.IsSorted(first.Ids))
		require.Equal(t, first.Ids[0], first.ID)
		require.Equal(t, []int64{second.ID}, second.Ids)
		require.Equal(t, []models.GroceryItem{
			{ID: second.ID, Item: "salt"}, {ID: first.Ids[2], Item: "Milk"}, {ID: first.Ids[1], Item: "bread"}, {ID: first.Ids[0], Item: "milk"},
		}, checklist(t, c), "the highest id first, and none is ticked")
	})

	c := s.User(t, "jot-lines")
	for _, lines := range []struct {
		name, text string
		want       []string
	}{
		{"OfWindows", "milk\r\nbread\r\n", []string{"milk", "bread"}},
		{"ThatAreBlank", "\n\n milk\n \t\n\u00a0\r\n\nbread\n\n", []string{"milk", "bread"}},
		{"WithSpaceAround", "  oat milk \u3000\n\t2 × bread\u2003", []string{"oat milk", "2 × bread"}},
		{"WithOddCharacters", `"\"'<b>%_{}` + "\u2028&\ttab\nnull", []string{`"\"'<b>%_{}` + "\u2028& tab", "null"}},
		{"Of200Characters", strings.Repeat("x", 200) + "\n  " + strings.Repeat("🍋", 200) + "  ", []string{strings.Repeat("x", 200), strings.Repeat("🍋", 200)}},
		{"AsManyAsThereMayBe", strings.Repeat("milk\n\n", 500), slices.Repeat([]string{"milk"}, 500)},
	} {
		t.Run("TakesLines"+lines.name, func(t *testing.T) {
			c.Call(t, http.MethodDelete, "/api/grocery/list/", nil).Is(t, http.StatusNoContent)
			added := addChecklistItems(t, c, lines.text)
			var kept []string
			for _, item := range slices.Backward(checklist(t, c)) {
				kept = append(kept, item.Item)
			}
			require.Equal(t, lines.want, kept)
			require.Len(t, added.Ids, len(kept))
			require.True(t, slices.IsSorted(added.Ids))
		})
	}

	t.Run("NothingIfOneLineIsInvalid", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "jot-invalid")
		for _, f := range []struct {
			name, items string
			errors      []string
		}{
			{"501 lines", strings.Repeat("milk\n", 501), []string{"items:too_many"}},
			{"501 lines, one too long", strings.Repeat("milk\n", 500) + strings.Repeat("x", 501), []string{"items:too_many"}},
			{"501 characters", "milk\n" + strings.Repeat("x", 501), []string{"items:too_long"}},
			{"501 characters of 4 bytes", strings.Repeat("🍋", 501) + "\nmilk", []string{"items:too_long"}},
			{"two such lines", strings.Repeat("x", 501) + "\n" + strings.Repeat("y", 600), []string{"items:too_long", "items:too_long"}},
			{"nothing", "", []string{"items:blank"}}, {"blanks", " \r\n\t\n\u00a0\n", []string{"items:blank"}},
			{"NUL", "milk\x00\nbread", []string{"items:invalid_characters"}}, {"nothing but NUL", "\x00", []string{"items:invalid_characters"}},
			{"a control character", "milk\nbre\x01ad", []string{"items:invalid_characters"}}, {"one of C1", "bre\u0084ad", []string{"items:invalid_characters"}},
		} {
			a := c.Call(t, http.MethodPost, "/api/grocery/list/", models.NewGroceryItems{Items: f.items}).Is(t, http.StatusBadRequest)
			require.Equal(t, f.errors, a.Problem(t).Fields(), f.name)
			require.NotContains(t, a.Text, `"error"`)
			require.NotContains(t, a.Text, "xx")
			require.Empty(t, checklist(t, c))
		}
	})
}
