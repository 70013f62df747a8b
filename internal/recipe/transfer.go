package recipe

import (
	"context"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Each calls visit with every recipe of the user in a snapshot, the newest first. It returns the errors of [postgres.List.Each].
func Each(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Recipe) error) error {
	list := postgres.List[Recipe]{
		Name: "read the recipes",
		Query: func(q *db.Queries) error {
			_, err := q.ListRecipes(ctx, db.ListRecipesParams{UserID: userID})
			return err
		},
		Columns: (*Recipe).columns,
		Variant: listVariants[listVariant{order: NewestFirst}],
	}
	return list.Each(s, visit)
}

// EachDeleted calls visit with every recipe in the trash of the user in a snapshot, the last deleted first. It returns the errors
// of [postgres.List.Each].
func EachDeleted(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Deleted) error) error {
	list := postgres.List[Deleted]{
		Name: "read the trash",
		Query: func(q *db.Queries) error {
			_, err := q.ListDeletedRecipes(ctx, db.ListDeletedRecipesParams{UserID: userID, AfterDate: page.MaxTime})
			return err
		},
		Columns: (*Deleted).columns,
	}
	return list.Each(s, func(d Deleted) error {
		d.Accuracy = -1
		return visit(d)
	})
}

// Transferred is a recipe of another account.
type Transferred struct {
	Input
	ID        int64
	AddedDate time.Time
	DeletedAt time.Time // zero: not in the trash
}

// Receiver imports recipes of another account in batches. Use it in a transaction that has bumped the version of the recipes.
type Receiver struct {
	Queries *db.Queries
	UserID  int64

	inputs db.CreateRecipesParams
	rest   db.ImportRecipesParams // the columns that CreateRecipes doesn't have
	bytes  int
}

// batchRecipes is the maximum number of recipes in a batch. A batch is also full once it has batchBytes.
const batchRecipes = 500

// Add adds a recipe with its id to the batch. It is stored when the batch is full, or by Flush.
func (r *Receiver) Add(ctx context.Context, t Transferred) error {
	r.inputs.UserID = r.UserID
	if _, err := t.addTo(&r.inputs); err != nil {
		return err
	}
	deletedAt := t.DeletedAt
	if deletedAt.IsZero() {
		deletedAt = t.AddedDate // the query ignores it
	}
	r.rest.Ids = append(r.rest.Ids, t.ID)
	r.rest.AddedDates = append(r.rest.AddedDates, t.AddedDate)
	r.rest.AreDeleted = append(r.rest.AreDeleted, !t.DeletedAt.IsZero())
	r.rest.DeletedAt = append(r.rest.DeletedAt, deletedAt)
	if r.bytes += t.size(); r.bytes >= batchBytes || len(r.rest.Ids) == batchRecipes {
		return r.Flush(ctx)
	}
	return nil
}

// Flush stores the rest of the batch.
func (r *Receiver) Flush(ctx context.Context) error {
	if len(r.rest.Ids) == 0 {
		return nil
	}
	params := importParams(r.inputs, r.rest)
	r.inputs, r.rest, r.bytes = db.CreateRecipesParams{}, db.ImportRecipesParams{}, 0
	if err := r.Queries.ImportRecipes(ctx, params); err != nil {
		return fmt.Errorf("import recipes: %w", err)
	}
	return nil
}
