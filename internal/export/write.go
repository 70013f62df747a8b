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

// write adds the elements of the file, in a transaction that has bumped the versions of the lists. It returns the number of foods
// that it has added.
func (in *incoming) write(ctx context.Context, q *db.Queries, userID int64, source Source) (addedFoods int64, err error) {
	if err := in.allocate(ctx, q, userID); err != nil {
		return 0, err
	}
	recipes := recipe.Receiver{Queries: q, UserID: userID}
	items := fridge.Receiver{Queries: q, UserID: userID}
	groceries := grocery.Receiver{Queries: q, UserID: userID}
	known := foods.Receiver{Queries: q, UserID: userID}
	addRecipe := func(t recipe.Transferred) error {
		t.ID = in.recipes.of(t.ID)
		return recipes.Add(ctx, t)
	}
	receiver := Receiver{
		Recipe:  addRecipe,
		Deleted: addRecipe,
		Fridge: func(i fridge.Transferred) error {
			i.ID = in.fridge.of(i.ID)
			return items.Add(ctx, i)
		},
		Food: func(f foods.Food) error {
			f.ID = in.foods.of(f.ID)
			added, err := known.Add(ctx, f)
			if added {
				addedFoods++
			}
			return err
		},
	}
	in.receiveGroceries(ctx, &receiver, &groceries)
	if err := source(receiver); err != nil {
		return 0, err
	}
	for _, flush := range []func(context.Context) error{recipes.Flush, items.Flush, groceries.Flush, known.Flush} {
		if err := flush(ctx); err != nil {
			return 0, err
		}
	}
	return addedFoods, nil
}

// receiveGroceries sets the functions of a receiver that add the checklist, the plans, the meals and the overrides.
func (in *incoming) receiveGroceries(ctx context.Context, receiver *Receiver, groceries *grocery.Receiver) {
	receiver.Line = func(i grocery.Item) error {
		i.ID = in.checklist.of(i.ID)
		return groceries.AddItem(ctx, i)
	}
	receiver.Plan = func(p grocery.Record) error {
		p.ID = in.plans.of(p.ID)
		for i, id := range p.RecipeIDs {
			p.RecipeIDs[i] = in.recipes.of(id)
		}
		return groceries.AddPlan(ctx, p)
	}
	receiver.Meal = func(m grocery.StoredMeal) error {
		m.ID, m.RecipeID = in.meals.of(m.ID), in.recipes.of(m.RecipeID)
		return groceries.AddMeal(ctx, m)
	}
	receiver.Decided = func(o grocery.Override) error {
		o.ID = in.overrides.of(o.ID)
		return groceries.AddOverride(ctx, o)
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
	if len(in.gone) == 0 {
		return nil
	}
	gone := make([]int64, 0, len(in.gone))
	for _, id := range in.gone {
		gone = append(gone, in.recipes.of(id))
	}
	if err := q.ImportDeletedIDs(ctx, db.ImportDeletedIDsParams{UserID: userID, Ids: gone}); err != nil {
		return fmt.Errorf("record deleted recipes: %w", err)
	}
	return nil
}
