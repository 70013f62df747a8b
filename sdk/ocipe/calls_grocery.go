package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// PlanGroceries adds up the ingredients of recipes, and splits them into those to buy and those in the fridge.
func (c *Client) PlanGroceries(ctx context.Context, recipeIDs ...int64) (*api.Plan, error) {
	return ok(c.PlanGroceriesWithResponse(ctx, api.PlanRequest{RecipeIds: recipeIDs}))
}

// ListPlans returns the plans, the newest first. If params is nil, it returns all of them. See also [Pages].
func (c *Client) ListPlans(ctx context.Context, params *api.ListPlansParams) ([]api.PlanRecord, error) {
	return list(ok(c.ListPlansWithResponse(ctx, params)))
}

// ListRecentPlans returns the newest plan, or an empty list.
func (c *Client) ListRecentPlans(ctx context.Context) ([]api.PlanRecord, error) {
	return list(ok(c.ListRecentPlansWithResponse(ctx, nil)))
}

// DeletePlans deletes all plans.
func (c *Client) DeletePlans(ctx context.Context) error {
	_, err := c.DeletePlansWithResponse(ctx)
	return err
}

// ListGroceryItems returns the items of the checklist, the last one first.
func (c *Client) ListGroceryItems(ctx context.Context) ([]api.GroceryItem, error) {
	return list(ok(c.ListGroceryItemsWithResponse(ctx, nil)))
}

// AddGroceryItems adds an item to the checklist for each line of the text. It returns their ids.
func (c *Client) AddGroceryItems(ctx context.Context, lines string) ([]int64, error) {
	added, err := created(c.AddGroceryItemsWithResponse(ctx, api.NewGroceryItems{Items: lines}))
	if err != nil {
		return nil, err
	}
	return added.Ids, nil
}

// GetGroceryItem returns an item of the checklist.
func (c *Client) GetGroceryItem(ctx context.Context, id int64) (*api.GroceryItem, error) {
	return ok(c.GetGroceryItemWithResponse(ctx, id, nil))
}

// ReplaceGroceryItem replaces an item of the checklist. Without IsChecked, the item is unchecked.
func (c *Client) ReplaceGroceryItem(ctx context.Context, id int64, item api.GroceryItemInput) (*api.GroceryItem, error) {
	return ok(c.ReplaceGroceryItemWithResponse(ctx, id, nil, item))
}

// UpdateGroceryItem changes the members that are set.
func (c *Client) UpdateGroceryItem(ctx context.Context, id int64, changes api.GroceryItemPatch) (*api.GroceryItem, error) {
	return ok(c.UpdateGroceryItemWithResponse(ctx, id, nil, changes))
}

// DeleteGroceryItem deletes an item of the checklist.
func (c *Client) DeleteGroceryItem(ctx context.Context, id int64) error {
	_, err := c.DeleteGroceryItemWithResponse(ctx, id, nil)
	return err
}

// DeleteGroceryItems deletes all items of the checklist.
func (c *Client) DeleteGroceryItems(ctx context.Context) error {
	_, err := c.DeleteGroceryItemsWithResponse(ctx)
	return err
}
