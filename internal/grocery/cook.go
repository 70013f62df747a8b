package grocery

import (
	"context"
	"fmt"
	"math/big"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/journal"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/postgres"
)

// CookRequest asks to cook a recipe with ingredients from the fridge.
type CookRequest struct {
	RecipeID int64
	Servings int64     // 0: not given
	Factor   string    // exact, more than 0 and at most 1000; empty: not given
	Date     time.Time // midnight in UTC
	Preview  bool      // compute the result, but change nothing
}

// Cooked is the result of cooking a recipe.
type Cooked struct {
	RecipeID int64
	Recipe   string // the name
	Date     time.Time
	Times    *big.Rat // how often the recipe counts
	Lots     []CookedLot
	Lines    []planner.ShoppingLine
	Entry    int64 // the id of an entry in the fridge journal; 0: no ingredient has changed
}

// CookedLot is an ingredient in the fridge that was used.
type CookedLot struct {
	planner.LotUse

	Name string
}

// Cook takes the ingredients of a recipe from the fridge and marks the recipe as used. It uses the ingredients that expire first before
// the others, and deletes those that are used up. Staples and ingredients of unknown amount don't change. If the fridge hasn't enough,
// Cook takes what there is; the lines of the result list what is missing.
//
// It returns [apperr.NotFound] if the user has no recipe with this id, [apperr.InvalidInput] for a request with both servings and a
// factor or a recipe with more than 1 MiB of ingredients, and the errors of [postgres.AddTx]. The key may be nil.
func (s *Service) Cook(ctx context.Context, userID int64, key *idempotency.Key, r CookRequest) (Cooked, error) {
	meal := Meal{RecipeID: r.RecipeID, Servings: r.Servings, Factor: r.Factor, Date: r.Date}
	if e := meal.check(); e.Code != "" {
		e.Path = "factor"
		return Cooked{}, apperr.Invalid(e)
	}
	request := MealRequest{Meals: []Meal{meal}, Today: r.Date, Units: planner.AsWritten, Ignore: []string{}, Replace: true}
	if r.Preview {
		row, err := postgres.ReadOne(ctx, s.DB, userID, "load the recipe", func(q *db.Queries) (db.LoadMealPlanRow, error) {
			return q.LoadMealPlan(ctx, request.loadParams(userID))
		})
		if err != nil {
			return Cooked{}, postgres.MapAccountError(err)
		}
		return request.cook(row)
	}
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (Cooked, error) {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{Recipes: true, Fridge: true}); err != nil {
			return Cooked{}, err
		}
		row, err := q.LoadMealPlan(ctx, request.loadParams(userID))
		if err != nil {
			return Cooked{}, fmt.Errorf("load the recipe: %w", err)
		}
		cooked, err := request.cook(row)
		if err != nil {
			return Cooked{}, err
		}
		cooked.Entry, err = cooked.take(ctx, q, userID)
		return cooked, err
	})
}

// cook computes what the only meal of the request takes.
func (r MealRequest) cook(row db.LoadMealPlanRow) (Cooked, error) {
	if len(row.UnknownIds) > 0 || row.Fits && len(row.RecipeIds) == 0 { // unknown or deleted
		return Cooked{}, apperr.New(apperr.NotFound)
	}
	draft, err := r.draft(row)
	if err != nil {
		return Cooked{}, err
	}
	draft.input.Overrides = nil // they only affect what to buy
	result := planner.Compute(draft.input)
	meal := draft.meals[0]
	cooked := Cooked{RecipeID: meal.RecipeID, Recipe: meal.Recipe, Date: r.Today, Times: meal.Times, Lines: result.Lines}
	names := make(map[int64]string, len(draft.input.Lots))
	for _, l := range draft.input.Lots {
		names[l.ID] = l.Name
	}
	for _, use := range result.Lots {
		cooked.Lots = append(cooked.Lots, CookedLot{use, names[use.LotID]})
	}
	return cooked, nil
}

// take changes the fridge and returns the id of the newest journal entry for this, or 0 if no ingredient has changed.
func (c Cooked) take(ctx context.Context, q *db.Queries, userID int64) (int64, error) {
	params := db.UseLotsParams{UserID: userID, RecipeID: c.RecipeID}
	for _, l := range c.Lots {
		params.Ids = append(params.Ids, l.LotID)
		params.Quantities = append(params.Quantities, l.Quantity)
		params.AreEmpty = append(params.AreEmpty, l.Empty)
	}
	if err := journal.BeginCooking(ctx, q, c.RecipeID); err != nil {
		return 0, err
	}
	if err := q.UseLots(ctx, params); err != nil {
		return 0, fmt.Errorf("take from the fridge: %w", err)
	}
	return journal.Newest(ctx, q, userID)
}

// Missing returns the lines of the foods that the fridge doesn't have enough of.
func (c Cooked) Missing() (lines []planner.ShoppingLine) {
	for _, l := range c.Lines {
		if len(l.Missing) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}
