// Package export exports all data of an account, and imports it into another account.
package export

import (
	"context"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/foods"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/recipe"
)

// Service has the use cases of exports. Each also returns the errors of [postgres.DB.Run]. If it returns an error, nothing has
// changed.
type Service struct {
	DB *postgres.DB
}

// Account has the data of the account itself in an export.
type Account struct {
	Username                     string
	CreatedAt, PasswordChangedAt time.Time
}

// Visitor has a function for each part of an account. All are required.
type Visitor struct {
	Account       func(Account) error
	PlanSettings  func(grocery.PlanSettings) error
	Recipe        func(recipe.Recipe) error
	DeletedRecipe func(recipe.Deleted) error
	FridgeItem    func(fridge.Item) error
	JournalEntry  func(fridge.Entry) error
	ChecklistItem func(grocery.Item) error
	PlanItem      func(grocery.PlanItem) error
	Plan          func(grocery.PlanRecord) error
	Meal          func(grocery.StoredMeal) error
	Override      func(grocery.Override) error
	Food          func(foods.Food) error
}

// Export calls v with all data of the account as of one moment, part by part in the order of [Visitor]. Each list has the order in
// which clients see it. If the connection to the database is lost, Export may start again, with the account.
//
// It returns [apperr.TokenNotValid] if the account has been deleted, and the first error of v.
func (s *Service) Export(ctx context.Context, userID int64, v Visitor) error {
	return s.DB.Snapshot(ctx, userID, func(snapshot postgres.Snapshot) error {
		account, err := snapshot.Queries().GetExportedAccount(ctx, userID)
		if postgres.NoRow(err) {
			return apperr.New(apperr.TokenNotValid)
		}
		if err != nil {
			return fmt.Errorf("read the account: %w", err)
		}
		settings, err := grocery.GetPlanSettings(ctx, snapshot, userID)
		if err != nil {
			return err
		}
		for _, read := range []func() error{
			func() error { return v.Account(Account(account)) },
			func() error { return v.PlanSettings(settings) },
			func() error { return recipe.Each(ctx, snapshot, userID, v.Recipe) },
			func() error { return recipe.EachDeleted(ctx, snapshot, userID, v.DeletedRecipe) },
			func() error { return fridge.Each(ctx, snapshot, userID, v.FridgeItem) },
			func() error { return fridge.EachEntry(ctx, snapshot, userID, v.JournalEntry) },
			func() error { return grocery.EachItem(ctx, snapshot, userID, v.ChecklistItem) },
			func() error { return grocery.EachPlanItem(ctx, snapshot, userID, v.PlanItem) },
			func() error { return grocery.EachPlan(ctx, snapshot, userID, v.Plan) },
			func() error { return grocery.EachMeal(ctx, snapshot, userID, v.Meal) },
			func() error { return grocery.EachOverride(ctx, snapshot, userID, v.Override) },
			func() error { return foods.Each(ctx, snapshot, userID, v.Food) },
		} {
			if err := read(); err != nil {
				return err
			}
		}
		return nil
	})
}
