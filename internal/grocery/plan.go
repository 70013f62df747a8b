package grocery

import (
	"context"
	"fmt"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Plan is the ingredients of the chosen recipes, in the order in which they are first needed.
type Plan struct {
	Buy  []Need
	Have []Need // the fridge has something of this name
}

// Need is an ingredient with its quantities, joined by " + ".
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
	var names []string // in the order in which they are first needed
	quantities := map[string][]string{}
	for _, id := range chosen {
		for _, i := range ingredients[id] {
			if _, known := quantities[i.Name]; !known {
				names = append(names, i.Name)
				quantities[i.Name] = nil
			}
			if i.Quantity != "" {
				quantities[i.Name] = append(quantities[i.Name], i.Quantity)
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
