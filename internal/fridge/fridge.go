// Package fridge keeps what is in the house.
package fridge

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of the fridge.
type Service struct {
	DB *postgres.DB
}

// Item is one ingredient.
type Item struct {
	ID    int64
	Name  string
	Group string
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
		for _, r := range rows {
			items = append(items, Item{ID: r.ID, Name: r.Name, Group: r.GroupName})
		}
		return nil
	})
	return items, err
}
