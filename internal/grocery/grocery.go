// Package grocery keeps what is to be bought.
package grocery

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of the grocery list.
type Service struct {
	DB *postgres.DB
}

// Item is one line of the checklist.
type Item struct {
	ID      int64
	Text    string
	Checked bool
}

// List returns the lines of the user's checklist, the highest id first.
func (s *Service) List(ctx context.Context, userID int64) ([]Item, error) {
	var items []Item
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.ListGroceryItems(ctx, userID)
		if err != nil {
			return fmt.Errorf("list the checklist: %w", err)
		}
		for _, r := range rows {
			items = append(items, Item{ID: r.ID, Text: r.Item, Checked: r.IsChecked})
		}
		return nil
	})
	return items, err
}
