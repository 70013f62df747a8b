package grocery

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
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
// It fails with [apperr.NotFound], and changes nothing, if the user lacks any of the recipes.
func (s *Service) Plan(ctx context.Context, userID int64, recipeIDs []int64) (Plan, error) {
	var recorded db.RecordPlanRow
	err := s.DB.WriteAll(ctx, userID, postgres.Collections{Recipes: true, Plans: true}, func(q *db.Queries) (err error) {
		recorded, err = q.RecordPlan(ctx, db.RecordPlanParams{UserID: userID, RecipeIds: recipeIDs})
		if err != nil {
			return fmt.Errorf("record the plan: %w", err)
		}
		return nil
	})
	if err != nil {
		return Plan{}, err
	}
	if !recorded.Complete {
		return Plan{}, apperr.New(apperr.NotFound)
	}
	return planOf(recipeIDs, recorded)
}

// planOf adds up what the recipes need, in the order of choice, and splits it by what the fridge holds.
func planOf(chosen []int64, recorded db.RecordPlanRow) (Plan, error) {
	lines := make(map[int64][]line, len(recorded.Ids))
	for i, id := range recorded.Ids {
		var of []line
		if err := json.Unmarshal([]byte(recorded.Ingredients[i]), &of); err != nil {
			return Plan{}, fmt.Errorf("read the ingredients: %w", err)
		}
		lines[id] = of
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
	held := make(map[string]bool, len(recorded.Fridge))
	for _, name := range recorded.Fridge {
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

// History returns the user's plans, the newest first, the cursor of the next page, which is empty if this is the last
// one, and the version of all plans.
//
// It fails with [apperr.InvalidInput] for a cursor that isn't of this list, and as [postgres.List.Read] does.
func (s *Service) History(ctx context.Context, userID int64, request page.Request, known []int64) (plans []Record, next string, version int64, err error) {
	const list = "plans"
	after := struct {
		Micros int64 `json:"t"` // created_at, in microseconds since 1970
		ID     int64 `json:"id"`
	}{Micros: page.EndOfTime.UnixMicro()}
	if err := page.After(request, list, &after); err != nil {
		return nil, "", 0, err
	}
	date, err := page.Time(after.Micros)
	if err != nil {
		return nil, "", 0, err
	}
	plans, version, err = postgres.List[Record]{
		Name: "list the plans", Query: db.ListPlans, Args: []any{userID, date, after.ID, request.AtMost()},
		Columns: func(to []any, r *Record) []any { return append(to, &r.ID, &r.RecipeIDs, &r.CreatedAt) },
		Of:      func(c db.Collection) int64 { return c.Plans },
	}.Read(ctx, s.DB, userID, known)
	if err != nil {
		return nil, "", version, err
	}
	plans, more := page.Cut(request, plans)
	if more {
		last := plans[len(plans)-1]
		after.Micros, after.ID = last.CreatedAt.UnixMicro(), last.ID
		next, err = page.Cursor(list, after)
	}
	return plans, next, version, err
}

// DeleteHistory forgets the user's plans.
func (s *Service) DeleteHistory(ctx context.Context, userID int64) error {
	return s.DB.WriteAll(ctx, userID, postgres.Collections{Plans: true}, func(q *db.Queries) error {
		if err := q.DeletePlans(ctx, userID); err != nil {
			return fmt.Errorf("delete the plans: %w", err)
		}
		return nil
	})
}
