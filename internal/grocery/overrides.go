package grocery

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/postgres"
)

// OverrideChange is an override to store: the user's decision on how much of a food to buy.
type OverrideChange struct {
	Food   string
	State  planner.OverrideState
	Amount string // what to buy, as text, if State is [planner.BuyAmount]
}

// Override is a stored decision of the user on how much of a food to buy.
type Override struct {
	ID     int64
	Food   string
	State  planner.OverrideState
	Amount string // empty unless State is [planner.BuyAmount]
}

const amountRequired = "This member is required with the state amount."

func (o OverrideChange) lacksAmount() bool { return o.State == planner.BuyAmount && o.Amount == "" }

// Check returns a field error if the override lacks its amount, or a zero field error. The path of the override ends with a dot.
func (o Override) Check(path string) apperr.FieldError {
	if (OverrideChange{State: o.State, Amount: o.Amount}).lacksAmount() {
		return apperr.FieldError{Path: path + "amount", Code: "required", Detail: amountRequired}
	}
	return apperr.FieldError{}
}

// key returns the food in the form in which names are compared.
func (o OverrideChange) key() string { return casefold.Name(o.Food) }

// amount returns the amount to store: empty unless State is [planner.BuyAmount].
func (o OverrideChange) amount() string {
	if o.State != planner.BuyAmount {
		return ""
	}
	return o.Amount
}

// SetOverride stores an override for the current plan and later ones. It replaces the override of the same food.
//
// It returns [apperr.InvalidInput] if the amount is missing, [apperr.TokenNotValid] if the account has been deleted, and the errors of
// [postgres.DB.Add]. The key may be nil.
func (s *Service) SetOverride(ctx context.Context, userID int64, key *idempotency.Key, o OverrideChange) (stored Override, err error) {
	if o.lacksAmount() {
		return Override{}, apperr.Invalid(apperr.FieldError{Path: "amount", Code: "required", Detail: amountRequired})
	}
	err = s.DB.Add(ctx, userID, key, func(q *db.Queries) error {
		rows, err := q.SetPlanOverride(ctx, db.SetPlanOverrideParams{
			UserID: userID, Food: o.Food, FoodKey: o.key(), State: string(o.State), Amount: o.amount(),
		})
		if err != nil {
			return fmt.Errorf("set the override: %w", err)
		}
		if len(rows) == 0 {
			return apperr.New(apperr.TokenNotValid)
		}
		stored = Override{ID: rows[0].ID, Food: rows[0].Food, State: planner.OverrideState(rows[0].State), Amount: rows[0].Amount}
		return nil
	})
	return stored, err
}

// saveOverrides stores the overrides of a request.
func (r MealRequest) saveOverrides(ctx context.Context, q *db.Queries, userID int64) error {
	if len(r.Overrides) == 0 {
		return nil
	}
	params := db.SavePlanOverridesParams{UserID: userID}
	for _, o := range r.Overrides {
		params.Foods = append(params.Foods, o.Food)
		params.FoodKeys = append(params.FoodKeys, o.key())
		params.States = append(params.States, string(o.State))
		params.Amounts = append(params.Amounts, o.amount())
	}
	if _, err := q.SavePlanOverrides(ctx, params); err != nil {
		return fmt.Errorf("save the overrides: %w", err)
	}
	return nil
}

// Overrides returns the user's overrides, the newest first, and the version of their list. If known contains this version, it returns
// only the version. It returns the errors of [postgres.List.ReadAll].
func (s *Service) Overrides(ctx context.Context, userID int64, known []int64) (postgres.Part[Override], error) {
	return overrides(ctx, userID).ReadAll(ctx, s.DB, userID, known)
}

func overrides(ctx context.Context, userID int64) postgres.List[Override] {
	return postgres.List[Override]{
		Name:  "list the overrides",
		Query: func(q *db.Queries) error { _, err := q.ListPlanOverrides(ctx, userID); return err },
		Columns: func(o *Override) postgres.Columns {
			return postgres.Columns{"id": &o.ID, "food": &o.Food, "state": &o.State, "amount": &o.Amount}
		},
		Version: func(v db.UserVersion) int64 { return v.Plans },
	}
}

// DeleteOverride deletes an override. Deleting it again is no error. It returns [apperr.NotFound] if the user has no override with this
// id.
func (s *Service) DeleteOverride(ctx context.Context, userID, id int64) error {
	err := postgres.DeleteOne(ctx, s.DB, userID, "delete the override", func(q *db.Queries) (int64, error) {
		return q.DeletePlanOverride(ctx, db.DeletePlanOverrideParams{ID: id, UserID: userID})
	})
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindOverride, id)
}
