package recipe

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/sweep"
)

// Deleted is a recipe in the trash.
type Deleted struct {
	Recipe
	DeletedAt time.Time
}

// Trash is a page of the deleted recipes.
type Trash struct {
	Recipes []Deleted               // the last deleted first
	Rest    *postgres.Rest[Deleted] // without a limit, the recipes that follow; it must be closed
	Bytes   int                     // the approximate memory that Recipes takes
	Next    string                  // the cursor of the next page; empty on the last one
	Version int64                   // of the list of all recipes
}

func (d *Deleted) columns() postgres.Columns {
	columns := d.Recipe.columns()
	delete(columns, "matches")
	delete(columns, "accuracy")
	delete(columns, "exact")
	delete(columns, "rank")
	columns["deleted_at"] = &d.DeletedAt
	return columns
}

// Trash returns a page of the user's deleted recipes. If known contains the version of the list of recipes, it returns only the version.
//
// It returns [apperr.InvalidInput] for a cursor that doesn't belong to this list, and the errors of [postgres.List.ReadPart].
func (s *Service) Trash(ctx context.Context, userID int64, request page.Request, known []int64) (t Trash, err error) {
	const list = "trash"
	after := struct {
		Micros int64 `json:"t"` // deleted_at, in microseconds since 1970
		ID     int64 `json:"id"`
	}{Micros: page.MaxTime.UnixMicro()}
	if err := page.DecodeCursor(request, list, &after); err != nil {
		return Trash{}, err
	}
	date, err := page.Time(after.Micros)
	if err != nil {
		return Trash{}, err
	}
	params := db.ListDeletedRecipesParams{UserID: userID, AfterDate: date, AfterID: after.ID, AtMost: request.AtMost()}
	part, err := postgres.List[Deleted]{
		Name:    "list the trash",
		Query:   func(q *db.Queries) error { _, err := q.ListDeletedRecipes(ctx, params); return err },
		Columns: (*Deleted).columns,
		Version: versionOf,
	}.ReadPart(ctx, s.DB, userID, known, request.Limit > 0)
	if err != nil {
		return Trash{}, err
	}
	t = Trash{Rest: part.Rest, Bytes: part.Bytes, Version: part.Version}
	var more bool
	t.Recipes, more = page.Cut(request, part.Items)
	for i := range t.Recipes {
		t.Recipes[i].Accuracy = -1
	}
	if more || part.Cut {
		last := t.Recipes[len(t.Recipes)-1]
		after.Micros, after.ID = last.DeletedAt.UnixMicro(), last.ID
		t.Next, err = page.Cursor(list, after)
	}
	return t, err
}

// Restore moves a recipe from the trash back to the recipes. If the recipe isn't in the trash, Restore doesn't change it. It returns
// [apperr.NotFound] if the user has no recipe with this id, or if it was permanently deleted.
func (s *Service) Restore(ctx context.Context, userID, id int64) (Recipe, error) {
	row, err := postgres.WriteOne(ctx, s.DB, userID, "restore the recipe", func(q *db.Queries) (db.RestoreRecipeRow, error) {
		return q.RestoreRecipe(ctx, db.RestoreRecipeParams{ID: id, UserID: userID})
	})
	if isCode(err, apperr.NotFound) {
		return s.Get(ctx, userID, id)
	}
	return fromRow(db.GetRecipeRow(row)), err
}

// EmptyTrashNow permanently deletes the recipes that were moved to the trash more than TrashDays days ago, and returns their number.
// Several servers may call it at the same time. It returns the errors of [postgres.DB.Run]; an error doesn't undo earlier deletions.
func (s *Service) EmptyTrashNow(ctx context.Context) (deleted int64, err error) {
	for {
		userID, err := postgres.QueryOne(ctx, s.DB, "find old trash", func(q *db.Queries) (int64, error) {
			return q.OldestTrash(ctx, int32(s.TrashDays)) //nolint:gosec // the setting has a limit
		})
		if isCode(err, apperr.NotFound) {
			return deleted, nil
		}
		if err != nil {
			return deleted, err
		}
		// The trash and the recipes share a version, which must change.
		n, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Recipes: true}, (*db.Queries).EmptyTrash,
			db.EmptyTrashParams{UserID: userID, Days: int32(s.TrashDays)}) //nolint:gosec // the setting has a limit
		if err != nil && !isCode(err, apperr.TokenNotValid) { // TokenNotValid: the account and its trash were deleted
			return deleted, fmt.Errorf("empty the trash: %w", err)
		}
		deleted += n
	}
}

// EmptyTrash calls [Service.EmptyTrashNow] now and then every hour, until ctx is done.
func (s *Service) EmptyTrash(ctx context.Context) {
	sweep.Hourly(ctx, s.Log, "can't empty the trash; next try in an hour", func(ctx context.Context) error {
		deleted, err := s.EmptyTrashNow(ctx)
		if err == nil && deleted > 0 {
			s.Log.InfoContext(ctx, "deleted the old recipes in the trash", "recipes", deleted, "days", s.TrashDays)
		}
		return err
	})
}

func isCode(err error, code apperr.Code) bool {
	e, ok := errors.AsType[*apperr.Error](err)
	return ok && e.Code == code
}
