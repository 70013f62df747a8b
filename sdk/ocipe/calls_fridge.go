package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// GetFridge returns the ingredients in the fridge by group.
func (c *Client) GetFridge(ctx context.Context) (map[string][]api.FridgeItem, error) {
	fridge, err := ok(c.GetFridgeWithResponse(ctx, nil))
	if err != nil {
		return nil, err
	}
	return fridge.IngredientList, nil
}

// AddFridgeIngredient adds an ingredient to a group of the fridge.
func (c *Client) AddFridgeIngredient(ctx context.Context, name, group string) (*api.FridgeIngredient, error) {
	return created(c.AddFridgeIngredientWithResponse(ctx, api.FridgeIngredientInput{Name: name, Group: group}))
}

// GetFridgeIngredient returns an ingredient in the fridge.
func (c *Client) GetFridgeIngredient(ctx context.Context, id int64) (*api.FridgeIngredient, error) {
	return ok(c.GetFridgeIngredientWithResponse(ctx, id, nil))
}

// ReplaceFridgeIngredient replaces the name and the group of an ingredient.
func (c *Client) ReplaceFridgeIngredient(ctx context.Context, id int64, name, group string) (*api.FridgeIngredient, error) {
	return ok(c.ReplaceFridgeIngredientWithResponse(ctx, id, nil, api.FridgeIngredientInput{Name: name, Group: group}))
}

// UpdateFridgeIngredient changes the members that are set.
func (c *Client) UpdateFridgeIngredient(ctx context.Context, id int64, changes api.FridgeIngredientPatch) (*api.FridgeIngredient, error) {
	return ok(c.UpdateFridgeIngredientWithResponse(ctx, id, nil, changes))
}

// DeleteFridgeIngredient removes an ingredient from the fridge.
func (c *Client) DeleteFridgeIngredient(ctx context.Context, id int64) error {
	_, err := c.DeleteFridgeIngredientWithResponse(ctx, id, nil)
	return err
}

// RenameFridgeGroup moves the ingredients of a group to another group.
func (c *Client) RenameFridgeGroup(ctx context.Context, group, newGroup string) error {
	_, err := c.RenameFridgeGroupWithResponse(ctx, group, api.GroupRename{NewGroup: newGroup})
	return err
}

// DeleteFridgeGroup deletes the ingredients of a group.
func (c *Client) DeleteFridgeGroup(ctx context.Context, group string) error {
	_, err := c.DeleteFridgeGroupWithResponse(ctx, group)
	return err
}

// ListExpiring returns the ingredients that expire soon, the earliest first. Params may be nil.
func (c *Client) ListExpiring(ctx context.Context, params *api.ListExpiringParams) ([]api.ExpiringIngredient, error) {
	return list(ok(c.ListExpiringWithResponse(ctx, params)))
}

// ListFridgeJournal returns the changes of the fridge, the newest first. Params may be nil. [Client.AllFridgeJournal] fetches all pages.
func (c *Client) ListFridgeJournal(ctx context.Context, params *api.ListFridgeJournalParams) ([]api.JournalEntry, error) {
	return list(ok(c.ListFridgeJournalWithResponse(ctx, params)))
}

// UndoFridgeChange undoes an entry of the journal of the fridge.
func (c *Client) UndoFridgeChange(ctx context.Context, entry int64) (*api.UndoneChanges, error) {
	return ok(c.UndoFridgeChangeWithResponse(ctx, entry, nil))
}

// UndoFridgeBatch undoes all changes of the call that made an entry of the journal. If it returns an error, it has undone none.
func (c *Client) UndoFridgeBatch(ctx context.Context, entry int64) (*api.UndoneChanges, error) {
	part := api.UndoFridgeChangeParamsPartBatch
	return ok(c.UndoFridgeChangeWithResponse(ctx, entry, &api.UndoFridgeChangeParams{Part: &part}))
}

// CookRecipe takes the ingredients of a recipe from the fridge.
func (c *Client) CookRecipe(ctx context.Context, id int64, request api.CookRequest) (*api.CookedRecipe, error) {
	return ok(c.CookRecipeWithResponse(ctx, id, request))
}

// RestockFridge moves bought items of the checklist into the fridge.
func (c *Client) RestockFridge(ctx context.Context, request api.RestockRequest) (*api.RestockedFridge, error) {
	return ok(c.RestockFridgeWithResponse(ctx, request))
}
