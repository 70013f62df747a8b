package recipe_test

import (
	"testing"

	"github.com/ocipe/ocipe/internal/recipe"
)

// BenchmarkScale scales and converts a recipe with eight ingredients whose quantities are already in the cache.
func BenchmarkScale(b *testing.B) {
	r := recipe.Recipe{Servings: 4, Ingredients: []byte(`[{"name":"flour","quantity":"2½ cups"},{"name":"beef","quantity":"12 oz"},
		{"name":"salt","quantity":"to taste"},{"name":"egg","quantity":"2"},{"name":"milk","quantity":"250 ml"},{"name":"oil","quantity":"2 tbsp"},
		{"name":"beans","quantity":"2 × 400 g cans"},{"name":"butter","quantity":"100 g"}]`)}
	v := recipe.View{Servings: 6, Units: "metric"}
	b.ReportAllocs()
	for b.Loop() {
		scaling, err := r.Scaling(v)
		if err != nil {
			b.Fatal(err)
		}
		if err := r.EachIngredient(func(i recipe.Ingredient) { scaling.Scale(i.Quantity) }); err != nil {
			b.Fatal(err)
		}
	}
}
