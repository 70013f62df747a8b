package api

import (
	"cmp"
	"context"
	"net/http"
	"slices"

	"github.com/ocipe/ocipe/gen"
	"github.com/ocipe/ocipe/internal/recipe"
)

// ListRecipes answers GET /api/recipes/.
func (s *Server) ListRecipes(ctx context.Context, req gen.ListRecipesRequestObject) (gen.ListRecipesResponseObject, error) {
	p, x := req.Params, exchangeOf(ctx)
	recipes, next, err := s.recipes.List(ctx, x.userID, recipe.Query{
		Order: recipe.Order(value(p.Ordering)), Ingredients: value(p.Ingredients), Search: value(p.Search),
		Page: pageOf(p.Limit, p.Cursor),
	})
	if err != nil {
		return nil, err
	}
	return recipesAnswer{http.StatusOK, recipes, nextLink("/api/recipes/", x.query, next)}, nil
}

// CreateRecipe answers POST /api/recipes/.
func (s *Server) CreateRecipe(ctx context.Context, req gen.CreateRecipeRequestObject) (gen.CreateRecipeResponseObject, error) {
	recipes, err := s.recipes.Create(ctx, exchangeOf(ctx).userID, recipeInput(*req.Body))
	if err != nil {
		return nil, err
	}
	return recipeAnswer{http.StatusCreated, recipes[0]}, nil
}

// ImportRecipes answers POST /api/recipes/bulk/.
func (s *Server) ImportRecipes(ctx context.Context, req gen.ImportRecipesRequestObject) (gen.ImportRecipesResponseObject, error) {
	inputs := make([]recipe.Input, 0, len(req.Body.List))
	for _, in := range req.Body.List {
		inputs = append(inputs, recipeInput(in))
	}
	recipes, err := s.recipes.Create(ctx, exchangeOf(ctx).userID, inputs...)
	if err != nil {
		return nil, err
	}
	return recipesAnswer{http.StatusCreated, recipes, ""}, nil
}

// GetRecipe answers GET /api/recipes/{id}/.
func (s *Server) GetRecipe(ctx context.Context, req gen.GetRecipeRequestObject) (gen.GetRecipeResponseObject, error) {
	r, err := s.recipes.Get(ctx, exchangeOf(ctx).userID, req.ID)
	if err != nil {
		return nil, err
	}
	return recipeAnswer{http.StatusOK, r}, nil
}

// ReplaceRecipe answers PUT /api/recipes/{id}/.
func (s *Server) ReplaceRecipe(ctx context.Context, req gen.ReplaceRecipeRequestObject) (gen.ReplaceRecipeResponseObject, error) {
	r, err := s.recipes.Replace(ctx, exchangeOf(ctx).userID, req.ID, recipeInput(*req.Body))
	if err != nil {
		return nil, err
	}
	return recipeAnswer{http.StatusOK, r}, nil
}

// UpdateRecipe answers PATCH /api/recipes/{id}/.
func (s *Server) UpdateRecipe(ctx context.Context, req gen.UpdateRecipeRequestObject) (gen.UpdateRecipeResponseObject, error) {
	p := req.Body
	r, err := s.recipes.Update(ctx, exchangeOf(ctx).userID, req.ID, recipe.Patch{
		Name: p.Name, MeatType: p.MeatType, Longevity: p.Longevity, Frequency: (*string)(p.Frequency),
		State: (*string)(p.State), Note: p.Note, Ingredients: ingredientsOf(p.Ingredients),
	})
	if err != nil {
		return nil, err
	}
	return recipeAnswer{http.StatusOK, r}, nil
}

// DeleteRecipe answers DELETE /api/recipes/{id}/.
func (s *Server) DeleteRecipe(ctx context.Context, req gen.DeleteRecipeRequestObject) (gen.DeleteRecipeResponseObject, error) {
	return gen.DeleteRecipe204Response{}, s.recipes.Delete(ctx, exchangeOf(ctx).userID, req.ID)
}

// DeleteRecipes answers DELETE /api/recipes/.
func (s *Server) DeleteRecipes(ctx context.Context, _ gen.DeleteRecipesRequestObject) (gen.DeleteRecipesResponseObject, error) {
	return gen.DeleteRecipes204Response{}, s.recipes.DeleteAll(ctx, exchangeOf(ctx).userID)
}

// GetRecipeStats answers GET /api/recipes/stats/.
func (s *Server) GetRecipeStats(ctx context.Context, _ gen.GetRecipeStatsRequestObject) (gen.GetRecipeStatsResponseObject, error) {
	stats, err := s.recipes.Stats(ctx, exchangeOf(ctx).userID)
	if err != nil {
		return nil, err
	}
	answer := gen.GetRecipeStats200JSONResponse{MeatTypeStats: []gen.MeatTypeCount{}, FrequencyStats: []gen.FrequencyCount{}}
	for _, c := range stats.MeatTypes {
		answer.MeatTypeStats = append(answer.MeatTypeStats, gen.MeatTypeCount{MeatType: c.Kind, Total: c.Total, Active: c.Active})
	}
	for _, c := range stats.Frequencies {
		answer.FrequencyStats = append(answer.FrequencyStats, gen.FrequencyCount{Frequency: gen.Frequency(c.Kind), Total: c.Total, Active: c.Active})
	}
	return answer, nil
}

// RefreshRecipes answers POST /api/recipes/refresh/.
func (s *Server) RefreshRecipes(ctx context.Context, _ gen.RefreshRecipesRequestObject) (gen.RefreshRecipesResponseObject, error) {
	count, err := s.recipes.Activate(ctx, exchangeOf(ctx).userID)
	if err != nil {
		return nil, err
	}
	return gen.RefreshRecipes200JSONResponse{UpdatedCount: count}, nil
}

func recipeInput(in gen.RecipeInput) recipe.Input {
	return recipe.Input{
		Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Frequency: string(in.Frequency),
		State: string(cmp.Or(value(in.State), gen.RecipeInputStateActive)), Note: value(in.Note),
		Ingredients: ingredientsOf(in.Ingredients),
	}
}

// ingredientsOf keeps nil, which a patch takes for unchanged.
func ingredientsOf(in []gen.IngredientInput) []recipe.Ingredient {
	if in == nil {
		return nil
	}
	all := make([]recipe.Ingredient, 0, len(in))
	for _, i := range in {
		all = append(all, recipe.Ingredient{Name: i.Name, Quantity: value(i.Quantity)})
	}
	return all
}

// value is what p points to; where a member was left out, the zero value.
func value[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}

// recipeAnswer answers one recipe.
type recipeAnswer struct {
	status int
	recipe recipe.Recipe
}

func (a recipeAnswer) write(w http.ResponseWriter) error {
	return writeJSON(w, a.status, func(b []byte) []byte { return appendRecipe(b, a.recipe) })
}

// VisitCreateRecipeResponse writes the answer.
func (a recipeAnswer) VisitCreateRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitGetRecipeResponse writes the answer.
func (a recipeAnswer) VisitGetRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitReplaceRecipeResponse writes the answer.
func (a recipeAnswer) VisitReplaceRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitUpdateRecipeResponse writes the answer.
func (a recipeAnswer) VisitUpdateRecipeResponse(w http.ResponseWriter) error { return a.write(w) }

// recipesAnswer answers several recipes.
type recipesAnswer struct {
	status  int
	recipes []recipe.Recipe
	next    string // the header Link, if any
}

func (a recipesAnswer) write(w http.ResponseWriter) error {
	size := 0
	for _, r := range a.recipes {
		size += len(r.Note) + len(r.Ingredients) + 512 // what else a recipe has, generously
	}
	setLink(w, a.next)
	return writeJSON(w, a.status, func(b []byte) []byte { return appendAll(slices.Grow(b, size), a.recipes, appendRecipe) })
}

// VisitListRecipesResponse writes the answer.
func (a recipesAnswer) VisitListRecipesResponse(w http.ResponseWriter) error { return a.write(w) }

// VisitImportRecipesResponse writes the answer.
func (a recipesAnswer) VisitImportRecipesResponse(w http.ResponseWriter) error { return a.write(w) }
