package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// ListFoods returns the user's settings for foods.
func (c *Client) ListFoods(ctx context.Context) ([]api.Food, error) {
	return list(ok(c.ListFoodsWithResponse(ctx, nil)))
}

// AddFood adds the user's settings for a food: other names, density, weight of a piece, aisle, staple.
func (c *Client) AddFood(ctx context.Context, food api.FoodInput) (*api.Food, error) {
	return created(c.AddFoodWithResponse(ctx, food))
}

// GetFood returns the user's settings for a food.
func (c *Client) GetFood(ctx context.Context, id int64) (*api.Food, error) {
	return ok(c.GetFoodWithResponse(ctx, id, nil))
}

// ReplaceFood replaces all settings for a food.
func (c *Client) ReplaceFood(ctx context.Context, id int64, food api.FoodInput) (*api.Food, error) {
	return ok(c.ReplaceFoodWithResponse(ctx, id, nil, food))
}

// UpdateFood changes the members that are set. An empty text removes the density, weight or aisle.
func (c *Client) UpdateFood(ctx context.Context, id int64, changes api.FoodPatch) (*api.Food, error) {
	return ok(c.UpdateFoodWithResponse(ctx, id, nil, changes))
}

// DeleteFood deletes the user's settings for a food.
func (c *Client) DeleteFood(ctx context.Context, id int64) error {
	_, err := c.DeleteFoodWithResponse(ctx, id, nil)
	return err
}
