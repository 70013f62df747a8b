package grocery

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Plan is the ingredients of the chosen recipes, in the order in which they are first needed.
type Plan struct {
	Buy  []Need
	Have []Need // the fridge has something of this name
}

// Need is an ingredient with its quantities, joined by " + ", under the name with which it is first needed.
type Need struct {
	Name     string
	Quantity string
}

// ingredient is an ingredient of a recipe as internal/recipe stores it.
type ingredient struct {
	Name     string `json:"name"`
	Quantity string `json:"quantity"`
}

// Plan adds up the ingredients of the chosen recipes, marks those recipes as used and records the choice. A recipe chosen
// twice counts twice.
//
// It returns [apperr.NotFound] if one of the recipes isn't the user's.
func (s *Service) Plan(ctx context.Context, userID int64, recipeIDs []int64) (Plan, error) {
	recorded, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Recipes: true, Plans: true}, (*db.Queries).RecordPlan,
		db.RecordPlanParams{UserID: userID, RecipeIds: recipeIDs})
	if err != nil {
		return Plan{}, fmt.Errorf("record the plan: %w", err)
	}
	if !recorded.Complete { // then it has recorded nothing
		return Plan{}, apperr.New(apperr.NotFound)
	}
	return planOf(recipeIDs, recorded)
}

// planOf adds up the ingredients in the order of choice, and splits them by the content of the fridge.
func planOf(chosen []int64, recorded db.RecordPlanRow) (Plan, error) {
	ingredients := make(map[int64][]ingredient, len(recorded.Ids))
	for i, id := range recorded.Ids {
		var of []ingredient
		if err := json.Unmarshal([]byte(recorded.Ingredients[i]), &of); err != nil {
			return Plan{}, fmt.Errorf("decode the ingredients: %w", err)
		}
		ingredients[id] = of
	}
	var keys []string // in the order in which they are first needed
	names, quantities := map[string]string{}, map[string][]string{}
	for _, id := range chosen {
		for _, i := range ingredients[id] {
			key := casefold.Name(i.Name)
			if _, known := names[key]; !known {
				keys, names[key] = append(keys, key), i.Name
			}
			if i.Quantity != "" {
				quantities[key] = append(quantities[key], i.Quantity)
			}
		}
	}
	held := make(map[string]bool, len(recorded.Fridge))
	for _, name := range recorded.Fridge {
		held[casefold.Name(name)] = true
	}
	var plan Plan
	for _, key := range keys {
		need := Need{Name: names[key], Quantity: strings.Join(quantities[key], " + ")}
		if held[key] {
			plan.Have = append(plan.Have, need)
		} else {
			plan.Buy = append(plan.Buy, need)
		}
	}
	return plan, nil
}
