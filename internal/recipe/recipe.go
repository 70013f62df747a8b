// Package recipe keeps what can be cooked.
package recipe

import (
	"context"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of recipes. All of them fail as [postgres.DB.Run] does, and change nothing if they fail.
type Service struct {
	DB *postgres.DB
}

// Ingredient is one line of a recipe. It is stored under these member names, which are those of the contract.
type Ingredient struct {
	Name     string `json:"name"`     // 1 to 50 characters; stored in lower case
	Quantity string `json:"quantity"` // up to 50 characters, as the cook writes it
}

// Input is what a cook writes down. Its members have the form that the contract demands.
type Input struct {
	Name        string
	MeatType    string
	Longevity   int64  // days or portions, 0 to 36500
	Frequency   string // weekday, weekend or rarely
	State       string // active or used
	Note        string
	Ingredients []Ingredient
}

// Patch is what is to be changed; nil: nothing of that.
type Patch struct {
	Name        *string
	MeatType    *string
	Longevity   *int64
	Frequency   *string
	State       *string
	Note        *string
	Ingredients []Ingredient // nil, not empty: unchanged
}

// Recipe is a recipe as it is kept.
type Recipe struct {
	ID        int64
	Version   int64 // another one after every change; 0 in a list, which has a version of its own
	Name      string
	MeatType  string
	Longevity int64
	Frequency string
	State     string
	Note      string
	// Ingredients is a JSON array of [Ingredient], as the contract has it: it is stored in the form in which it is
	// answered, and never taken apart in between.
	Ingredients []byte
	AddedDate   time.Time
	// Accuracy is the share of the different ingredients that were asked for, in whole per cent, rounded down;
	// -1: none were asked for.
	Accuracy       int64
	DifferentNames int64 // how many names its ingredients have, each counted once; 0 outside of a list
	Matches        int64 // how many of these were asked for
}

// Create adds recipes, all or none, in this order: of several the last is the newest. It fails with
// [apperr.TokenNotValid] if the account has been deleted.
func (s *Service) Create(ctx context.Context, userID int64, inputs ...Input) (recipes []Recipe, err error) {
	err = s.DB.Write(ctx, userID, func(q *db.Queries) error {
		recipes, err = Insert(ctx, q, userID, inputs...)
		return err
	})
	return recipes, err
}

// Insert is [Service.Create] as a part of a transaction.
func Insert(ctx context.Context, q *db.Queries, userID int64, inputs ...Input) ([]Recipe, error) {
	params, recipes := db.CreateRecipesParams{UserID: userID}, make([]Recipe, 0, len(inputs))
	for _, in := range inputs {
		lines, err := linesOf(userID, in.Ingredients)
		if err != nil {
			return nil, err
		}
		params.Names = append(params.Names, in.Name)
		params.MeatTypes = append(params.MeatTypes, in.MeatType)
		params.Longevities = append(params.Longevities, in.Longevity)
		params.Frequencies = append(params.Frequencies, in.Frequency)
		params.States = append(params.States, in.State)
		params.Notes = append(params.Notes, in.Note)
		params.Ingredients = append(params.Ingredients, lines.json)
		params.IngredientTerms = append(params.IngredientTerms, lines.terms)
		params.NamesFolded = append(params.NamesFolded, casefold.Text(in.Name))
		params.MeatTypesFolded = append(params.MeatTypesFolded, casefold.Text(in.MeatType))
		params.IngredientsFolded = append(params.IngredientsFolded, lines.folded)
		params.NotesFolded = append(params.NotesFolded, casefold.Text(in.Note))
		recipes = append(recipes, Recipe{
			Name: in.Name, MeatType: in.MeatType, Longevity: in.Longevity, Frequency: in.Frequency, State: in.State,
			Note: in.Note, Ingredients: []byte(lines.json), Accuracy: -1,
		})
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

// Get returns one recipe. It fails with [apperr.NotFound] if the user has none of this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Recipe, error) {
	return one(ctx, s.DB.Run, "get the recipe", func(q *db.Queries) (db.GetRecipeRow, error) {
		return q.GetRecipe(ctx, db.GetRecipeParams{ID: id, UserID: userID})
	})
}

// Replace changes all of a recipe but its id and its date. It fails as [Service.Update] does.
func (s *Service) Replace(ctx context.Context, userID, id int64, match []int64, in Input) (Recipe, error) {
	if in.Ingredients == nil {
		in.Ingredients = []Ingredient{}
	}
	return s.Update(ctx, userID, id, match, Patch{
		Name: &in.Name, MeatType: &in.MeatType, Longevity: &in.Longevity, Frequency: &in.Frequency, State: &in.State,
		Note: &in.Note, Ingredients: in.Ingredients,
	})
}

// Update changes what the patch holds, and nothing else, in one statement: of two calls at once, each changes its
// own part. It fails with [apperr.NotFound] if the user has no recipe of this id, and with [apperr.PreconditionFailed] if its
// version is none of match; nil: any will do.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, p Patch) (Recipe, error) {
	params := db.UpdateRecipeParams{
		ID: id, UserID: userID, Match: match, Name: p.Name, MeatType: p.MeatType, Longevity: p.Longevity, Frequency: p.Frequency,
		State: p.State, Note: p.Note, NameFolded: folded(p.Name), MeatTypeFolded: folded(p.MeatType),
		NoteFolded: folded(p.Note),
	}
	if p.Ingredients != nil {
		lines, err := linesOf(userID, p.Ingredients)
		if err != nil {
			return Recipe{}, err
		}
		params.Ingredients, params.IngredientTerms, params.IngredientsFolded = &lines.json, &lines.terms, &lines.folded
	}
	recipe, err := one(ctx, s.DB.Writer(userID), "update the recipe", func(q *db.Queries) (db.GetRecipeRow, error) {
		row, err := q.UpdateRecipe(ctx, params)
		return db.GetRecipeRow(row), err
	})
	return recipe, s.unmatched(ctx, err, userID, id, match)
}

// Delete deletes one recipe. It fails as [Service.Update] does.
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB.Writer(userID), "delete the recipe", func(q *db.Queries) (int64, error) {
		return q.DeleteRecipe(ctx, db.DeleteRecipeParams{ID: id, UserID: userID, Match: match})
	})
	return s.unmatched(ctx, err, userID, id, match)
}

func (s *Service) unmatched(ctx context.Context, err error, userID, id int64, match []int64) error {
	return postgres.Unmatched(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
}

// DeleteAll deletes every recipe of the user.
func (s *Service) DeleteAll(ctx context.Context, userID int64) error {
	return s.DB.WriteAll(ctx, userID, postgres.Collections{Recipes: true}, func(q *db.Queries) error {
		if err := q.DeleteRecipes(ctx, userID); err != nil {
			return fmt.Errorf("delete the recipes: %w", err)
		}
		return nil
	})
}

// Activate makes every recipe of the user active and returns how many there are.
func (s *Service) Activate(ctx context.Context, userID int64) (count int64, err error) {
	err = s.DB.WriteAll(ctx, userID, postgres.Collections{Recipes: true}, func(q *db.Queries) error {
		if count, err = q.ActivateRecipes(ctx, userID); err != nil {
			return fmt.Errorf("make the recipes active: %w", err)
		}
		return nil
	})
	return count, err
}

func one(ctx context.Context, run postgres.Runner, query string, ask func(*db.Queries) (db.GetRecipeRow, error)) (Recipe, error) {
	row, err := postgres.One(ctx, run, query, ask)
	return Recipe{
		ID: row.ID, Version: row.Version, Name: row.Name, MeatType: row.MeatType, Longevity: row.Longevity, Frequency: row.Frequency,
		State: row.State, Note: row.Note, Ingredients: row.Ingredients, AddedDate: row.AddedDate, Accuracy: -1,
	}, err
}

func folded(text *string) *string {
	if text == nil {
		return nil
	}
	return new(casefold.Text(*text))
}
