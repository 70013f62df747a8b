package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// PlanMeals adds up what meals need together with those of the current plan, and returns what is to buy, with the reasons. With
// Commit, the plan is stored and the checklist written; otherwise nothing changes.
func (c *Client) PlanMeals(ctx context.Context, plan api.MealPlanRequest) (*api.MealPlan, error) {
	return ok(c.PlanMealsWithResponse(ctx, plan))
}

// GetMealPlan returns the current plan, computed from the recipes and the fridge as they are now.
func (c *Client) GetMealPlan(ctx context.Context) (*api.MealPlan, error) {
	return ok(c.GetMealPlanWithResponse(ctx, nil))
}

// DeletePlannedMeal removes a meal from the current plan, and recomputes the checklist items that the plan has written.
func (c *Client) DeletePlannedMeal(ctx context.Context, id int64) error {
	_, err := c.DeletePlannedMealWithResponse(ctx, id, nil)
	return err
}

// SetPlanOverride stores a decision on what to buy of a food. It replaces the one on the same food.
func (c *Client) SetPlanOverride(ctx context.Context, decision api.PlanOverrideInput) (*api.PlanOverride, error) {
	return ok(c.SetPlanOverrideWithResponse(ctx, decision))
}

// ListPlanOverrides returns the decisions on what to buy, the newest first.
func (c *Client) ListPlanOverrides(ctx context.Context) ([]api.PlanOverride, error) {
	return list(ok(c.ListPlanOverridesWithResponse(ctx, nil)))
}

// DeletePlanOverride takes a decision on a food back.
func (c *Client) DeletePlanOverride(ctx context.Context, id int64) error {
	_, err := c.DeletePlanOverrideWithResponse(ctx, id)
	return err
}
