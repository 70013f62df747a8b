package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/recipe"
)

// ImportRecipes handles POST /api/recipes/bulk/.
func (s *Server) ImportRecipes(w http.ResponseWriter, r *http.Request, p models.ImportRecipesParams) {
	list := request.Body[models.RecipeImport](r).List
	inputs := make([]recipe.Input, 0, len(list))
	for _, in := range list {
		inputs = append(inputs, recipeInput(in))
	}
	request.Of(r).Body = nil // free up to 16 MiB, which are decoded now
	recipes, err := s.Recipes.Create(r.Context(), request.UserID(r), request.Of(r).Key, inputs...)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if valueOf(p.OnError) == models.ImportRecipesParamsOnErrorSkip {
		write(w, http.StatusOK, importEncoder(recipes, request.Of(r).InvalidElements))
		return
	}
	write(w, http.StatusCreated, listEncoder(recipes, appendRecipe))
}

// importEncoder encodes the contract's ImportResult.
func importEncoder(added []recipe.Recipe, invalid []request.InvalidElement) encoder {
	return func(b []byte, flush func([]byte) []byte) []byte {
		b = appendList(append(b, `{"added":`...), flush, added, appendRecipe)
		b = appendList(append(b, `,"refused":`...), flush, invalid, appendInvalidElement)
		return append(b, '}')
	}
}

func appendInvalidElement(b []byte, e request.InvalidElement) []byte {
	b = strconv.AppendInt(append(b, `{"index":`...), int64(e.Index), 10)
	if e.Name != "" {
		b = appendString(append(b, `,"name":`...), e.Name)
	}
	for i, field := range e.Errors {
		b = append(b, []string{`,"errors":[`, `,`}[min(i, 1)]...)
		b = appendString(append(b, `{"field":`...), field.Path)
		b = appendString(append(b, `,"code":`...), field.Code)
		b = append(appendString(append(b, `,"detail":`...), field.Detail), '}')
	}
	return append(b, `]}`...)
}
