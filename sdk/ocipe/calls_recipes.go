package ocipe

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// GetRecipe returns a recipe.
func (c *Client) GetRecipe(ctx context.Context, id int64) (*api.Recipe, error) {
	res, err := c.GetRecipeWithResponse(ctx, id, nil)
	if _, err := ok(res, err); err != nil {
		return nil, err
	}
	recipe := &api.Recipe{} // a RecipeView that isn't scaled is a Recipe
	if err := json.Unmarshal(res.Body, recipe); err != nil {
		return nil, err
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
