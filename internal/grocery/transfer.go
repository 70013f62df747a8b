package grocery

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// EachItem calls visit with every item of the user's checklist in a snapshot, the highest id first. It returns the errors of
// [postgres.List.Each].
func EachItem(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Item) error) error {
	return checklist(ctx, userID).Each(s, visit)
}

func checklist(ctx context.Context, userID int64) postgres.List[Item] {
	return postgres.List[Item]{
		Name:  "list the checklist",
		Query: func(q *db.Queries) error { _, err := q.ListGroceryItems(ctx, userID); return err },
		Columns: func(i *Item) postgres.Columns {
			return postgres.Columns{"id": &i.ID, "item": &i.Text, "is_checked": &i.Checked, "food": &i.Food}
		},
		Version: func(v db.UserVersion) int64 { return v.Checklist },
	}
}

// EachPlan calls visit with every plan of the user in a snapshot, the newest first. It returns the errors of [postgres.List.Each].
func EachPlan(ctx context.Context, s postgres.Snapshot, userID int64, visit func(PlanRecord) error) error {
	return plans(ctx, db.ListPlansParams{UserID: userID, AfterDate: page.MaxTime}).Each(s, visit)
}

func plans(ctx context.Context, params db.ListPlansParams) postgres.List[PlanRecord] {
	return postgres.List[PlanRecord]{
		Name:  "list the plans",
		Query: func(q *db.Queries) error { _, err := q.ListPlans(ctx, params); return err },
		Columns: func(r *PlanRecord) postgres.Columns {
			return postgres.Columns{"id": &r.ID, "recipe_ids": &r.RecipeIDs, "created_at": &r.CreatedAt}
		},
		Version: func(v db.UserVersion) int64 { return v.Plans },
	}
}

// Receiver imports the checklist, the history and the current plan of another account in batches. Use it in a transaction that has bumped
// the versions of the checklist and of the plans.
type Receiver struct {
	Queries *db.Queries
	UserID  int64

	AddedOverrides int64 // that were stored; the account keeps its own ones

	items   db.ImportGroceryItemsParams
	plans   db.ImportPlansParams
	recipes int // in the plans

	planItems db.ImportPlanItemsParams
	meals     db.ImportMealsParams
	overrides db.ImportOverridesParams
}

// The maximum size of a batch.
const (
	batchItems   = 1000
	batchRecipes = 20_000 // ids of recipes in plans
)

// AddItem adds an item with its id to the batch. It is stored when the batch is full, or by Flush.
func (r *Receiver) AddItem(ctx context.Context, i Item) error {
	r.items.Ids = append(r.items.Ids, i.ID)
	r.items.Items = append(r.items.Items, i.Text)
	r.items.AreChecked = append(r.items.AreChecked, i.Checked)
	food := ""
	if i.Food != nil {
		food = *i.Food
	}
	r.items.Foods = append(r.items.Foods, food)
	if len(r.items.Ids) == batchItems {
		return r.Flush(ctx)
	}
	return nil
}

// AddPlan adds a plan with its id to the batch. It is stored when the batch is full, or by Flush.
func (r *Receiver) AddPlan(ctx context.Context, p PlanRecord) error {
	var ids []string
	for _, id := range p.RecipeIDs {
		ids = append(ids, strconv.FormatInt(id, 10))
	}
	r.plans.Ids = append(r.plans.Ids, p.ID)
	r.plans.CreatedAt = append(r.plans.CreatedAt, p.CreatedAt)
	r.plans.RecipeIds = append(r.plans.RecipeIds, "{"+strings.Join(ids, ",")+"}")
	if r.recipes += len(ids); r.recipes >= batchRecipes {
		return r.Flush(ctx)
	}
	return nil
}

// Flush stores the rest of the batch.
func (r *Receiver) Flush(ctx context.Context) error {
	items, plans := r.items, r.plans
	items.UserID, plans.UserID = r.UserID, r.UserID
	r.items, r.plans, r.recipes = db.ImportGroceryItemsParams{}, db.ImportPlansParams{}, 0
	if len(items.Ids) > 0 {
		if err := r.Queries.ImportGroceryItems(ctx, items); err != nil {
			return fmt.Errorf("import the checklist: %w", err)
		}
	}
	if len(plans.Ids) > 0 {
		if err := r.Queries.ImportPlans(ctx, plans); err != nil {
			return fmt.Errorf("import the plans: %w", err)
		}
	}
	return r.flushMeals(ctx)
}
