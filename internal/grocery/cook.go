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

// CookRequest asks for what a recipe takes from the fridge.
type CookRequest struct {
	RecipeID int64
	Servings int64     // 0: not given
	Factor   string    // exact, more than 0 and at most 1000; empty: not given
	Date     time.Time // midnight in UTC
	Preview  bool      // nothing changes
}

// Cooked is what a recipe has taken from the fridge.
type Cooked struct {
	RecipeID int64
	Recipe   string // the name
	Date     time.Time
	Times    *big.Rat // how often the recipe counts
	Lots     []CookedLot
	Lines    []planner.ShoppingLine
	Entry    int64 // an entry of the journal of the fridge; 0: no ingredient has changed
}

// CookedLot is an ingredient in the fridge that was used.
type CookedLot struct {
	planner.LotUse

	Name string
}

// Cook takes what a recipe needs from the fridge, the ingredients that expire first before the others, and marks the recipe as used. An
// ingredient of which nothing remains is deleted, and one whose amount nobody knows, and a staple, stay as they are. It takes what is
// there: what is missing is in the lines of the result.
//
// It returns [apperr.NotFound] if the user has no recipe with this id, [apperr.InvalidInput] for an invalid factor, and for a recipe with
// more than 1 MiB of ingredients; and the errors of [postgres.AddTx]. The key may be nil.
func (s *Service) Cook(ctx context.Context, userID int64, key *idempotency.Key, r CookRequest) (Cooked, error) {
	meal := Meal{RecipeID: r.RecipeID, Servings: r.Servings, Factor: r.Factor, Date: r.Date}
	if e := meal.check(); e.Code != "" {
		e.Path = "factor"
		return Cooked{}, apperr.Invalid(e)
	}
	request := MealRequest{Meals: []Meal{meal}, Today: r.Date, Units: planner.AsWritten, Ignore: []string{}, Replace: true}
	if r.Preview {
		row, err := postgres.ReadOne(ctx, s.DB, userID, "load the recipe", func(q *db.Queries) (db.LoadMealPlanRow, error) {
			return q.LoadMealPlan(ctx, request.load(userID))
		})
		if err != nil {
			return Cooked{}, postgres.MapDeletedAccount(err)
		}
		return request.cook(row)
	}
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (Cooked, error) {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{Recipes: true, Fridge: true}); err != nil {
			return Cooked{}, err
		}
		row, err := q.LoadMealPlan(ctx, request.load(userID))
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
	draft.input.Overrides = nil // they are about what to buy
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

// take changes the fridge, and returns an entry of its journal.
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

// Missing returns the lines of the foods of which the fridge hasn't enough.
func (c Cooked) Missing() (lines []planner.ShoppingLine) {
	for _, l := range c.Lines {
		if len(l.Missing) > 0 {
			lines = append(lines, l)
		}
	}
	return lines
}
