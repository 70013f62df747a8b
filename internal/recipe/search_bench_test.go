package recipe_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// BenchmarkSearch measures the searches over 50 and over 10,000 recipes of one user, whole and as a page of 50.
func BenchmarkSearch(b *testing.B) {
	database := pgtest.New(b)
	fill(b, database)
	database.Exec(b, `analyze`)
	recipes := &recipe.Service{DB: database.Open(b)}
	for _, library := range []struct {
		name string
		user int64
	}{{"Over50", 2}, {"Over10000", 1}} {
		for _, c := range []struct {
			name  string
			query recipe.Query
		}{
			{"TwoRareIngredients", recipe.Query{Ingredients: "leek,chicken breast"}},
			{"AFrequentIngredient", recipe.Query{Ingredients: "onion"}},
			{"Text", recipe.Query{Search: "zucchini"}},
			{"TextThatIsNowhere", recipe.Query{Search: "does not occur"}},
			{"PageOfAFrequentOne", recipe.Query{Ingredients: "onion", Page: page.Request{Limit: 50}}},
			{"PageByName", recipe.Query{Order: recipe.ByName, Page: page.Request{Limit: 50}}},
			{"PageOfTheNewest", recipe.Query{Page: page.Request{Limit: 50}}},
		} {
			b.Run(library.name+"/"+c.name, func(b *testing.B) {
				b.ReportAllocs()
				found := 0
				for b.Loop() {
					list, err := recipes.List(b.Context(), library.user, c.query, nil)
					require.NoError(b, err)
					found = len(list.Recipes)
				}
				b.ReportMetric(float64(found), "recipes")
			})
		}
	}
}
