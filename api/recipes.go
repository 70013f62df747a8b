package api

import (
	"cmp"
	"context"
	"net/http"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/gen/server"
	"github.com/ocipe/ocipe/internal/recipe"
)

// ListRecipes answers GET /api/recipes/.
func (s *Server) ListRecipes(ctx context.Context, req server.ListRecipesRequestObject) (server.ListRecipesResponseObject, error) {
	p, x := req.Params, exchangeOf(ctx)
	kept := s.kept(ctx, p.IfNoneMatch)
	list, err := s.recipes.List(ctx, x.userID, recipe.Query{
		Order: recipe.Order(value(p.Ordering)), Ingredients: value(p.Ingredients), Search: value(p.Search),
		Page: pageOf(p.Limit, p.Cursor),
	}, kept.known())
	if err = kept.item(list.Version, err); err != nil {
		return kept.answer(list.Version, err)
	}
	a := kept.current(list.Version, recipesBody(list.Recipes))
	a.link = nextLink("/api/recipes/", x.query, list.Next)
	return a, nil
}

// CreateRecipe answers POST /api/recipes/.
func (s *Server) CreateRecipe(ctx context.Context, req server.CreateRecipeRequestObject) (server.CreateRecipeResponseObject, error) {
	x := exchangeOf(ctx)
	recipes, err := s.recipes.Create(ctx, x.userID, recipeInput(*req.Body))
	if err != nil {
		return nil, err
	}
	r := recipes[0]
	return answer{status: http.StatusCreated, tag: s.versions.tag(x.userID, r.Version), body: recipeBody(r)}, nil
}

// ImportRecipes answers POST /api/recipes/bulk/.
func (s *Server) ImportRecipes(ctx context.Context, req server.ImportRecipesRequestObject) (server.ImportRecipesResponseObject, error) {
	inputs := make([]recipe.Input, 0, len(req.Body.List))
	for _, in := range req.Body.List {
		inputs = append(inputs, recipeInput(in))
	}
	recipes, err := s.recipes.Create(ctx, exchangeOf(ctx).userID, inputs...)
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusCreated, body: recipesBody(recipes)}, nil
}

// GetRecipe answers GET /api/recipes/{id}/.
func (s *Server) GetRecipe(ctx context.Context, req server.GetRecipeRequestObject) (server.GetRecipeResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	r, err := s.recipes.Get(ctx, kept.userID, req.ID)
	if err = kept.item(r.Version, err); err != nil {
		return kept.answer(r.Version, err)
	}
	return kept.current(r.Version, recipeBody(r)), nil
}

// ReplaceRecipe answers PUT /api/recipes/{id}/.
func (s *Server) ReplaceRecipe(ctx context.Context, req server.ReplaceRecipeRequestObject) (server.ReplaceRecipeResponseObject, error) {
	userID := exchangeOf(ctx).userID
	r, err := s.recipes.Replace(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID), recipeInput(*req.Body))
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusOK, body: recipeBody(r)}, nil
}

// UpdateRecipe answers PATCH /api/recipes/{id}/.
func (s *Server) UpdateRecipe(ctx context.Context, req server.UpdateRecipeRequestObject) (server.UpdateRecipeResponseObject, error) {
	p, userID := req.Body, exchangeOf(ctx).userID
	r, err := s.recipes.Update(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID), recipe.Patch{
		Name: p.Name, MeatType: p.MeatType, Longevity: p.Longevity, Frequency: (*string)(p.Frequency),
		State: (*string)(p.State), Note: p.Note, Ingredients: ingredientsOf(p.Ingredients),
	})
	if err != nil {
		return nil, err
	}
	return answer{status: http.StatusOK, tag: s.versions.tag(userID, r.Version), body: recipeBody(r)}, nil
}

// DeleteRecipe answers DELETE /api/recipes/{id}/.
func (s *Server) DeleteRecipe(ctx context.Context, req server.DeleteRecipeRequestObject) (server.DeleteRecipeResponseObject, error) {
	userID := exchangeOf(ctx).userID
	return server.DeleteRecipe204Response{}, s.recipes.Delete(ctx, userID, req.ID, s.versions.demanded(req.Params.IfMatch, userID))
}

// DeleteRecipes answers DELETE /api/recipes/.
func (s *Server) DeleteRecipes(ctx context.Context, _ server.DeleteRecipesRequestObject) (server.DeleteRecipesResponseObject, error) {
	return server.DeleteRecipes204Response{}, s.recipes.DeleteAll(ctx, exchangeOf(ctx).userID)
}

// GetRecipeStats answers GET /api/recipes/stats/.
func (s *Server) GetRecipeStats(ctx context.Context, req server.GetRecipeStatsRequestObject) (server.GetRecipeStatsResponseObject, error) {
	kept := s.kept(ctx, req.Params.IfNoneMatch)
	stats, err := s.recipes.Stats(ctx, kept.userID, kept.known())
	if err = kept.item(stats.Version, err); err != nil {
		return kept.answer(stats.Version, err)
	}
	counts := models.RecipeStats{MeatTypeStats: []models.MeatTypeCount{}, FrequencyStats: []models.FrequencyCount{}}
	for _, c := range stats.MeatTypes {
		counts.MeatTypeStats = append(counts.MeatTypeStats, models.MeatTypeCount{MeatType: c.Kind, Total: c.Total, Active: c.Active})
	}
	for _, c := range stats.Frequencies {
		counts.FrequencyStats = append(counts.FrequencyStats, models.FrequencyCount{Frequency: models.Frequency(c.Kind), Total: c.Total, Active: c.Active})
	}
	return server.GetRecipeStats200JSONResponse{Body: counts, Headers: server.GetRecipeStats200ResponseHeaders{
		CacheControl: revalidate, ETag: s.versions.tag(kept.userID, stats.Version),
	}}, nil
}

// RefreshRecipes answers POST /api/recipes/refresh/.
func (s *Server) RefreshRecipes(ctx context.Context, _ server.RefreshRecipesRequestObject) (server.RefreshRecipesResponseObject, error) {
	count, err := s.recipes.Activate(ctx, exchangeOf(ctx).userID)
	if err != nil {
		return nil, err
	}
	return server.RefreshRecipes200JSONResponse{UpdatedCount: count}, nil
}

func recipeInput(in models.RecipeInput) recipe.Input {
	return recipe.Input{
		Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Frequency: string(in.Frequency),
		State: string(cmp.Or(value(in.State), models.RecipeInputStateActive)), Note: value(in.Note),
		Ingredients: ingredientsOf(in.Ingredients),
	}
}

// ingredientsOf keeps nil, which a patch takes for unchanged.
func ingredientsOf(in []models.IngredientInput) []recipe.Ingredient {
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

func recipeBody(r recipe.Recipe) body {
	return func(b []byte, _ func([]byte) []byte) []byte { return appendRecipe(b, r) }
}

func recipesBody(recipes []recipe.Recipe) body {
	return func(b []byte, handOver func([]byte) []byte) []byte {
		return appendAll(b, recipes, func(b []byte, r recipe.Recipe) []byte { return handOver(appendRecipe(b, r)) })
	}
}
