package ocipe

import (
	"context"
	"strings"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// GetRecipe returns a recipe.
func (c *Client) GetRecipe(ctx context.Context, id int64) (*api.Recipe, error) {
	view, err := c.GetScaledRecipe(ctx, id, nil)
	if err != nil {
		return nil, err
	}
	recipe := &api.Recipe{
		ID: view.ID, Name: view.Name, MeatType: view.MeatType, Longevity: view.Longevity, Servings: view.Servings, Frequency: view.Frequency,
		Note: view.Note, State: view.State, AddedDate: view.AddedDate, IngredientList: make([]api.Ingredient, len(view.IngredientList)),
	}
	for i, ingredient := range view.IngredientList {
		recipe.IngredientList[i] = api.Ingredient{Name: ingredient.Name, Quantity: ingredient.Quantity}
	}
	return recipe, nil
}

// GetScaledRecipe returns a recipe with the amounts of its ingredients for other servings or in other units. If params has servings but
// the recipe doesn't, it returns an [*Error] with the field error servings_unknown.
func (c *Client) GetScaledRecipe(ctx context.Context, id int64, params *api.GetRecipeParams) (*api.RecipeView, error) {
	return ok(c.GetRecipeWithResponse(ctx, id, params))
}

// ClearRecipeServings removes the number of servings from a recipe.
func (c *Client) ClearRecipeServings(ctx context.Context, id int64) (*api.Recipe, error) {
	return ok(c.UpdateRecipeWithBodyWithResponse(ctx, id, nil, "application/json", strings.NewReader(`{"servings": null}`)))
}
