package grocery

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/fault"
	"github.com/ocipe/ocipe/internal/page"
)

// Plan is what chosen recipes need, in the order in which it is first needed.
type Plan struct {
	Buy  []Need
	Have []Need // of which the fridge holds something
}

// Need is an ingredient with its quantities, joined with " + ".
type Need struct {
	Name     string
	Quantity string
}

// line is an ingredient of a recipe as internal/recipe stores it.
type line struct {
	Name     string `json:"name"`
	Quantity string `json:"quantity"`
}

// Record is a plan of the history.
type Record struct {
	ID        int64
	RecipeIDs []int64 // as chosen, repeated ones included
	CreatedAt time.Time
}

// Plan adds up the ingredients of the chosen recipes, marks those recipes used and records the choice. A recipe
// that is chosen twice counts twice.
//
// It fails with [fault.NotFound], and changes nothing, if the user lacks any of the recipes.
func (s *Service) Plan(ctx context.Context, userID int64, recipeIDs []int64) (Plan, error) {
	var plan Plan
	different := slices.Clone(recipeIDs)
	slices.Sort(different)
	different = slices.Compact(different)
	err := s.DB.UserTx(ctx, userID, func(q *db.Queries) error {
		recipes, err := q.LockPlannedRecipes(ctx, db.LockPlannedRecipesParams{UserID: userID, Ids: different})
		if err != nil {
			return fmt.Errorf("get the recipes: %w", err)
		}
		if len(recipes) < len(different) {
			return fault.New(fault.NotFound)
		}
		fridge, err := q.ListFridgeNames(ctx, userID)
		if err != nil {
			return fmt.Errorf("look into the fridge: %w", err)
		}
		if plan, err = planOf(recipeIDs, recipes, fridge); err != nil {
			return err
		}
		if err := q.RecordPlanAndMarkUsed(ctx, db.RecordPlanAndMarkUsedParams{UserID: userID, RecipeIds: recipeIDs}); err != nil {
			return fmt.Errorf("record the plan: %w", err)
		}
		return nil
	})
	return plan, err
}

// planOf adds up what the recipes need, in the order of choice, and splits it by what the fridge holds.
func planOf(chosen []int64, recipes []db.LockPlannedRecipesRow, fridge []string) (Plan, error) {
	lines := make(map[int64][]line, len(recipes))
	for _, r := range recipes {
		var of []line
		if err := json.Unmarshal(r.Ingredients, &of); err != nil {
			return Plan{}, fmt.Errorf("read the ingredients: %w", err)
		}
		lines[r.ID] = of
	}
	var names []string // in the order in which they are first needed
	quantities := map[string][]string{}
	for _, id := range chosen {
		for _, l := range lines[id] {
			if _, known := quantities[l.Name]; !known {
				names = append(names, l.Name)
				quantities[l.Name] = nil
			}
			if l.Quantity != "" {
				quantities[l.Name] = append(quantities[l.Name], l.Quantity)
			}
		}
	}
	held := make(map[string]bool, len(fridge))
	for _, name := range fridge {
		held[strings.ToLower(name)] = true // as the names of recipes are stored
	}
	var plan Plan
	for _, name := range names {
		need := Need{Name: name, Quantity: strings.Join(quantities[name], " + ")}
		if held[name] {
			plan.Have = append(plan.Have, need)
		} else {
			plan.Buy = append(plan.Buy, need)
		}
	}
	return plan, nil
}

// History returns the user's plans, the newest first, and the cursor of the next page; empty: this is the last one.
//
// It fails with [fault.InvalidInput] for a cursor that isn't of this list.
func (s *Service) History(ctx context.Context, userID int64, request page.Request) (plans []Record, next string, err error) {
	const list = "plans"
	after := struct {
		Micros int64 `json:"t"` // created_at, in microseconds since 1970
		ID     int64 `json:"id"`
	}{Micros: page.EndOfTime.UnixMicro()}
	if err := page.After(request, list, &after); err != nil {
		return nil, "", err
	}
	date, err := page.Time(after.Micros)
	if err != nil {
		return nil, "", err
	}
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.ListPlans(ctx, db.ListPlansParams{
			UserID: userID, AfterDate: date, AfterID: after.ID, AtMost: request.AtMost(),
		})
		if err != nil {
			return fmt.Errorf("list the plans: %w", err)
		}
		plans = make([]Record, 0, len(rows))
		for _, r := range rows {
			plans = append(plans, Record{ID: r.ID, RecipeIDs: r.RecipeIds, CreatedAt: r.CreatedAt})
		}
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	plans, more := page.Cut(request, plans)
	if more {
		last := plans[len(plans)-1]
		after.Micros, after.ID = last.CreatedAt.UnixMicro(), last.ID
		next, err = page.Cursor(list, after)
	}
	return plans, next, err
}

// DeleteHistory forgets the user's plans.
func (s *Service) DeleteHistory(ctx context.Context, userID int64) error {
	return s.DB.UserTx(ctx, userID, func(q *db.Queries) error {
		if err := q.DeletePlans(ctx, userID); err != nil {
			return fmt.Errorf("delete the plans: %w", err)
		}
		return nil
	})
}
