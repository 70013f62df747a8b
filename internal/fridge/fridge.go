// Package fridge keeps what is in the house.
package fridge

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of the fridge. All of them fail as [postgres.DB.Run] does, and change nothing if they fail.
type Service struct {
	DB *postgres.DB
}

// Item is one ingredient.
type Item struct {
	ID      int64
	Version int64  // another one after every change
	Name    string // 1 to 50 characters, as typed
	Group   string // 1 to 30 characters
}

// List returns the user's ingredients, the groups in descending order by bytes, the ingredients of a group
// by id; and the version of the fridge. It fails as [postgres.List.Read] does.
func (s *Service) List(ctx context.Context, userID int64, known []int64) (items []Item, version int64, err error) {
	return postgres.List[Item]{
		Name: "list the fridge", Query: db.ListFridgeItems, Args: []any{userID},
		Columns: func(to []any, i *Item) []any { return append(to, &i.ID, &i.Name, &i.Group) },
		Of:      func(c db.Collection) int64 { return c.Fridge },
	}.Read(ctx, s.DB, userID, known)
}

// Add puts an ingredient into a group. The same name may be there several times. It fails with [fault.TokenNotValid] if
// the account has been deleted.
func (s *Service) Add(ctx context.Context, userID int64, name, group string) (Item, error) {
	item, err := one(ctx, s.DB.Writer(userID), "add to the fridge", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		row, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: userID, Name: name, GroupName: group})
		return db.GetFridgeItemRow(row), err
	})
	return item, postgres.Unowned(err)
}

// Get returns one ingredient. It fails with [fault.NotFound] if the user has none of this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Item, error) {
	return one(ctx, s.DB.Run, "get from the fridge", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		return q.GetFridgeItem(ctx, db.GetFridgeItemParams{ID: id, UserID: userID})
	})
}

// Update changes name and group of an ingredient; nil leaves it as it is. It fails with [fault.NotFound] if the user
// has none of this id, and with [fault.PreconditionFailed] if its version is none of match; nil: any will do.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, name, group *string) (Item, error) {
	item, err := one(ctx, s.DB.Writer(userID), "update the fridge", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		row, err := q.UpdateFridgeItem(ctx, db.UpdateFridgeItemParams{ID: id, UserID: userID, Match: match, Name: name, GroupName: group})
		return db.GetFridgeItemRow(row), err
	})
	return item, s.unmatched(ctx, err, userID, id, match)
}

// Delete takes an ingredient out. It fails as [Service.Update] does.
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB.Writer(userID), "delete from the fridge", func(q *db.Queries) (int64, error) {
		return q.DeleteFridgeItem(ctx, db.DeleteFridgeItemParams{ID: id, UserID: userID, Match: match})
	})
	return s.unmatched(ctx, err, userID, id, match)
}

func (s *Service) unmatched(ctx context.Context, err error, userID, id int64, match []int64) error {
	return postgres.Unmatched(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
}

// RenameGroup moves every ingredient of a group to another, which may exist. An unknown group is none to move.
func (s *Service) RenameGroup(ctx context.Context, userID int64, group, newName string) error {
	return s.DB.WriteAll(ctx, userID, postgres.Collections{Fridge: true}, func(q *db.Queries) error {
		err := q.RenameFridgeGroup(ctx, db.RenameFridgeGroupParams{UserID: userID, GroupName: group, NewName: newName})
		if err != nil {
			return fmt.Errorf("rename the group: %w", err)
		}
		return nil
	})
}

// DeleteGroup deletes every ingredient of a group. An unknown group is none to delete.
func (s *Service) DeleteGroup(ctx context.Context, userID int64, group string) error {
	return s.DB.WriteAll(ctx, userID, postgres.Collections{Fridge: true}, func(q *db.Queries) error {
		if err := q.DeleteFridgeGroup(ctx, db.DeleteFridgeGroupParams{UserID: userID, GroupName: group}); err != nil {
			return fmt.Errorf("delete the group: %w", err)
		}
		return nil
	})
}

func one(ctx context.Context, run postgres.Runner, query string, ask func(*db.Queries) (db.GetFridgeItemRow, error)) (Item, error) {
	row, err := postgres.One(ctx, run, query, ask)
	return Item{ID: row.ID, Version: row.Version, Name: row.Name, Group: row.GroupName}, err
}
