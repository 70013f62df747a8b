package grocery

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/postgres"
)

// MealRequest asks for a plan.
type MealRequest struct {
	Meals     []Meal           // to add; their ID, Recipe and Times are ignored
	Units     planner.System   // empty: those of the current plan
	Ignore    []string         // names of foods to leave out; nil: those of the current plan
	Today     time.Time        // midnight in UTC
	Overrides []OverrideChange // take precedence over the stored ones
	Replace   bool             // ignore the meals of the current plan
}

// Meal is a meal of a plan.
type Meal struct {
	ID       int64 // 0: not stored
	RecipeID int64
	Recipe   string    // the name; empty: the recipe has been deleted
	Servings int64     // 0: not given
	Factor   string    // exact, more than 0 and at most 1000; empty: not given
	Date     time.Time // midnight in UTC; zero: always today
	Times    *big.Rat  // the factor for the amounts of the recipe
}

// MealPlan has the meals of a plan and the foods that they need.
type MealPlan struct {
	Today time.Time
	Units planner.System
	Meals []Meal // those of the current plan, then those of the request
	Lines []PlanLine
}

// PlanLine is what a plan needs of one food.
type PlanLine struct {
	planner.ShoppingLine

	OverrideID int64 // of the override that applies to the line; 0: none, or it isn't stored
}

// The maximums of a plan.
const (
	maxMeals  = 500
	maxNeeded = 20_000 // ingredients; a recipe counts as often as it is planned
)

// PreviewMeals computes what the meals of the request and of the current plan need together. It changes nothing.
//
// It returns [apperr.NotFound] with a list of ids if the user has never had recipes with these ids; [apperr.InvalidInput] for an
// invalid meal or override, for more than 500 meals, for recipes with more than 1 MiB of ingredients, and for meals with more than 20,000
// ingredients; and [apperr.TokenNotValid] if the account has been deleted.
func (s *Service) PreviewMeals(ctx context.Context, userID int64, r MealRequest) (MealPlan, error) {
	if err := r.check(); err != nil {
		return MealPlan{}, err
	}
	row, err := postgres.ReadOne(ctx, s.DB, userID, "load the plan", func(q *db.Queries) (db.LoadMealPlanRow, error) {
		return q.LoadMealPlan(ctx, r.loadParams(userID))
	})
	if err != nil {
		return MealPlan{}, postgres.MapAccountError(err)
	}
	draft, err := r.draft(row)
	if err != nil {
		return MealPlan{}, err
	}
	return draft.plan(), nil
}

// CommitMeals adds the meals of the request to the current plan and to the history, marks their recipes as used, stores the overrides,
// and writes the foods to buy to the checklist. With Replace, it first deletes the meals of the current plan.
//
// It returns the errors of [Service.PreviewMeals] and of [postgres.AddTx]. The key may be nil.
func (s *Service) CommitMeals(ctx context.Context, userID int64, key *idempotency.Key, r MealRequest) (MealPlan, error) {
	if err := r.check(); err != nil {
		return MealPlan{}, err
	}
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (MealPlan, error) {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{Recipes: true, Checklist: true, Plans: true}); err != nil {
			return MealPlan{}, err
		}
		draft, err := r.commit(ctx, q, userID)
		if err != nil {
			return MealPlan{}, err
		}
		plan := draft.plan()
		return plan, writeLines(ctx, q, userID, draft, plan, lineRules{forgetEdited: r.Replace, restoreDeleted: true})
	})
}

// commit stores the request. It sends each query in a separate round trip, because commits are rare.
func (r MealRequest) commit(ctx context.Context, q *db.Queries, userID int64) (*draft, error) {
	if r.Replace {
		if err := q.DropMeals(ctx, userID); err != nil {
			return nil, fmt.Errorf("drop the meals: %w", err)
		}
	}
	if err := r.saveOverrides(ctx, q, userID); err != nil {
		return nil, err
	}
	row, err := q.LoadMealPlan(ctx, r.loadParams(userID))
	if err != nil {
		return nil, fmt.Errorf("load the plan: %w", err)
	}
	draft, err := r.draft(row)
	if err != nil {
		return nil, err
	}
	ids, err := q.RecordMeals(ctx, r.recordParams(userID))
	if err != nil {
		return nil, fmt.Errorf("record the meals: %w", err)
	}
	for i, id := range ids {
		draft.meals[len(draft.meals)-len(ids)+i].ID = id
	}
	settings := db.SaveMealPlanParams{UserID: userID, Units: string(draft.input.Units), Ignored: draft.input.Ignore}
	if err := q.SaveMealPlan(ctx, settings); err != nil {
		return nil, fmt.Errorf("save the plan: %w", err)
	}
	return draft, nil
}

// CurrentMeals computes the current plan. It returns [apperr.TokenNotValid] if the account has been deleted.
func (s *Service) CurrentMeals(ctx context.Context, userID int64, today time.Time) (MealPlan, error) {
	return s.PreviewMeals(ctx, userID, MealRequest{Today: today})
}

// RemoveMeal removes a meal from the current plan and updates the checklist items that the plan wrote. Items that a person has changed
// or ticked don't change, and deleted items don't come back. If the recipes have grown so much that the plan is too large to compute, no
// item changes. Removing a meal again is no error.
//
// It returns [apperr.NotFound] if the user has no meal with this id.
func (s *Service) RemoveMeal(ctx context.Context, userID, id int64, today time.Time) error {
	err := s.DB.WriteTx(ctx, userID, func(q *db.Queries) error {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{Checklist: true, Plans: true}); err != nil {
			return err
		}
		deleted, err := q.DeleteMeal(ctx, db.DeleteMealParams{UserID: userID, ID: id})
		if err != nil {
			return fmt.Errorf("delete the meal: %w", err)
		}
		if deleted == 0 {
			return apperr.New(apperr.NotFound)
		}
		r := MealRequest{Today: today}
		row, err := q.LoadMealPlan(ctx, r.loadParams(userID))
		if err != nil {
			return fmt.Errorf("load the plan: %w", err)
		}
		draft, err := r.draft(row)
		if e, ok := errors.AsType[*apperr.Error](err); ok && e.Code == apperr.InvalidInput {
			return nil // the plan is too large
		}
		if err != nil {
			return err
		}
		return writeLines(ctx, q, userID, draft, draft.plan(), lineRules{})
	})
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindMeal, id)
}
