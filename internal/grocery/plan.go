package grocery

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Plan has the ingredients of the chosen recipes, in the order in which the recipes first name them.
type Plan struct {
	Buy  []Need
	Have []Need // the fridge has an ingredient with this name
}

// Need is an ingredient with its quantities, joined by " + ". Its name is written as the recipes first write it. The quantities have at
// most 20,000 bytes; " + …" stands for the rest.
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
// twice counts twice. The plan leaves out recipes that the user has deleted; the history doesn't.
//
// It returns [apperr.NotFound] with a list of ids if the user has never had recipes with these ids, [apperr.InvalidInput] if the
// ingredients take more than 1 MiB, and the errors of [postgres.BumpAndAdd]. The key may be nil.
func (s *Service) Plan(ctx context.Context, userID int64, key *idempotency.Key, recipeIDs []int64) (Plan, error) {
	recorded, err := postgres.BumpAndAdd(ctx, s.DB, userID, key, postgres.Lists{Recipes: true, Plans: true}, (*db.Queries).RecordPlan,
		db.RecordPlanParams{UserID: userID, RecipeIds: recipeIDs, MaxBytes: maxIngredients})
	if err != nil {
		return Plan{}, fmt.Errorf("record the plan: %w", err)
	}
	if len(recorded.UnknownIds) > 0 { // nothing was recorded
		return Plan{}, &apperr.Error{Code: apperr.NotFound, Detail: unknownIDs(recorded.UnknownIds)}
	}
	if !recorded.Fits { // nothing was recorded
		return Plan{}, apperr.Invalid(apperr.FieldError{
			Path: "recipe_ids", Code: "too_many", Detail: "These recipes have too many ingredients for one plan. Choose fewer recipes.",
		})
	}
	return planOf(recipeIDs, recorded)
}

// maxIngredients is the maximum size, in bytes, of the stored ingredients of the chosen recipes: about 20,000 ingredients. A recipe
// counts once.
const maxIngredients = 1 << 20

// maxNamed is the maximum number of unknown ids that an error lists.
const maxNamed = 20

// unknownIDs returns the detail of an error about unknown ids, which are in ascending order. Integers below 1 can't be ids.
func unknownIDs(ids []int64) string {
	var parts []string
	invalid, _ := slices.BinarySearch(ids, 1)
	for _, id := range ids[invalid:min(len(ids), invalid+maxNamed)] {
		parts = append(parts, strconv.FormatInt(id, 10))
	}
	if more := len(ids) - invalid - maxNamed; more > 0 {
		parts = append(parts, fmt.Sprintf("and %d more", more))
	}
	var sentences []string
	if len(parts) > 0 {
		sentences = append(sentences, fmt.Sprintf("No recipe has been found for these ids: %s.", strings.Join(parts, ", ")))
	}
	if invalid > 0 {
		sentences = append(sentences, "At least one integer is outside the range of ids.")
	}
	return strings.Join(sentences, " ")
}

// planOf adds up the ingredients in the order of the chosen recipes, and splits them by the content of the fridge.
func planOf(chosen []int64, recorded db.RecordPlanRow) (Plan, error) {
	s, err := newIngredientSum(chosen, recorded)
	if err != nil {
		return Plan{}, err
	}
	s.add(chosen)
	held := make(map[string]bool, len(recorded.Fridge))
	for _, name := range recorded.Fridge {
		held[casefold.Name(name)] = true
	}
	var plan Plan
	for _, key := range s.keys {
		if held[key] {
			plan.Have = append(plan.Have, *s.needs[key])
		} else {
			plan.Buy = append(plan.Buy, *s.needs[key])
		}
	}
	return plan, nil
}
