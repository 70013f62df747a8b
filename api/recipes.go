package api

import (
	"cmp"
	"net/http"
	"strconv"
	"strings"

	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/recipe"
)

// ListRecipes handles GET /api/recipes/.
func (s *Server) ListRecipes(w http.ResponseWriter, r *http.Request, p models.ListRecipesParams) {
	list, err := s.Recipes.List(r.Context(), request.UserID(r), recipe.Query{
		Order: recipe.Order(valueOf(p.Ordering)), Ingredients: ingredientNames(p), Search: valueOf(p.Search),
		Stock: s.stockFilter(p), Page: pageRequest(p.Limit, p.Cursor),
	}, s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer list.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, list.Version) {
		return
	}
	s.linkNext(w, r, "/api/recipes/", list.Next)
	writeArray(w, r, pagedList[recipe.Recipe]{list.Recipes, list.Bytes, list.Rest.Next}, recipeEncoder(list.Kitchen))
}

// ingredientNames returns the names in the parameters ingredients, separated by commas, and ingredient.
func ingredientNames(p models.ListRecipesParams) []string {
	return append(strings.Split(valueOf(p.Ingredients), ","), p.Ingredient...)
}

// CreateRecipe handles POST /api/recipes/.
func (s *Server) CreateRecipe(w http.ResponseWriter, r *http.Request) {
	recipes, err := s.Recipes.Create(r.Context(), request.UserID(r), request.Of(r).Key, recipeInput(request.Body[models.RecipeInput](r)))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, recipes[0].Version)
	write(w, http.StatusCreated, oneEncoder(recipes[0], appendRecipe))
}

// ReplaceRecipe handles PUT /api/recipes/{id}/.
func (s *Server) ReplaceRecipe(w http.ResponseWriter, r *http.Request, id models.RecipeID, p models.ReplaceRecipeParams) {
	in := recipeInput(request.Body[models.RecipeInput](r))
	replaced, err := s.Recipes.Replace(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), in)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	write(w, http.StatusOK, oneEncoder(replaced, appendRecipe))
}

// UpdateRecipe handles PATCH /api/recipes/{id}/.
func (s *Server) UpdateRecipe(w http.ResponseWriter, r *http.Request, id models.RecipeID, p models.UpdateRecipeParams) {
	patch := recipePatch(request.Body[models.RecipePatch](r))
	updated, err := s.Recipes.Update(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch), patch)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, updated.Version)
	write(w, http.StatusOK, oneEncoder(updated, appendRecipe))
}

// DeleteRecipe handles DELETE /api/recipes/{id}/.
func (s *Server) DeleteRecipe(w http.ResponseWriter, r *http.Request, id models.RecipeID, p models.DeleteRecipeParams) {
	if err := s.Recipes.Delete(r.Context(), request.UserID(r), id, s.ifMatch(r, p.IfMatch)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// DeleteRecipes handles DELETE /api/recipes/.
func (s *Server) DeleteRecipes(w http.ResponseWriter, r *http.Request) {
	if err := s.Recipes.DeleteAll(r.Context(), request.UserID(r)); err != nil {
		request.Fail(w, r, err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// ListDeletedRecipes handles GET /api/recipes/trash/.
func (s *Server) ListDeletedRecipes(w http.ResponseWriter, r *http.Request, p models.ListDeletedRecipesParams) {
	trash, err := s.Recipes.Trash(r.Context(), request.UserID(r), pageRequest(p.Limit, p.Cursor), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	defer trash.Rest.Close()
	if s.notModified(w, r, p.IfNoneMatch, trash.Version) {
		return
	}
	s.linkNext(w, r, "/api/recipes/trash/", trash.Next)
	writeArray(w, r, pagedList[recipe.Deleted]{trash.Recipes, trash.Bytes, trash.Rest.Next}, appendDeletedRecipe)
}

// RestoreRecipe handles POST /api/recipes/{id}/restore/.
func (s *Server) RestoreRecipe(w http.ResponseWriter, r *http.Request, id models.RecipeID) {
	restored, err := s.Recipes.Restore(r.Context(), request.UserID(r), id)
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	s.setETag(w, r, restored.Version)
	write(w, http.StatusOK, oneEncoder(restored, appendRecipe))
}

// GetRecipeStats handles GET /api/recipes/stats/.
func (s *Server) GetRecipeStats(w http.ResponseWriter, r *http.Request, p models.GetRecipeStatsParams) {
	stats, err := s.Recipes.Stats(r.Context(), request.UserID(r), s.clientVersions(r, p.IfNoneMatch))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	if s.notModified(w, r, p.IfNoneMatch, stats.Version) {
		return
	}
	out := models.RecipeStats{MeatTypeStats: []models.MeatTypeCount{}, FrequencyStats: []models.FrequencyCount{}}
	for _, c := range stats.MeatTypes {
		out.MeatTypeStats = append(out.MeatTypeStats, models.MeatTypeCount{MeatType: c.Kind, Total: c.Total, Active: c.Active})
	}
	for _, c := range stats.Frequencies {
		out.FrequencyStats = append(out.FrequencyStats, models.FrequencyCount{Frequency: models.Frequency(c.Kind), Total: c.Total, Active: c.Active})
	}
	writeJSON(w, http.StatusOK, out)
}

// RefreshRecipes handles POST /api/recipes/refresh/.
func (s *Server) RefreshRecipes(w http.ResponseWriter, r *http.Request) {
	count, err := s.Recipes.Activate(r.Context(), request.UserID(r))
	if err != nil {
		request.Fail(w, r, err)
		return
	}
	writeJSON(w, http.StatusOK, models.RefreshedRecipes{UpdatedCount: count})
}

func recipeInput(in models.RecipeInput) recipe.Input {
	return recipe.Input{
		Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Servings: in.Servings, Frequency: string(in.Frequency),
		State: string(cmp.Or(valueOf(in.State), models.RecipeInputStateActive)), Note: valueOf(in.Note),
		Ingredients: recipeIngredients(in.Ingredients),
	}
}

func recipePatch(in models.RecipePatch) recipe.Patch {
	return recipe.Patch{
		Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Servings: in.Servings, Frequency: (*string)(in.Frequency),
		State: (*string)(in.State), Note: in.Note, Ingredients: recipeIngredients(in.Ingredients),
	}
}

// recipeIngredients returns nil for nil, because a patch without ingredients doesn't change them.
func recipeIngredients(in []models.IngredientInput) []recipe.Ingredient {
	if in == nil {
		return nil
	}
	ingredients := make([]recipe.Ingredient, 0, len(in))
	for _, i := range in {
		ingredients = append(ingredients, recipe.Ingredient{Name: i.Name, Quantity: valueOf(i.Quantity)})
	}
	return ingredients
}

func transferredRecipe(in models.Recipe) recipe.Transferred {
	return recipe.Transferred{
		ID: in.ID, AddedDate: in.AddedDate,
		Input: recipe.Input{
			Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Servings: in.Servings, Frequency: string(in.Frequency), State: string(in.State),
			Note: in.Note, Ingredients: transferredIngredients(in.IngredientList),
		},
	}
}

func transferredDeleted(in models.DeletedRecipe) recipe.Transferred {
	t := transferredRecipe(models.Recipe{
		ID: in.ID, AddedDate: in.AddedDate, Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Servings: in.Servings, Frequency: in.Frequency,
		State: in.State, Note: in.Note, IngredientList: in.IngredientList,
	})
	t.DeletedAt = in.DeletedDate
	return t
}

func transferredIngredients(in []models.Ingredient) []recipe.Ingredient {
	ingredients := make([]recipe.Ingredient, 0, len(in))
	for _, i := range in {
		ingredients = append(ingredients, recipe.Ingredient{Name: i.Name, Quantity: i.Quantity})
	}
	return ingredients
}

// appendRecipe appends the contract's Recipe. The ingredients are stored as JSON of the contract.
func appendRecipe(b []byte, r recipe.Recipe) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), r.ID, 10)
	b = appendString(append(b, `,"name":`...), r.Name)
	b = appendString(append(b, `,"meat_type":`...), r.MeatType)
	b = strconv.AppendInt(append(b, `,"longevity":`...), r.Longevity, 10)
	if r.Servings > 0 {
		b = strconv.AppendInt(append(b, `,"servings":`...), r.Servings, 10)
	}
	b = appendString(append(b, `,"frequency":`...), r.Frequency)
	b = appendString(append(b, `,"note":`...), r.Note)
	b = appendString(append(b, `,"state":`...), r.State)
	b = append(append(b, `,"ingredient_list":`...), r.Ingredients...)
	b = appendTime(append(b, `,"added_date":`...), r.AddedDate)
	if r.Accuracy >= 0 {
		b = strconv.AppendInt(append(b, `,"accuracy":`...), r.Accuracy, 10)
	}
	return append(b, '}')
}

// appendDeletedRecipe appends the contract's DeletedRecipe: a Recipe with one more member.
func appendDeletedRecipe(b []byte, d recipe.Deleted) []byte {
	d.Accuracy = -1
	b = appendRecipe(b, d.Recipe)
	b = appendTime(append(b[:len(b)-1], `,"deleted_date":`...), d.DeletedAt)
	return append(b, '}')
}
