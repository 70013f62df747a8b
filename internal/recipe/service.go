package recipe

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of recipes. Each also returns the errors of [postgres.DB.Run]. If it returns an error, nothing has changed.
type Service struct {
	DB        *postgres.DB
	TrashDays int // how long deleted recipes stay in the trash
	Log       *slog.Logger
}

// Create adds all of the recipes or none. The last one becomes the newest. It returns [apperr.TokenNotValid] if the account has been
// deleted, and the errors of [postgres.DB.Add]. The key may be nil.
func (s *Service) Create(ctx context.Context, userID int64, key *idempotency.Key, inputs ...Input) (recipes []Recipe, err error) {
	if first := batch(inputs); len(first) < len(inputs) {
		return s.createMany(ctx, userID, key, inputs)
	}
	err = s.DB.Add(ctx, userID, key, func(q *db.Queries) error {
		recipes, err = Insert(ctx, q, userID, inputs...)
		return err
	})
	return recipes, err
}

// createMany adds the recipes in several statements, because the parameters of a statement take several times the memory of its recipes.
func (s *Service) createMany(ctx context.Context, userID int64, key *idempotency.Key, inputs []Input) (recipes []Recipe, err error) {
	created, err := postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (created []identity, err error) {
		recipes = make([]Recipe, 0, len(inputs))
		for rest := inputs; len(rest) > 0; {
			some := batch(rest)
			added, err := Insert(ctx, q, userID, some...)
			if err != nil {
				return nil, err
			}
			for _, r := range added {
				created = append(created, identity{r.ID, r.Version, r.AddedDate})
			}
			recipes, rest = append(recipes, added...), rest[len(some):]
		}
		return created, nil
	})
	if err == nil && len(recipes) < len(created) { // the key was used before
		return restored(userID, inputs, created)
	}
	return recipes, err
}

// identity has the columns that the database adds to the [Input] of a recipe.
type identity struct {
	ID, Version int64
	AddedDate   time.Time
}

// restored returns the recipes that an earlier call with the same key created, in their state at that time.
func restored(userID int64, inputs []Input, created []identity) ([]Recipe, error) {
	recipes := make([]Recipe, len(inputs))
	for i, in := range inputs {
		var err error
		if recipes[i], err = in.addTo(&db.CreateRecipesParams{UserID: userID}); err != nil {
			return nil, err
		}
		recipes[i].ID, recipes[i].Version, recipes[i].AddedDate = created[i].ID, created[i].Version, created[i].AddedDate
	}
	return recipes, nil
}

// batchBytes is the maximum size of the recipes in one statement, in bytes. A single recipe may be larger.
const batchBytes = 1 << 20

// batch returns the first inputs that fit into one statement, but at least one.
func batch(inputs []Input) []Input {
	size := 0
	for i, in := range inputs {
		if size += in.size(); size > batchBytes && i > 0 {
			return inputs[:i]
		}
	}
	return inputs
}

// Insert is [Service.Create] within a transaction.
func Insert(ctx context.Context, q *db.Queries, userID int64, inputs ...Input) ([]Recipe, error) {
	if len(inputs) == 0 {
		return []Recipe{}, nil
	}
	params, recipes := db.CreateRecipesParams{UserID: userID}, make([]Recipe, len(inputs))
	for i, in := range inputs {
		var err error
		if recipes[i], err = in.addTo(&params); err != nil {
			return nil, err
		}
	}
	rows, err := q.CreateRecipes(ctx, params)
	if err != nil {
		return nil, fmt.Errorf("create the recipes: %w", err)
	}
	if len(rows) < len(recipes) {
		return nil, apperr.New(apperr.TokenNotValid)
	}
	for i, row := range rows {
		recipes[i].ID, recipes[i].Version, recipes[i].AddedDate = row.ID, row.Version, row.AddedDate
	}
	return recipes, nil
}

// Get returns one recipe. It returns [apperr.NotFound] if the user has no recipe with this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Recipe, error) {
	row, err := postgres.ReadOne(ctx, s.DB, userID, "get the recipe", func(q *db.Queries) (db.GetRecipeRow, error) {
		return q.GetRecipe(ctx, db.GetRecipeParams{ID: id, UserID: userID})
	})
	return fromRow(row), err
}

// Replace replaces all fields of a recipe except its id and its date. If in.Servings is nil, it keeps the servings. It returns the errors
// of [Service.Update].
func (s *Service) Replace(ctx context.Context, userID, id int64, match []int64, in Input) (Recipe, error) {
	return s.Update(ctx, userID, id, match, in.replacement())
}

// Update changes only the fields of the patch. It uses one statement, so concurrent calls don't overwrite each other's fields. It returns
// [apperr.NotFound] if the user has no recipe with this id, and [apperr.PreconditionFailed] if match doesn't contain the version of the
// recipe; a nil match accepts any version.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, p Patch) (Recipe, error) {
	params, err := p.params(userID, id, match)
	if err != nil {
		return Recipe{}, err
	}
	row, err := postgres.WriteOne(ctx, s.DB, userID, "update the recipe", func(q *db.Queries) (db.UpdateRecipeRow, error) {
		return q.UpdateRecipe(ctx, params)
	})
	return fromRow(db.GetRecipeRow(row)), s.mapPrecondition(ctx, err, userID, id, match)
}

// Delete moves one recipe to the trash. Deleting it again is no error. It returns the errors of [Service.Update].
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB, userID, "delete the recipe", func(q *db.Queries) (int64, error) {
		return q.DeleteRecipe(ctx, db.DeleteRecipeParams{ID: id, UserID: userID, Match: match})
	})
	err = s.mapPrecondition(ctx, err, userID, id, match)
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindRecipe, id)
}

func (s *Service) mapPrecondition(ctx context.Context, err error, userID, id int64, match []int64) error {
	return postgres.MapPreconditionError(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
}

// DeleteAll moves every recipe of the user to the trash.
func (s *Service) DeleteAll(ctx context.Context, userID int64) error {
	_, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Recipes: true}, (*db.Queries).DeleteRecipes, userID)
	if err != nil {
		return fmt.Errorf("delete the recipes: %w", err)
	}
	return nil
}

// Activate makes every recipe of the user active and returns how many there are.
func (s *Service) Activate(ctx context.Context, userID int64) (count int64, err error) {
	count, err = postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Recipes: true}, (*db.Queries).ActivateRecipes, userID)
	if err != nil {
		return 0, fmt.Errorf("activate the recipes: %w", err)
	}
	return count, nil
}
