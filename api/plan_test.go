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

// plan chooses recipes as the generated client does.
func plan(t *testing.T, c *apitest.Client, ids ...int64) models.Plan {
	t.Helper()
	res, err := c.PlanGroceriesWithResponse(t.Context(), models.PlanRequest{RecipeIds: ids})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, string(res.Body))
	return *res.JSON200
}

// planned is the ids of every plan of the history, in the order of the answer.
func planned(t *testing.T, c *apitest.Client) [][]int64 {
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

// used is the names of the recipes that are marked used, the oldest first.
func used(t *testing.T, c *apitest.Client) []string {
	t.Helper()
	names := []string{}
	for _, r := range slices.Backward(apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/", nil))) {
		if r.State == models.RecipeStateUsed {
			names = append(names, r.Name)
		}
	}
	return names
}

func TestPlan(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("AddsUpInTheOrderOfChoiceAndOfFirstNeed", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-sums")
		soup := addRecipe(t, c, recipeNeeding("soup", "Leek=200g", "salt", "potato=3")).ID
		cake := addRecipe(t, c, recipeNeeding("cake", "flour=1 kg", "Salt=a pinch", "LEEK=150g", "leek=1", "sugar")).ID
		water := addRecipe(t, c, recipeNeeding("water")).ID

		require.Equal(t, models.Plan{Others: []models.PlannedItem{}, GroceryList: []models.PlannedItem{
			{Name: "leek", Quantity: "200g + 150g + 1"}, {Name: "salt", Quantity: "a pinch"}, {Name: "potato", Quantity: "3"},
			{Name: "flour", Quantity: "1 kg"}, {Name: "sugar", Quantity: ""},
		}}, plan(t, c, soup, cake))
		require.Equal(t, models.Plan{Others: []models.PlannedItem{}, GroceryList: []models.PlannedItem{
			{Name: "flour", Quantity: "1 kg + 1 kg"}, {Name: "salt", Quantity: "a pinch + a pinch"}, {Name: "leek", Quantity: "150g + 1 + 200g + 150g + 1"},
			{Name: "sugar", Quantity: ""}, {Name: "potato", Quantity: "3"},
		}}, plan(t, c, cake, soup, cake), "a repeated recipe counts as often as it is named")

		a := c.Call(t, http.MethodPost, "/api/grocery/", models.PlanRequest{RecipeIds: []int64{water}}).Is(t, http.StatusOK)
		require.JSONEq(t, `{"grocery_list": [], "others": []}`, a.Text)
		require.Equal(t, [][]int64{{water}, {cake, soup, cake}, {soup, cake}}, planned(t, c))
	})

	t.Run("SplitsByWhatTheFridgeHoldsWithoutRegardToCase", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "plan-split"), s.User(t, "plan-split-neighbour")
		for _, name := range []string{"Chicken", "ÉPICES", "salt", "SALT", "Πιπέρι", "oil "} {
			stock(t, c, name, "any")
		}
		stock(t, other, "leek", "any")
		all := addRecipe(t, c, recipeNeeding("all", "leek=2", "chicken=1", "SALT", "épices=x", "ΠΙΠΈΡΙ", "chick", "Oil", "chicken=2")).ID

		require.Equal(t, models.Plan{
			GroceryList: []models.PlannedItem{{Name: "leek", Quantity: "2"}, {Name: "chick"}},
			Others: []models.PlannedItem{
				{Name: "chicken", Quantity: "1 + 2"}, {Name: "salt"}, {Name: "épices", Quantity: "x"}, {Name: "πιπέρι"}, {Name: "oil"},
			},
		}, plan(t, c, all))
	})

	t.Run("LeavesOutDeletedRecipes", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-deleted")
		gone, soup := addRecipe(t, c, recipeNeeding("gone", "Leek=1")).ID, addRecipe(t, c, recipeNeeding("soup", "Leek=2")).ID
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", gone), nil).Is(t, http.StatusNoContent)
		require.Equal(t, []models.PlannedItem{{Name: "leek", Quantity: "2"}}, plan(t, c, gone, soup, gone).GroceryList)
		require.Empty(t, plan(t, c, gone).GroceryList)
		c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/restore/", gone), nil).Is(t, http.StatusOK)
		require.Equal(t, []models.PlannedItem{{Name: "leek", Quantity: "1 + 2"}}, plan(t, c, gone, soup).GroceryList)
		require.Equal(t, [][]int64{{gone, soup}, {gone}, {gone, soup, gone}}, planned(t, c))
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
		require.Empty(t, planned(t, c))
	})

	t.Run("OfSomebodyElsesOrNoRecipeIsNotFoundAndNothingHappens", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "plan-named"), s.User(t, "plan-unknown-neighbour")
		mine, theirs := addRecipe(t, c, recipeNeeding("mine")).ID, addRecipe(t, other, recipeNeeding("theirs")).ID
		for _, id := range []string{
			fmt.Sprint(theirs), "0", "-0", "0e5", "-3", "4711", "9007199254740991", "9007199254740992", "9007199254740993", "9223372036854775807",
			"9223372036854775808", "1e400", "-1e400", "1e9223372036854775807", "1e99999999999999999999", "123456789012345678901234567890", "2e15", "9007199254740991.0",
		} {
			a := c.Call(t, http.MethodPost, "/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d, %s, %[1]d]}`, mine, id))
			require.Equal(t, http.StatusNotFound, a.StatusCode, "%s: %s", id, a.Text)
			require.NotContains(t, a.Text, `"error"`)
		}
		require.Empty(t, planned(t, c))
		require.Empty(t, used(t, c))
		require.Empty(t, used(t, other))
	})

	t.Run("TakesIdsInEverySpellingOfAnInteger", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-spellings")
		id := addRecipe(t, c, recipeNeeding("soup", "leek=1")).ID
		digits := len(fmt.Sprint(id)) // behind a point, that many more places
		body := strings.NewReplacer("N", fmt.Sprint(id), "P", fmt.Sprint(digits), "Q", fmt.Sprint(digits+3)).
			Replace(`{"recipe_ids": [N, N.0, Ne0, N.000E+0, N0e-1, 0.NeP, N0.0e-1, N0000000000000000000000e-22, 0.000NeQ]}`)
		a := c.Call(t, http.MethodPost, "/api/grocery/", body).Is(t, http.StatusOK)
		require.Equal(t, strings.TrimSuffix(strings.Repeat("1 + ", 9), " + "), apitest.Decode[models.Plan](t, a).GroceryList[0].Quantity)
		require.Equal(t, [][]int64{slices.Repeat([]int64{id}, 9)}, planned(t, c))
	})

	t.Run("TakesFiveHundredAtOnce", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-500")
		needs := make([]string, 0, 200)
		for i := range cap(needs) {
			needs = append(needs, fmt.Sprintf("%d%s=%s", i, strings.Repeat("n", 40), strings.Repeat("🍋", 50)))
		}
		id := addRecipe(t, c, recipeNeeding("large", needs...)).ID
		p := plan(t, c, slices.Repeat([]int64{id}, 500)...)
		require.Len(t, p.GroceryList, 200)
		require.Equal(t, "500 × "+strings.Repeat("🍋", 50), p.GroceryList[199].Quantity)
	})

	t.Run("TellsExistingClientsInASentenceWhatIsWrong", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "plan-errors")
		stock(t, c, "Leek", "Greens")
		id := addRecipe(t, c, recipeNeeding("soup")).ID
		faulty := []string{`{}`, `{"recipe_ids": null, "new_group": null}`, `{"recipe_ids": ["1"], "new_group": 7}`, `{"recipe_ids": [1.5], "new_group": " "}`,
			`{"recipe_ids": [], "new_group": ""}`, `[]`, `{`, ``, `null`, `{"recipe_ids": [1], "recipe_ids": [1]}`, "{\"x\": \"\xff\"}", `{"new_group": "\u0000"}`}
		for _, body := range faulty {
			for path, method := range map[string]string{"/api/grocery/": http.MethodPost, "/api/fridge/ingredient/group/Greens": http.MethodPut, "/api/fridge/ingredient/group/Greens/": http.MethodPut} {
				a := c.Call(t, method, path, body).Is(t, http.StatusBadRequest)
				require.Regexp(t, `^[a-zA-Z_.0-9]+.* .*\.$`, apitest.Decode[struct{ Error string }](t, a).Error, "%s: %s", path, body)
			}
			for path, method := range map[string]string{"/api/fridge/ingredient/": http.MethodPost, "/api/recipes/": http.MethodPost, "/api/recipes/bulk/": http.MethodPost, "/api/grocery/list/": http.MethodPost, fmt.Sprintf("/api/recipes/%d/", id): http.MethodPut} {
				require.NotContains(t, c.Call(t, method, path, body).Is(t, http.StatusBadRequest).Text, `"error"`, "%s: %s", path, body)
			}
		}
		require.Equal(t, map[string][]string{"Greens": {"Leek"}}, shelves(t, c))
		require.Empty(t, planned(t, c))
	})
}

func TestPlanHistory(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("KeepsWhatWasSentTheNewestFirst", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "history"), s.User(t, "history-neighbour")
		a, b := addRecipe(t, c, recipeNeeding("a")).ID, addRecipe(t, c, recipeNeeding("b")).ID
		theirs := addRecipe(t, other, recipeNeeding("theirs")).ID
		require.JSONEq(t, "[]", c.Call(t, http.MethodGet, "/api/grocery/history/", nil).Is(t, http.StatusOK).Text)
		require.JSONEq(t, "[]", c.Call(t, http.MethodGet, "/api/grocery/history/recent/", nil).Is(t, http.StatusOK).Text)
		plan(t, c, b, a, b, b)
		plan(t, c, a)
		plan(t, other, theirs)
		c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", a), nil).Is(t, http.StatusNoContent)

		all := c.Call(t, http.MethodGet, "/api/grocery/history/", nil).Is(t, http.StatusOK)
		require.Regexp(t, fmt.Sprintf(`^\[{"id":[0-9]+,"recipes":\[%d\],"created_at":"[-0-9]{10}T[0-9:]{8}\.[0-9]{6}Z"},{"id":[0-9]+,"recipes":\[%d,%[1]d,%[2]d,%[2]d\],"created_at":"[^"]+"}\]\s*$`, a, b), all.Text)
		recent := c.Call(t, http.MethodGet, "/api/grocery/history/recent/?limit=x&cursor=y", nil).Is(t, http.StatusOK)
		require.Equal(t, pageRows(t, all)[:1], pageRows(t, recent), "the newest alone")
		require.Empty(t, recent.Header.Get("Link"))
	})
}
