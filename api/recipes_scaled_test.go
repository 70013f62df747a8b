package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// stew returns a recipe with quantities of all kinds.
func stew() models.RecipeInput {
	in := recipeNeeding("Stew", "Flour=2½ cups", "Beef=12 oz", "Salt=to taste", "Eggs=2-3", "Wine=2 glugs", "Beans=2 × 400 g cans", "Thyme")
	in.Servings = new(int64(4))
	return in
}

func TestARecipeIsScaled(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "scaled")
	path := fmt.Sprintf("/api/recipes/%d/", addRecipe(t, c, stew()).ID)
	get := func(t *testing.T, query string) models.RecipeView {
		t.Helper()
		return apitest.Decode[models.RecipeView](t, c.Call(t, http.MethodGet, path+query, nil).Is(t, http.StatusOK))
	}
	for name, test := range map[string]struct {
		query string
		texts []string
	}{
		"ForServings":    {"?servings=2", []string{"1¼ cups", "6 oz", "to taste", "1–1½", "2 glugs", "1 × 400 g can", ""}},
		"ByAFactor":      {"?factor=1/2", []string{"1¼ cups", "6 oz", "to taste", "1–1½", "2 glugs", "1 × 400 g can", ""}},
		"InMetricUnits":  {"?units=metric", []string{"600 ml", "340 g", "to taste", "2-3", "2 glugs", "2 × 400 g cans", ""}},
		"InUSUnits":      {"?units=us&servings=8", []string{"5 cups", "1½ lb", "to taste", "4–6", "2 glugs", "4 × 14 oz cans", ""}},
		"AsItIsWritten":  {"?units=as_written", []string{"2½ cups", "12 oz", "to taste", "2-3", "2 glugs", "2 × 400 g cans", ""}},
		"NotWithoutNeed": {"?other=1", []string{"", "", "", "", "", "", ""}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var texts []string
			for i, ingredient := range get(t, test.query).IngredientList {
				require.Equal(t, valueOrZero(stew().Ingredients[i].Quantity), ingredient.Quantity, "the original")
				texts = append(texts, valueOrZero(ingredient.Scaled).Text)
			}
			require.Equal(t, test.texts, texts)
		})
	}

	t.Run("AsNumbers", func(t *testing.T) {
		t.Parallel()
		r := get(t, "?servings=2&units=metric")
		require.Equal(t, models.Scaling{Servings: new(int64(2)), Factor: "1/2", Units: models.ScalingUnitsMetric}, *r.Scaling)
		require.Equal(t, int64(4), *r.Servings, "the recipe's own")
		flour := models.Amount{Amount: new("300"), Value: new(300.0), Unit: new("ml"), Text: "300 ml", Exact: new("295.735295625")}
		require.Equal(t, &models.ScaledQuantity{Text: "300 ml", Amounts: []models.Amount{flour}}, r.IngredientList[0].Scaled)
		require.Equal(t, []models.Amount{{Min: new("1"), Max: new("3/2"), Unit: new("piece"), Text: "1–1½"}}, r.IngredientList[3].Scaled.Amounts)
		require.Equal(t, []models.Amount{{Text: "2 glugs", Times: new("1/2")}}, r.IngredientList[4].Scaled.Amounts)
		require.Equal(t, []models.Amount{{Text: ""}}, r.IngredientList[6].Scaled.Amounts)
	})
}

func valueOrZero[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

func TestAScaledRecipeHasAnETagOfItsOwn(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "scaled-tags")
	path := fmt.Sprintf("/api/recipes/%d/", addRecipe(t, c, stew()).ID)
	get := func(query, tag string) *apitest.Response {
		return c.Do(t, http.MethodGet, path+query, "", "Authorization: Bearer "+c.Access, "If-None-Match: "+tag)
	}
	views := []string{"", "?servings=2", "?servings=4", "?factor=1/2", "?units=metric", "?units=us", "?units=as_written", "?servings=2&units=us"}
	tags := map[string]string{}
	for _, view := range views {
		tags[view] = get(view, `"none"`).Is(t, http.StatusOK).Header.Get("Etag")
	}
	for _, view := range views {
		for other, tag := range tags {
			if view != other {
				get(view, tag).Is(t, http.StatusOK)
				continue
			}
			require.Equal(t, tag, get(view, tag).Is(t, http.StatusNotModified).Header.Get("Etag"))
			require.Equal(t, tag, get(view, "*").Is(t, http.StatusNotModified).Header.Get("Etag"))
		}
	}
	require.Equal(t, get("?factor=2/4", `"none"`).Header.Get("Etag"), get("?factor=0.5", `"none"`).Header.Get("Etag"))
	scaled := tags["?servings=2&units=us"]
	c.Do(t, http.MethodPatch, path, `{"note": "x"}`, "Authorization: Bearer "+c.Access, "If-Match: "+scaled).Is(t, http.StatusOK)
	get("?servings=2&units=us", scaled).Is(t, http.StatusOK)
	c.Do(t, http.MethodPatch, path, `{"note": "y"}`, "Authorization: Bearer "+c.Access, "If-Match: "+scaled).Is(t, http.StatusPreconditionFailed)
}

func TestARecipeIsNotScaledWithInvalidParameters(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "scaled-badly")
	path := fmt.Sprintf("/api/recipes/%d/", addRecipe(t, c, recipeNeeding("Toast", "Bread=2 slices")).ID)
	for query, errors := range map[string][]string{
		"servings=2": {"servings:servings_unknown"}, "servings=0": {"servings:too_small"}, "servings=1001": {"servings:too_large"},
		"servings=x": {"servings:not_an_integer"}, "factor=0": {"factor:too_small"}, "factor=0/7": {"factor:too_small"},
		"factor=1001": {"factor:too_large"}, "factor=1/0": {"factor:invalid_characters"}, "factor=-1": {"factor:invalid_characters"},
		"factor=1e3": {"factor:invalid_characters"}, "factor=2&servings=2": {"factor:not_allowed"}, "units=imperial": {"units:not_allowed"},
		"factor=x&units=y&servings=z": {"factor:invalid_characters", "servings:not_an_integer", "units:not_allowed"},
	} {
		a := c.Call(t, http.MethodGet, path+"?"+query, nil).Is(t, http.StatusBadRequest)
		require.ElementsMatch(t, errors, a.Problem(t).Fields(), query)
	}
	c.Call(t, http.MethodGet, path+"?factor=2", nil).Is(t, http.StatusOK)
	c.Call(t, http.MethodGet, "/api/recipes/9007199254740991/?servings=2", nil).Is(t, http.StatusNotFound)
}

func TestServingsAreKeptUntilTheyAreCleared(t *testing.T) {
	t.Parallel()
	c := apitest.Shared(t)[0].User(t, "servings")
	path := fmt.Sprintf("/api/recipes/%d/", addRecipe(t, c, stew()).ID)
	const put = `{"name": "Stew", "meat_type": "beef", "longevity": 3, "frequency": "rarely", "ingredients": [] %s}`
	for _, step := range []struct {
		method, body string
		want         int64
	}{
		{http.MethodPatch, `{"note": "x"}`, 4},
		{http.MethodPut, fmt.Sprintf(put, ""), 4},
		{http.MethodPut, fmt.Sprintf(put, `, "servings": 6`), 6},
		{http.MethodPatch, `{"servings": "1000"}`, 1000},
		{http.MethodPatch, `{"servings": null}`, 0},
		{http.MethodPatch, `{"servings": 1}`, 1},
		{http.MethodPut, fmt.Sprintf(put, `, "servings": null`), 0},
		{http.MethodPut, fmt.Sprintf(put, ""), 0},
	} {
		for _, a := range []*apitest.Response{c.Call(t, step.method, path, step.body), c.Call(t, http.MethodGet, path, nil)} {
			r := apitest.Decode[models.Recipe](t, a.Is(t, http.StatusOK))
			require.Equal(t, step.want, valueOrZero(r.Servings), "%s %s", step.method, step.body)
			require.Equal(t, step.want == 0, r.Servings == nil)
		}
	}
	for body, code := range map[string]string{`{"servings": 0}`: "too_small", `{"servings": 1001}`: "too_large", `{"servings": 1.5}`: "not_an_integer"} {
		require.Equal(t, []string{"servings:" + code}, c.Call(t, http.MethodPatch, path, body).Is(t, http.StatusBadRequest).Problem(t).Fields())
	}
}
