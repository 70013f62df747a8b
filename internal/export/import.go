package export

import (
	"context"
	"fmt"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
)

// Receiver has a function for each kind of element in a file. All are required.
type Receiver struct {
	Recipe        func(recipe.Transferred) error
	DeletedRecipe func(recipe.Transferred) error
	FridgeItem    func(fridge.Transferred) error
	ChecklistItem func(grocery.Item) error
	PlanSettings  func(grocery.PlanSettings) error
	PlanItem      func(grocery.PlanItem) error
	Plan          func(grocery.PlanRecord) error
	Meal          func(grocery.StoredMeal) error
	Override      func(grocery.Override) error
	Food          func(foods.Food) error
}

// Source calls a receiver with every element of a file, in any order. The file was checked against the contract. Source returns the
// first error of the receiver. It is called several times.
type Source func(Receiver) error

// Counts has the numbers of elements that an import has added.
type Counts struct {
	Recipes, Trash, Fridge, Checklist, Plans, Meals, Overrides, Foods int64
}

// Import adds all elements of the file to the account, or none if it fails. The elements get new ids, in the order of the old ones;
// plans refer to the new ids. A food is left out if its name belongs to a food of the account. If the file has no recipe for an id in
// a plan, that id becomes the id of a recipe that was deleted for good.
//
// It returns [apperr.InvalidInput] for a repeated id, for an override that lacks its amount, and for plans with more than 1,000,000
// different ids of recipes; [apperr.TooManyFoods] if the account would have more than [foods.MaxFoods]; [apperr.TokenNotValid] if the account has been deleted;
// the errors of [postgres.AddTx]; and the first error of the source. The key may be nil.
func (s *Service) Import(ctx context.Context, userID int64, key *idempotency.Key, from activity.Client, source Source) (Counts, error) {
	var in incoming
	if err := in.scan(source); err != nil {
		return Counts{}, err
	}
	c := in.counts
	lists := postgres.Lists{
		Recipes: c.Recipes+c.Trash+c.Foods > 0, Fridge: c.Fridge > 0, Checklist: c.Checklist > 0, Plans: c.Plans+c.Meals+c.Overrides > 0 || in.knowsPlanItems, Foods: c.Foods > 0,
	}
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (Counts, error) {
		if err := postgres.BumpVersions(ctx, q, userID, lists); err != nil {
			return Counts{}, err
		}
		var err error
		if c.Foods, c.Overrides, err = in.write(ctx, q, userID, source); err != nil {
			return Counts{}, err
		}
		return c, activity.Record(ctx, q, userID, activity.Imported, from, "")
	})
}

// incoming has the counts and the ids of a file, which are read before anything is written.
type incoming struct {
	counts                            Counts
	recipes, fridge, checklist, plans ids
	meals, overrides                  ids
	foods                             ids
	planItems                         ids // of items of the checklist

	knowsPlanItems bool // otherwise, all items with a food belong to the current plan, as in files of earlier versions

	invalid []apperr.FieldError // of elements that break a rule that the contract can't express

	planned        []int64 // ids of recipes in plans
	maxLength      int     // of planned; then it is compacted
	missingRecipes []int64 // those ids in planned that the file doesn't have
}

// scan reads the file, for the counts and the ids.
func (in *incoming) scan(source Source) error {
	in.maxLength = minPlanned
	err := source(Receiver{
		Recipe:        func(t recipe.Transferred) error { in.counts.Recipes++; in.recipes.add(t.ID); return nil },
		DeletedRecipe: func(t recipe.Transferred) error { in.counts.Trash++; in.recipes.add(t.ID); return nil },
		FridgeItem:    func(i fridge.Transferred) error { in.counts.Fridge++; in.fridge.add(i.ID); return nil },
		ChecklistItem: func(i grocery.Item) error { in.counts.Checklist++; in.checklist.add(i.ID); return nil },
		PlanSettings:  func(grocery.PlanSettings) error { in.knowsPlanItems = true; return nil },
		PlanItem:      func(i grocery.PlanItem) error { in.knowsPlanItems = true; in.planItems.add(i.ID); return nil },
		Plan:          in.scanPlan,
		Meal: func(m grocery.StoredMeal) error {
			in.counts.Meals++
			in.meals.add(m.ID)
			in.planned = append(in.planned, m.RecipeID)
			return nil
		},
		Override: func(o grocery.Override) error { in.addOverride(o); return nil },
		Food:     func(f foods.Food) error { in.counts.Foods++; in.foods.add(f.ID); return nil },
	})
	if err != nil {
		return err
	}
	if err := in.check(source); err != nil {
		return err
	}
	in.compactPlanned()
	if len(in.planned) > maxPlanned {
		return tooManyPlanned
	}
	in.missingRecipes = in.recipes.addMissing(in.planned)
	in.checklist.addMissing(in.planItems.oldIDs)
	return nil
}

func (in *incoming) scanPlan(p grocery.PlanRecord) error {
	in.counts.Plans++
	in.plans.add(p.ID)
	if in.planned = append(in.planned, p.RecipeIDs...); len(in.planned) > in.maxLength {
		in.compactPlanned()
		in.maxLength = 2 * max(minPlanned/2, len(in.planned))
	}
	if len(in.planned) > 2*maxPlanned {
		return tooManyPlanned
	}
	return nil
}

func (in *incoming) addOverride(o grocery.Override) {
	if e := o.Check(fmt.Sprintf("overrides.%d.", in.counts.Overrides)); e.Code != "" && len(in.invalid) < maxErrors {
		in.invalid = append(in.invalid, e)
	}
	in.counts.Overrides++
	in.overrides.add(o.ID)
}

// Each id in plans is kept once. The ids are compacted whenever their number has doubled since the last time.
const (
	minPlanned = 64 << 10
	maxPlanned = 1_000_000
)

var tooManyPlanned = apperr.Invalid(apperr.FieldError{
	Path: "plans", Code: "too_many", Detail: fmt.Sprintf("The plans must not refer to more than %d different recipes.", maxPlanned),
})

func (in *incoming) compactPlanned() {
	slices.Sort(in.planned)
	in.planned = slices.Compact(in.planned)
}

// check returns an error that names the invalid elements and those whose ids are repeated. It reads the file again only if there are any.
func (in *incoming) check(source Source) error {
	unique := in.recipes.sort()
	unique = in.fridge.sort() && unique
	unique = in.checklist.sort() && unique
	unique = in.planItems.sort() && unique
	unique = in.plans.sort() && unique
	unique = in.meals.sort() && unique
	unique = in.overrides.sort() && unique
	unique = in.foods.sort() && unique
	if unique && len(in.invalid) == 0 {
		return nil
	}
	found := repeats{errors: in.invalid}
	err := source(Receiver{
		Recipe:        func(t recipe.Transferred) error { return found.check("recipes", "recipes", t.ID) },
		DeletedRecipe: func(t recipe.Transferred) error { return found.check("trash", "recipes", t.ID) },
		FridgeItem:    func(i fridge.Transferred) error { return found.check("fridge", "fridge", i.ID) },
		ChecklistItem: func(i grocery.Item) error { return found.check("checklist", "checklist", i.ID) },
		PlanSettings:  func(grocery.PlanSettings) error { return nil },
		PlanItem:      func(i grocery.PlanItem) error { return found.check("plan_items", "plan_items", i.ID) },
		Plan:          func(p grocery.PlanRecord) error { return found.check("plans", "plans", p.ID) },
		Meal:          func(m grocery.StoredMeal) error { return found.check("meals", "meals", m.ID) },
		Override:      func(o grocery.Override) error { return found.check("overrides", "overrides", o.ID) },
		Food:          func(f foods.Food) error { return found.check("foods", "foods", f.ID) },
	})
	if err != nil {
		return err
	}
	return apperr.Invalid(found.errors...)
}
