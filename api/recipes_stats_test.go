package api_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// addKinds adds recipes, each with this meat type, frequency and state.
func addKinds(t *testing.T, c *apitest.Client, kinds ...[3]string) {
	t.Helper()
	for _, k := range kinds {
		in := recipeNeeding("of a kind")
		in.MeatType, in.Frequency, in.State = k[0], models.Frequency(k[1]), new(models.RecipeInputState(k[2]))
		addRecipe(t, c, in)
	}
}

func TestRecipeStats(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("CountEachKindInByteOrder", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "stats"), s.User(t, "stats-neighbour")
		addKinds(t, other, [3]string{"fish", "weekday", "active"}, [3]string{"theirs", "rarely", "used"})
		addKinds(t, c, [3]string{"fish", "weekend", "active"}, [3]string{"Éclair", "weekday", "used"}, [3]string{"fish", "weekday", "used"},
			[3]string{"Fish", "weekend", "used"}, [3]string{"fish", "weekday", "active"}, [3]string{"weekday", "weekday", "active"})

		a := c.Call(t, http.MethodGet, "/api/recipes/stats/", nil).Is(t, http.StatusOK)

		require.JSONEq(t, `{
			"meat_type_stats": [{"meat_type": "Fish", "total": 1, "active": 0}, {"meat_type": "fish", "total": 3, "active": 2},
				{"meat_type": "weekday", "total": 1, "active": 1}, {"meat_type": "Éclair", "total": 1, "active": 0}],
			"frequency_stats": [{"frequency": "weekday", "total": 4, "active": 2}, {"frequency": "weekend", "total": 2, "active": 1}]
		}`, a.Text)
	})

	t.Run("OfNothingAreEmptyLists", func(t *testing.T) {
		t.Parallel()
		a := s.User(t, "stats-empty").Call(t, http.MethodGet, "/api/recipes/stats/", nil).Is(t, http.StatusOK)
		require.JSONEq(t, `{"meat_type_stats": [], "frequency_stats": []}`, a.Text)
	})
}

func TestRefreshRecipes(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("MakesAllActiveAndCountsAll", func(t *testing.T) {
		t.Parallel()
		c, other := s.User(t, "refresh-recipes"), s.User(t, "refresh-neighbour")
		addKinds(t, other, [3]string{"x", "weekday", "used"})
		addKinds(t, c, [3]string{"x", "weekday", "used"}, [3]string{"x", "weekday", "active"}, [3]string{"x", "weekday", "used"})

		for range 2 {
			res, err := c.RefreshRecipesWithResponse(t.Context())

			require.NoError(t, err)
			require.Equal(t, &models.RefreshedRecipes{UpdatedCount: 3}, res.JSON200, "those that were active count too")
			require.NotContains(t, c.Call(t, http.MethodGet, "/api/recipes/", nil).Text, "used")
		}
		require.Contains(t, other.Call(t, http.MethodGet, "/api/recipes/", nil).Text, `"used"`)
	})

	t.Run("ReadsNoBody", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "refresh-junk")
		token := "Authorization: Bearer " + c.Access
		for i, junk := range []struct {
			body    string
			headers []string
		}{
			{"", nil}, // without a content type, as the web client sends it
			{"", []string{"Content-Type: text/plain"}},
			{"junk", []string{"Content-Type:"}},
			{"junk", []string{"Content-Type: application/x-www-form-urlencoded"}},
			{"null", nil}, {"[", nil}, {"\x00\xff", nil}, {`{"state": 5}`, nil},
		} {
			a := c.Do(t, http.MethodPost, "/api/recipes/refresh/", junk.body, append(junk.headers, token)...)
			require.JSONEq(t, `{"updated_count": 0}`, a.Is(t, http.StatusOK).Text, fmt.Sprint(i))
		}
	})
}
