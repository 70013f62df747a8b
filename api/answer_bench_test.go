package api

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
)

// BenchmarkAnswer measures how answers are written, with their headers, once the data is there.
func BenchmarkAnswer(b *testing.B) {
	one, fifty, shelves, list := someRecipes(b, 1)[0], someRecipes(b, 50), someFridge(30), someChecklist(30)
	asked, err := http.NewRequestWithContext(context.WithValue(b.Context(), exchangeKey{}, &exchange{}), http.MethodPost, "/api/recipes/", http.NoBody)
	require.NoError(b, err)
	refused := apperr.Invalid(
		apperr.FieldError{Path: "name", Code: "required", Detail: "This member is missing."},
		apperr.FieldError{Path: "longevity", Code: "too_large", Detail: "It must be at most 36500."},
	)
	for _, c := range []struct {
		name  string
		write func(http.ResponseWriter) error
	}{
		{"Recipe", answer{status: http.StatusOK, body: recipeBody(one)}.write},
		{"50Recipes", answer{status: http.StatusOK, body: recipesBody(fifty)}.write},
		{"FridgeOf30", answer{status: http.StatusOK, body: shelves.append}.write},
		{"ChecklistOf30", answer{status: http.StatusOK, body: itemsBody(list)}.write},
		{"Problem", func(w http.ResponseWriter) error { answerFailure(w, asked, refused); return nil }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			w := nowhere{http.Header{}}
			for b.Loop() {
				clear(w.header)
				if err := c.write(w); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
