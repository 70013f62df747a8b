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
	ID    int64
	Name  string // 1 to 50 characters, as typed
	Group string // 1 to 30 characters
}

// List returns the user's ingredients, the groups in descending order by bytes, the ingredients of a group
// by id.
func (s *Service) List(ctx context.Context, userID int64) ([]Item, error) {
	var items []Item
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.ListFridgeItems(ctx, userID)
		if err != nil {
			return fmt.Errorf("list the fridge: %w", err)
		}
		items = make([]Item, 0, len(rows))
		for _, r := range rows {
			items = append(items, Item{ID: r.ID, Name: r.Name, Group: r.GroupName})
		}
		return nil
	})
	return items, err
}

// Add puts an ingredient into a group. The same name may be there several times.
func (s *Service) Add(ctx context.Context, userID int64, name, group string) (Item, error) {
	return s.one(ctx, "add to the fridge", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		row, err := q.CreateFridgeItem(ctx, db.CreateFridgeItemParams{UserID: userID, Name: name, GroupName: group})
		return db.GetFridgeItemRow(row), err
	})
}

// Get returns one ingredient. It fails with [fault.NotFound] if the user has none of this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Item, error) {
	return s.one(ctx, "get from the fridge", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		return q.GetFridgeItem(ctx, db.GetFridgeItemParams{ID: id, UserID: userID})
	})
}

// Update changes name and group of an ingredient; nil leaves it as it is. It fails with [fault.NotFound] if the user
// has none of this id.
func (s *Service) Update(ctx context.Context, userID, id int64, name, group *string) (Item, error) {
	return s.one(ctx, "update the fridge", func(q *db.Queries) (db.GetFridgeItemRow, error) {
		row, err := q.UpdateFridgeItem(ctx, db.UpdateFridgeItemParams{ID: id, UserID: userID, Name: name, GroupName: group})
		return db.GetFridgeItemRow(row), err
	})
}

// Delete takes an ingredient out. It fails with [fault.NotFound] if the user has none of this id.
func (s *Service) Delete(ctx context.Context, userID, id int64) error {
	return postgres.DeleteOne(ctx, s.DB, "delete from the fridge", func(q *db.Queries) (int64, error) {
		return q.DeleteFridgeItem(ctx, db.DeleteFridgeItemParams{ID: id, UserID: userID})
	})
}

// RenameGroup moves every ingredient of a group to another, which may exist. An unknown group is none to move.
func (s *Service) RenameGroup(ctx context.Context, userID int64, group, newName string) error {
	return s.DB.UserTx(ctx, userID, func(q *db.Queries) error {
		err := q.RenameFridgeGroup(ctx, db.RenameFridgeGroupParams{UserID: userID, GroupName: group, NewName: newName})
		if err != nil {
			return fmt.Errorf("rename the group: %w", err)
		}
		return nil
	})
}

// DeleteGroup deletes every ingredient of a group. An unknown group is none to delete.
func (s *Service) DeleteGroup(ctx context.Context, userID int64, group string) error {
	return s.DB.UserTx(ctx, userID, func(q *db.Queries) error {
		if err := q.DeleteFridgeGroup(ctx, db.DeleteFridgeGroupParams{UserID: userID, GroupName: group}); err != nil {
			return fmt.Errorf("delete the group: %w", err)
		}
		return nil
	})
}

func (s *Service) one(ctx context.Context, query string, ask func(*db.Queries) (db.GetFridgeItemRow, error)) (Item, error) {
	row, err := postgres.One(ctx, s.DB, query, ask)
	return Item{ID: row.ID, Name: row.Name, Group: row.GroupName}, err
}
