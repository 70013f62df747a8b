package api

import (
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/recipe"
)

// GetRecipe handles GET /api/recipes/{id}/.
func (s *Server) GetRecipe(w http.ResponseWriter, r *http.Request, id models.RecipeID, p models.GetRecipeParams) {
	view := recipe.View{Servings: valueOf(p.Servings), Factor: valueOf(p.Factor), Units: measure.System(valueOf(p.Units))}
	if err := view.Check(); err != nil {
		request.Fail(w, r, err)
		return
	}
	found, err := s.Recipes.Get(r.Context(), request.UserID(r), id)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if view == (recipe.View{}) {
		if !s.notModified(w, r, p.IfNoneMatch, found.Version) {
			write(w, http.StatusOK, oneEncoder(found, appendRecipe))
		}
		return
	}
	s.writeView(w, r, p.IfNoneMatch, found, view)
}

// writeView responds with a recipe in a view.
func (s *Server) writeView(w http.ResponseWriter, r *http.Request, ifNoneMatch *models.IfNoneMatch, found recipe.Recipe, view recipe.View) {
	scaling, err := found.Scaling(view)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if s.viewNotModified(w, r, ifNoneMatch, found.Version, view.Tag()) {
		return
	}
	if found.Ingredients, err = s.scaled.ingredients(found, scaling); err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, func(b []byte, _ func([]byte) []byte) []byte {
		return appendRecipeView(b, found, scaling)
	})
}

// appendRecipeView appends the contract's RecipeView: a Recipe with one more member.
func appendRecipeView(b []byte, r recipe.Recipe, scaling recipe.Scaling) []byte {
	b = appendRecipe(b, r)
	return append(appendScaling(append(b[:len(b)-1], `,"scaling":`...), scaling), '}')
}

func appendScaling(b []byte, s recipe.Scaling) []byte {
	b = append(b, '{')
	if s.Servings > 0 && s.Servings <= maxServings {
		b = append(strconv.AppendInt(append(b, `"servings":`...), s.Servings, 10), ',')
	}
	b = appendString(append(b, `"factor":`...), measure.Exact(s.Factor))
	return append(appendString(append(b, `,"units":`...), string(s.Units)), '}')
}

// maxServings is the largest number of servings in the contract.
const maxServings = 1000
