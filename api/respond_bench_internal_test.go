package api

import (
	"net/http"
	"testing"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
)

// BenchmarkRespond measures writing a response, with its headers, from what the use case returned.
func BenchmarkRespond(b *testing.B) {
	one, fifty, items, list := someRecipes(b, 1)[0], someRecipes(b, 50), someFridge(30), someChecklist(30)
	invalid := apperr.Invalid(
		apperr.FieldError{Path: "name", Code: "required", Detail: "This member is missing."},
		apperr.FieldError{Path: "longevity", Code: "too_large", Detail: "It must be at most 36500."},
	)
	for _, c := range []struct {
		name  string
		write func(http.ResponseWriter)
	}{
		{"Recipe", func(w http.ResponseWriter) { write(w, http.StatusOK, oneEncoder(one, appendRecipe)) }},
		{"50Recipes", func(w http.ResponseWriter) { write(w, http.StatusOK, listEncoder(fifty, appendRecipe)) }},
		{"FridgeOf30", func(w http.ResponseWriter) { write(w, http.StatusOK, fridgeEncoder(items)) }},
		{"ChecklistOf30", func(w http.ResponseWriter) { write(w, http.StatusOK, listEncoder(list, appendGroceryItem)) }},
		{"Problem", func(w http.ResponseWriter) { problem.Write(w, invalid, problem.Options{}) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			w := discard{http.Header{}}
			for b.Loop() {
				clear(w.header)
				c.write(w)
			}
		})
	}
}
