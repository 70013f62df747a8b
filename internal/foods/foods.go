// Package foods manages a user's settings for foods: other names, density, weight of a piece, aisle, staple.
package foods

import (
	"context"
	"fmt"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
)

// MaxFoods is the maximum number of a user's foods.
const MaxFoods = 2000

// Service has the use cases of foods. Each also returns the errors of [postgres.DB.Run]. If it returns an error, nothing has changed.
type Service struct {
	DB *postgres.DB
}

// Input has the settings for a food. The contract has already checked it.
type Input struct {
	Name        string   // 1 to 200 characters, as typed
	Aliases     []string // up to 50 names
	Density     string   // as typed, such as 120 g per cup; empty: not set
	PieceWeight string   // as typed, such as 7 oz; empty: not set
	Aisle       string   // up to 100 characters; empty: not set
	Staple      bool     // always at home
}

// Patch is a change of a food. A nil field keeps its value.
type Patch struct {
	Name        *string
	Aliases     []string // nil keeps the value; an empty slice removes all aliases
	Density     *string
	PieceWeight *string
	Aisle       *string
	Staple      *bool
}

// Food is a stored food.
type Food struct {
	ID      int64
	Version int64 // changes with every write; 0 in a list, which has its own version
	Input
}

// List returns the user's foods, ordered by id, and the version of the list. If known contains this version, it returns only the
// version. It returns the errors of [postgres.List.ReadAll].
func (s *Service) List(ctx context.Context, userID int64, known []int64) (postgres.Part[Food], error) {
	return list(ctx, userID).ReadAll(ctx, s.DB, userID, known)
}

// Add adds a food. The key may be nil.
//
// It returns [apperr.InvalidInput] for names that belong to another food of the user, [apperr.TooManyFoods] if the user has [MaxFoods],
// [apperr.TokenNotValid] if the account has been deleted, and the errors of [postgres.AddTx].
func (s *Service) Add(ctx context.Context, userID int64, key *idempotency.Key, in Input) (Food, error) {
	m := in.measures()
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (Food, error) {
		if err := bump(ctx, q, userID); err != nil {
			return Food{}, err
		}
		others, err := q.ListFoodNames(ctx, userID)
		if err != nil {
			return Food{}, fmt.Errorf("list the names of the foods: %w", err)
		}
		if len(others) >= MaxFoods {
			return Food{}, apperr.New(apperr.TooManyFoods)
		}
		if err := namesOf(others).check(in.Name, in.Aliases); err != nil {
			return Food{}, err
		}
		row, err := q.CreateFood(ctx, db.CreateFoodParams{
			UserID: userID, Name: in.Name, Aliases: in.aliases(), Density: in.Density, PieceWeight: in.PieceWeight,
			DensityGPerMl: m.density, PieceWeightG: m.pieceWeight, Aisle: in.Aisle, Staple: in.Staple,
		})
		if err != nil {
			return Food{}, fmt.Errorf("add the food: %w", err)
		}
		return fromRow(db.GetFoodRow(row)), nil
	})
}

// Get returns one food. It returns [apperr.NotFound] if the user has no food with this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Food, error) {
	row, err := postgres.ReadOne(ctx, s.DB, userID, "get the food", func(q *db.Queries) (db.GetFoodRow, error) {
		return q.GetFood(ctx, db.GetFoodParams{ID: id, UserID: userID})
	})
	return fromRow(row), err
}

// Replace replaces all settings of a food. It returns the errors of [Service.Update].
func (s *Service) Replace(ctx context.Context, userID, id int64, match []int64, in Input) (Food, error) {
	return s.Update(ctx, userID, id, match, Patch{
		Name: &in.Name, Aliases: in.aliases(), Density: &in.Density, PieceWeight: &in.PieceWeight, Aisle: &in.Aisle, Staple: &in.Staple,
	})
}

// Update changes a food. It returns [apperr.NotFound] if the user has no food with this id, [apperr.PreconditionFailed] if match
// doesn't contain its version (a nil match accepts any version), and [apperr.InvalidInput] as [Service.Add] does.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, patch Patch) (changed Food, err error) {
	err = s.DB.WriteTx(ctx, userID, func(q *db.Queries) error {
		if err := bump(ctx, q, userID); err != nil {
			return err
		}
		row, err := q.GetFood(ctx, db.GetFoodParams{ID: id, UserID: userID})
		switch {
		case postgres.NoRow(err):
			return apperr.New(apperr.NotFound)
		case err != nil:
			return fmt.Errorf("get the food: %w", err)
		case match != nil && !slices.Contains(match, row.Version):
			return apperr.New(apperr.PreconditionFailed)
		}
		changed, err = update(ctx, q, userID, id, patch.applyTo(fromRow(row).Input))
		return err
	})
	return changed, err
}

// Delete deletes a food. Deleting it again is no error. It returns [apperr.NotFound] and [apperr.PreconditionFailed] as
// [Service.Update] does.
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB, userID, "delete the food", func(q *db.Queries) (int64, error) {
		return q.DeleteFood(ctx, db.DeleteFoodParams{ID: id, UserID: userID, Match: match})
	})
	err = postgres.MapPreconditionError(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindFood, id)
}

// bump bumps the versions of the foods and of the recipes: the search for recipes by ingredients depends on the foods.
func bump(ctx context.Context, q *db.Queries, userID int64) error {
	return postgres.BumpVersions(ctx, q, userID, postgres.Lists{Foods: true, Recipes: true})
}

// update replaces a food that exists, in a transaction that has bumped the versions.
func update(ctx context.Context, q *db.Queries, userID, id int64, in Input) (Food, error) {
	m := in.measures()
	all, err := q.ListFoodNames(ctx, userID)
	if err != nil {
		return Food{}, fmt.Errorf("list the names of the foods: %w", err)
	}
	others := slices.DeleteFunc(all, func(row db.ListFoodNamesRow) bool { return row.ID == id })
	if err := namesOf(others).check(in.Name, in.Aliases); err != nil {
		return Food{}, err
	}
	row, err := q.UpdateFood(ctx, db.UpdateFoodParams{
		ID: id, UserID: userID, Name: in.Name, Aliases: in.aliases(), Density: in.Density, PieceWeight: in.PieceWeight,
		DensityGPerMl: m.density, PieceWeightG: m.pieceWeight, Aisle: in.Aisle, Staple: in.Staple,
	})
	if err != nil {
		return Food{}, fmt.Errorf("update the food: %w", err)
	}
	return fromRow(db.GetFoodRow(row)), nil
}

func namesOf(rows []db.ListFoodNamesRow) *names {
	n := newNames()
	for _, row := range rows {
		n.add(row.ID, row.Name, row.Aliases)
	}
	return n
}

// applyTo returns a copy of an input with the changes.
func (p Patch) applyTo(in Input) Input {
	set(&in.Name, p.Name)
	set(&in.Density, p.Density)
	set(&in.PieceWeight, p.PieceWeight)
	set(&in.Aisle, p.Aisle)
	set(&in.Staple, p.Staple)
	if p.Aliases != nil {
		in.Aliases = p.Aliases
	}
	return in
}

func set[T any](member, value *T) {
	if value != nil {
		*member = *value
	}
}

// aliases returns the aliases. It never returns nil, which would be null in SQL.
func (in Input) aliases() []string {
	if in.Aliases == nil {
		return []string{}
	}
	return in.Aliases
}

func fromRow(row db.GetFoodRow) Food {
	return Food{ID: row.ID, Version: row.Version, Input: Input{
		Name: row.Name, Aliases: row.Aliases, Density: row.Density, PieceWeight: row.PieceWeight, Aisle: row.Aisle, Staple: row.Staple,
	}}
}
