// Package demo fills an account with real recipes, so that new users can explore the program.
package demo

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
)

//go:embed recipes.json
var recipesJSON []byte

//go:embed fridge.json
var fridgeJSON []byte

// checklist has the items that [Fill] adds to the checklist.
var checklist = []string{"dish soap", "coffee", "something sweet"}

// ErrNotEmpty is returned by [Fill] if the account has recipes already.
var ErrNotEmpty = errors.New("this account has recipes already: choose another, or delete its recipes first")

// Content is the content that [Fill] writes.
type Content struct {
	Recipes   []recipe.Input
	Fridge    []Ingredient
	Checklist []string
}

// Ingredient is an ingredient in the fridge.
type Ingredient struct {
	Name  string `json:"name"`
	Group string `json:"group"`
}

// Load returns the demo content, which is embedded in the program.
var Load = sync.OnceValues(func() (Content, error) {
	// The members are named as those of RecipeInput in the contract.
	var recipes []struct {
		Name        string              `json:"name"`
		MeatType    string              `json:"meat_type"`
		Longevity   int64               `json:"longevity"`
		Servings    *int64              `json:"servings"`
		Frequency   string              `json:"frequency"`
		Note        string              `json:"note"`
		Ingredients []recipe.Ingredient `json:"ingredients"`
	}
	content := Content{Checklist: checklist}
	err := errors.Join(json.Unmarshal(recipesJSON, &recipes), json.Unmarshal(fridgeJSON, &content.Fridge))
	for _, r := range recipes {
		content.Recipes = append(content.Recipes, recipe.Input{
			Name: r.Name, MeatType: r.MeatType, Longevity: r.Longevity, Servings: r.Servings, Frequency: r.Frequency, State: "active", Note: r.Note,
			Ingredients: r.Ingredients,
		})
	}
	return content, err
})

// Fill writes the content of [Load] to an account in one transaction, and returns this content.
//
// It returns [ErrNotEmpty] if the account has recipes, and the errors of [postgres.DB.Tx] and [postgres.BumpVersions].
func Fill(ctx context.Context, d *postgres.DB, userID int64) (Content, error) {
	content, err := Load()
	if err != nil {
		return Content{}, fmt.Errorf("read the demo's files: %w", err)
	}
	return content, d.Tx(ctx, func(q *db.Queries) error {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{}); err != nil {
			return err
		}
		hasRecipes, err := q.HasRecipes(ctx, userID)
		if err != nil {
			return fmt.Errorf("look for recipes: %w", err)
		}
		if hasRecipes {
			return ErrNotEmpty
		}
		for _, i := range content.Fridge {
			if _, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: userID, Name: i.Name, GroupName: i.Group, GroupKey: casefold.Name(i.Group)}); err != nil {
				return fmt.Errorf("fill the fridge: %w", err)
			}
		}
		if _, err := q.CreateGroceryItems(ctx, db.CreateGroceryItemsParams{UserID: userID, Items: content.Checklist}); err != nil {
			return fmt.Errorf("write the checklist: %w", err)
		}
		_, err = recipe.Insert(ctx, q, userID, content.Recipes...)
		return err
	})
}
