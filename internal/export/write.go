package export

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/recipe"
)

// write adds the elements of the file, in a transaction that has bumped the versions of the lists. It returns the numbers of foods
// and overrides that it has added: those that the account has already are left out.
func (in *incoming) write(ctx context.Context, q *db.Queries, userID int64, source Source) (addedFoods, addedOverrides int64, err error) {
	if err := in.allocate(ctx, q, userID); err != nil {
		return 0, 0, err
	}
	recipeReceiver := recipe.Receiver{Queries: q, UserID: userID}
	fridgeReceiver := fridge.Receiver{Queries: q, UserID: userID}
	groceryReceiver := grocery.Receiver{Queries: q, UserID: userID}
	foodReceiver := foods.Receiver{Queries: q, UserID: userID}
	addRecipe := func(t recipe.Transferred) error {
		t.ID = in.recipes.newID(t.ID)
		return recipeReceiver.Add(ctx, t)
	}
	receiver := Receiver{
		Recipe:        addRecipe,
		DeletedRecipe: addRecipe,
		FridgeItem: func(i fridge.Transferred) error {
			i.ID = in.fridge.newID(i.ID)
			return fridgeReceiver.Add(ctx, i)
		},
		Food: func(f foods.Food) error {
			f.ID = in.foods.newID(f.ID)
			added, err := foodReceiver.Add(ctx, f)
			if added {
				addedFoods++
			}
			return err
		},
	}
	in.receiveGroceries(ctx, &receiver, &groceryReceiver)
	if err := source(receiver); err != nil {
		return 0, 0, err
	}
	for _, flush := range []func(context.Context) error{recipeReceiver.Flush, fridgeReceiver.Flush, groceryReceiver.Flush, foodReceiver.Flush} {
		if err := flush(ctx); err != nil {
			return 0, 0, err
		}
	}
	return addedFoods, groceryReceiver.AddedOverrides, nil
}

// receiveGroceries sets the functions of a receiver that add the checklist, the history and the current plan.
func (in *incoming) receiveGroceries(ctx context.Context, receiver *Receiver, groceryReceiver *grocery.Receiver) {
	receiver.ChecklistItem = func(i grocery.Item) error {
		i.ID = in.checklist.newID(i.ID)
		if !in.knowsPlanItems && i.Food != nil {
			if err := groceryReceiver.AddPlanItem(ctx, grocery.PlanItem{ID: i.ID, Food: *i.Food, Text: i.Text}); err != nil {
				return err
			}
		}
		return groceryReceiver.AddItem(ctx, i)
	}
	receiver.PlanSettings = func(s grocery.PlanSettings) error { return groceryReceiver.AddPlanSettings(ctx, s) }
	receiver.PlanItem = func(i grocery.PlanItem) error {
		i.ID = in.checklist.newID(i.ID)
		return groceryReceiver.AddPlanItem(ctx, i)
	}
	receiver.Plan = func(p grocery.PlanRecord) error {
		p.ID = in.plans.newID(p.ID)
		for i, id := range p.RecipeIDs {
			p.RecipeIDs[i] = in.recipes.newID(id)
		}
		return groceryReceiver.AddPlan(ctx, p)
	}
	receiver.Meal = func(m grocery.StoredMeal) error {
		m.ID, m.RecipeID = in.meals.newID(m.ID), in.recipes.newID(m.RecipeID)
		return groceryReceiver.AddMeal(ctx, m)
	}
	receiver.Override = func(o grocery.Override) error {
		o.ID = in.overrides.newID(o.ID)
		return groceryReceiver.AddOverride(ctx, o)
	}
}

// allocate allocates the new ids, and records the ids of recipes that were deleted for good.
func (in *incoming) allocate(ctx context.Context, q *db.Queries, userID int64) error {
	for table, ids := range map[string]*ids{
		"recipes": &in.recipes, "fridge_items": &in.fridge, "grocery_items": &in.checklist, "plans": &in.plans,
		"planned_meals": &in.meals, "plan_overrides": &in.overrides,
		"foods": &in.foods,
	} {
		if err := ids.allocate(ctx, q, table); err != nil {
			return err
		}
	}
	if len(in.missingRecipes) == 0 {
		return nil
	}
	missing := make([]int64, 0, len(in.missingRecipes))
	for _, id := range in.missingRecipes {
		missing = append(missing, in.recipes.newID(id))
	}
	if err := q.ImportDeletedIDs(ctx, db.ImportDeletedIDsParams{UserID: userID, Ids: missing}); err != nil {
		return fmt.Errorf("record deleted recipes: %w", err)
	}
	return nil
}
