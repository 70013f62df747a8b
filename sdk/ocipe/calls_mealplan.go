package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// PlanMeals adds up the ingredients of the given meals and of the current plan. It returns the amounts to buy, with the reasons. With
// Commit, it stores the plan and updates the checklist; otherwise it changes nothing.
func (c *Client) PlanMeals(ctx context.Context, plan api.MealPlanRequest) (*api.MealPlan, error) {
	return ok(c.PlanMealsWithResponse(ctx, plan))
}

// GetMealPlan returns the current plan, computed from the current recipes and fridge.
func (c *Client) GetMealPlan(ctx context.Context) (*api.MealPlan, error) {
	return ok(c.GetMealPlanWithResponse(ctx, nil))
}

// DeletePlannedMeal removes a meal from the current plan, and recomputes the checklist items that the plan has written.
func (c *Client) DeletePlannedMeal(ctx context.Context, id int64) error {
	_, err := c.DeletePlannedMealWithResponse(ctx, id, nil)
	return err
}

// SetPlanOverride stores a decision about how much of a food to buy. It replaces an earlier decision about the same food.
func (c *Client) SetPlanOverride(ctx context.Context, decision api.PlanOverrideInput) (*api.PlanOverride, error) {
	return ok(c.SetPlanOverrideWithResponse(ctx, decision))
}

// ListPlanOverrides returns the decisions about foods to buy, the newest first.
func (c *Client) ListPlanOverrides(ctx context.Context) ([]api.PlanOverride, error) {
	return list(ok(c.ListPlanOverridesWithResponse(ctx, nil)))
}

// DeletePlanOverride deletes a decision about a food.
func (c *Client) DeletePlanOverride(ctx context.Context, id int64) error {
	_, err := c.DeletePlanOverrideWithResponse(ctx, id)
	return err
}
