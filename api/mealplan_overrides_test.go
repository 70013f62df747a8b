package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

const haveFlour = `{"food": "flour", "state": "have"}`

// overridesUser returns a user who overrides flour and then, under another name, flour again, and whose current plan needs flour.
func overridesUser(t *testing.T, name string) (*apitest.Client, int64) {
	t.Helper()
	c := apitest.Shared(t)[0].User(t, name)
	bread := addRecipe(t, c, recipeNeeding("Bread", "flour=300 g")).ID
	meals(t, c, []int64{bread}, commit)
	setOverride(t, c, haveFlour)
	setOverride(t, c, `{"food": "Mehl", "state": "amount", "amount": "2 kg"}`)
	require.Equal(t, []string{"flour: 2 kg"}, lineTexts(currentMeals(t, c)))
	return c, bread
}

func setOverride(t *testing.T, c *apitest.Client, body string) {
	t.Helper()
	c.Call(t, http.MethodPost, mealPlanPath+"overrides/", body).Is(t, http.StatusOK)
}

// overriddenFoods returns the foods of the overrides, in their order.
func overriddenFoods(t *testing.T, c *apitest.Client) (foods []string) {
	t.Helper()
	for _, o := range apitest.Decode[[]models.PlanOverride](t, c.Call(t, http.MethodGet, mealPlanPath+"overrides/", nil).Is(t, http.StatusOK)) {
		foods = append(foods, o.Food)
	}
	return foods
}

func TestAPreviewUsesAnOverrideThatIsStoredAlready(t *testing.T) {
	t.Parallel()
	c, bread := overridesUser(t, "override-preview")
	again := map[string]any{"overrides": []any{map[string]any{"food": "flour", "state": "have"}}}
	preview := meals(t, c, []int64{bread}, again)
	require.Equal(t, []string{"flour:"}, lineTexts(preview))
	again["commit"] = true
	require.Equal(t, preview.Lines, meals(t, c, []int64{bread}, again).Lines)
	require.Equal(t, preview.Lines, currentMeals(t, c).Lines)
}

func TestAnOverrideThatIsSetAgainIsTheNewest(t *testing.T) {
	t.Parallel()
	c, _ := overridesUser(t, "override-again")
	require.Equal(t, []string{"Mehl", "flour"}, overriddenFoods(t, c))
	setOverride(t, c, haveFlour)
	require.Equal(t, []string{"flour:"}, lineTexts(currentMeals(t, c)))
	require.Equal(t, []string{"flour", "Mehl"}, overriddenFoods(t, c))
}

func TestTheNewestOverrideOfAnExportCounts(t *testing.T) {
	t.Parallel()
	c, _ := overridesUser(t, "override-export")
	for _, name := range []string{"override-import-1", "override-import-2"} { // the newest has the higher id, then the lower one
		to := apitest.Shared(t)[0].User(t, name)
		to.Call(t, http.MethodPost, importPath, c.Call(t, http.MethodGet, exportPath, nil).Text).Is(t, http.StatusCreated)
		require.Equal(t, overriddenFoods(t, c), overriddenFoods(t, to))
		require.Equal(t, lineTexts(currentMeals(t, c)), lineTexts(currentMeals(t, to)))
		setOverride(t, c, haveFlour)
	}
	own := apitest.Shared(t)[0].User(t, "override-own")
	setOverride(t, own, `{"food": "flours", "state": "need"}`)
	setOverride(t, own, `{"food": "MEHL", "state": "need"}`)
	a := own.Call(t, http.MethodPost, importPath, c.Call(t, http.MethodGet, exportPath, nil).Text).Is(t, http.StatusCreated)
	require.EqualValues(t, 1, apitest.Decode[models.ImportedCounts](t, a).Overrides, "the account has one of the two names")
	require.Equal(t, []string{"MEHL", "flours", "flour"}, overriddenFoods(t, own))
	require.Equal(t, []string{"flour: 300 g"}, lineTexts(currentMeals(t, own)), "the account keeps its own override")
}
