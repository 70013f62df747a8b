package grocery

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// StoredMeal is a meal of the current plan as it is stored.
type StoredMeal struct {
	ID       int64
	RecipeID int64
	Servings int64  // 0: not given
	Factor   string // empty: not given
	Date     string // 2026-03-07; empty: always today
}

// EachMeal calls visit with every meal of the current plan in a snapshot, in order. It returns the errors of [postgres.List.Each].
func EachMeal(ctx context.Context, s postgres.Snapshot, userID int64, visit func(StoredMeal) error) error {
	list := postgres.List[StoredMeal]{
		Name:  "list the meals",
		Query: func(q *db.Queries) error { _, err := q.ListPlannedMeals(ctx, userID); return err },
		Columns: func(m *StoredMeal) postgres.Columns {
			return postgres.Columns{"id": &m.ID, "recipe_id": &m.RecipeID, "servings": &m.Servings, "factor": &m.Factor, "cook_on": &m.Date}
		},
		Version: func(v db.UserVersion) int64 { return v.Plans },
	}
	return list.Each(s, visit)
}

// EachOverride calls visit with every override of the user in a snapshot, the newest first. It returns the errors of
// [postgres.List.Each].
func EachOverride(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Override) error) error {
	return overrides(ctx, userID).Each(s, visit)
}

// AddMeal adds a meal of the current plan with its id to the batch. It is stored when the batch is full, or by Flush.
func (r *Receiver) AddMeal(ctx context.Context, m StoredMeal) error {
	r.meals.Ids = append(r.meals.Ids, m.ID)
	r.meals.RecipeIds = append(r.meals.RecipeIds, m.RecipeID)
	r.meals.Servings = append(r.meals.Servings, m.Servings)
	r.meals.Factors = append(r.meals.Factors, m.Factor)
	r.meals.Dates = append(r.meals.Dates, m.Date)
	if len(r.meals.Ids) == batchItems {
		return r.Flush(ctx)
	}
	return nil
}

// AddOverride adds an override with its id to the batch. It is stored when the batch is full, or by Flush. If the account already has an
// override for the same food, the account keeps its own.
func (r *Receiver) AddOverride(ctx context.Context, o Override) error {
	change := OverrideChange{Food: o.Food, State: o.State, Amount: o.Amount}
	r.overrides.Ids = append(r.overrides.Ids, o.ID)
	r.overrides.Foods = append(r.overrides.Foods, o.Food)
	r.overrides.FoodKeys = append(r.overrides.FoodKeys, change.key())
	r.overrides.States = append(r.overrides.States, string(o.State))
	r.overrides.Amounts = append(r.overrides.Amounts, change.amount())
	if len(r.overrides.Ids) == batchItems {
		return r.Flush(ctx)
	}
	return nil
}

func (r *Receiver) flushMeals(ctx context.Context) error {
	meals, overrides, items := r.meals, r.overrides, r.planItems
	meals.UserID, overrides.UserID, items.UserID = r.UserID, r.UserID, r.UserID
	r.meals, r.overrides, r.planItems = db.ImportMealsParams{}, db.ImportOverridesParams{}, db.ImportPlanItemsParams{}
	if len(items.ItemIds) > 0 {
		if err := r.Queries.ImportPlanItems(ctx, items); err != nil {
			return fmt.Errorf("import the items of the plan: %w", err)
		}
	}
	if len(meals.Ids) > 0 {
		if err := r.Queries.ImportMeals(ctx, meals); err != nil {
			return fmt.Errorf("import the meals: %w", err)
		}
	}
	if len(overrides.Ids) > 0 {
		added, err := r.Queries.ImportOverrides(ctx, overrides)
		if err != nil {
			return fmt.Errorf("import the overrides: %w", err)
		}
		r.AddedOverrides += added
	}
	return nil
}
