// Package fridge manages the ingredients that a user has at home.
package fridge

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of the fridge. Each also returns the errors of [postgres.DB.Run]. If it returns an error, nothing has
// changed.
type Service struct {
	DB *postgres.DB
}

// Item is one ingredient. Several packs of a food are several ingredients.
type Item struct {
	ID      int64
	Version int64  // changes with every write; 0 in a list, which has its own version
	Name    string // 1 to 200 characters, as typed
	Group   string // 1 to 100 characters
	// Details is a JSON object in the form of the contract, with the members of [Details] that are known; empty: all are unknown.
	Details string
}

// Input is an ingredient to add.
type Input struct {
	Name  string
	Group string
	Details
}

// Patch is a change of an ingredient. A nil field keeps its value.
type Patch struct {
	Name  *string
	Group *string
	Details
}

// Details are optional facts about an ingredient. Nil means not known, or not changed in a [Patch]. An empty text or false removes the
// value.
type Details struct {
	Quantity   *string // up to 200 characters, as typed
	BestBefore *string // in the form of [time.DateOnly]
	Opened     *string // in the form of [time.DateOnly]
	Place      *string // up to 100 characters
	Staple     *bool   // always at home
}

// List returns the user's ingredients and the version of the list. Groups are in descending order of the bytes of their names, and the
// ingredients of a group are ordered by id. If known contains the version, List returns only the version. It returns the errors of
// [postgres.List.ReadAll].
func (s *Service) List(ctx context.Context, userID int64, known []int64) (postgres.Part[Item], error) {
	return list(ctx, userID).ReadAll(ctx, s.DB, userID, known)
}

// Add adds an ingredient to a group. Several ingredients may have the same name. If the group exists in another spelling
// ([casefold.Name]), the ingredient gets the spelling of the group. It returns [apperr.TokenNotValid] if the account has been deleted,
// and the errors of [postgres.DB.Add]. The key may be nil.
func (s *Service) Add(ctx context.Context, userID int64, key *idempotency.Key, in Input) (Item, error) {
	row, err := postgres.AddOne(ctx, s.DB, userID, key, "add to the fridge", func(q *db.Queries) (db.CreateFridgeItemRow, error) {
		return q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{
			UserID: userID, Name: in.Name, GroupName: in.Group, GroupKey: casefold.Name(in.Group), Quantity: valueOf(in.Quantity),
			BestBefore: valueOf(in.BestBefore), Opened: valueOf(in.Opened), Place: valueOf(in.Place), Staple: valueOf(in.Staple),
		})
	})
	return fromRow(db.GetFridgeItemRow(row)), postgres.MapAccountError(err)
}

func valueOf[T any](p *T) (value T) {
	if p != nil {
		value = *p
	}
	return value
}

// Get returns one ingredient. It returns [apperr.NotFound] if the user has no ingredient with this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Item, error) {
	row, err := postgres.ReadOne(ctx, s.DB, userID, "get the fridge item", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		return q.GetFridgeItem(ctx, db.GetFridgeItemParams{ID: id, UserID: userID})
	})
	return fromRow(row), err
}

// Update changes an ingredient. A group that exists keeps its spelling. It returns [apperr.NotFound] if the user has no ingredient with
// this id, and [apperr.PreconditionFailed] if match doesn't contain its version; a nil match accepts any version.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, patch Patch) (Item, error) {
	row, err := postgres.WriteOne(ctx, s.DB, userID, "update the fridge item", func(q *db.Queries) (db.UpdateFridgeItemRow, error) {
		params := db.UpdateFridgeItemParams{
			ID: id, UserID: userID, Match: match, Name: patch.Name, GroupName: patch.Group, Quantity: patch.Quantity,
			BestBefore: patch.BestBefore, Opened: patch.Opened, Place: patch.Place, Staple: patch.Staple,
		}
		if patch.Group != nil {
			params.GroupKey = new(casefold.Name(*patch.Group))
		}
		return q.UpdateFridgeItem(ctx, params)
	})
	return fromRow(db.GetFridgeItemRow(row)), s.mapPrecondition(ctx, err, userID, id, match)
}

// Delete deletes an ingredient. Deleting it again is no error. It returns the errors of [Service.Update].
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB, userID, "delete the fridge item", func(q *db.Queries) (int64, error) {
		return q.DeleteFridgeItem(ctx, db.DeleteFridgeItemParams{ID: id, UserID: userID, Match: match})
	})
	err = s.mapPrecondition(ctx, err, userID, id, match)
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindFridge, id)
}

func (s *Service) mapPrecondition(ctx context.Context, err error, userID, id int64, match []int64) error {
	return postgres.MapPreconditionError(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
}

// RenameGroup renames a group. If another group has the new name in any spelling, the ingredients move to that group, which keeps its
// spelling. A group without ingredients is no error.
func (s *Service) RenameGroup(ctx context.Context, userID int64, group, newName string) error {
	_, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Fridge: true}, (*db.Queries).RenameFridgeGroup,
		db.RenameFridgeGroupParams{UserID: userID, GroupKey: casefold.Name(group), NewName: newName, NewKey: casefold.Name(newName)})
	if err != nil {
		return fmt.Errorf("rename the group: %w", err)
	}
	return nil
}

// DeleteGroup deletes every ingredient of a group. A group without ingredients is no error.
func (s *Service) DeleteGroup(ctx context.Context, userID int64, group string) error {
	_, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Fridge: true}, (*db.Queries).DeleteFridgeGroup,
		db.DeleteFridgeGroupParams{UserID: userID, GroupKey: casefold.Name(group)})
	if err != nil {
		return fmt.Errorf("delete the group: %w", err)
	}
	return nil
}

func fromRow(row db.GetFridgeItemRow) Item {
	return Item{ID: row.ID, Version: row.Version, Name: row.Name, Group: row.GroupName, Details: row.Details}
}
