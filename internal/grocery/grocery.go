// Package grocery plans what to cook, and keeps what is to be bought.
package grocery

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/fault"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of plans and of the checklist. All of them fail as [postgres.DB.Run] does, and change
// nothing if they fail.
type Service struct {
	DB *postgres.DB
}

// The limits of what is written on the checklist at once.
const (
	maxLines      = 500
	maxLineLength = 200 // characters
)

// Item is one line of the checklist.
type Item struct {
	ID      int64
	Text    string // 1 to 200 characters
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
		items = make([]Item, 0, len(rows))
		for _, r := range rows {
			items = append(items, Item{ID: r.ID, Text: r.Item, Checked: r.IsChecked})
		}
		return nil
	})
	return items, err
}

// Add writes an item for each line of the text that isn't blank, and returns their ids, which ascend.
//
// It fails with [fault.InvalidInput] for a line of more than 200 characters, more than 500 items, or none.
func (s *Service) Add(ctx context.Context, userID int64, text string) (ids []int64, err error) {
	items, err := itemsOf(text)
	if err != nil {
		return nil, err
	}
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		if ids, err = q.CreateGroceryItems(ctx, db.CreateGroceryItemsParams{UserID: userID, Items: items}); err != nil {
			return fmt.Errorf("write on the checklist: %w", err)
		}
		return nil
	})
	return ids, err
}

func itemsOf(text string) ([]string, error) {
	var items []string
	var flaws []fault.Field
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		items = append(items, line)
		if utf8.RuneCountInString(line) > maxLineLength {
			flaws = append(flaws, fault.Field{
				Path: "items", Code: "too_long",
				Detail: fmt.Sprintf("Item %d has more than %d characters.", len(items), maxLineLength),
			})
		}
	}
	if len(items) > maxLines {
		flaws = []fault.Field{{
			Path: "items", Code: "too_many", Detail: fmt.Sprintf("At most %d lines can be added at once.", maxLines),
		}}
	}
	if len(items) == 0 {
		flaws = []fault.Field{{Path: "items", Code: "blank", Detail: "There must be a line with text."}}
	}
	if len(flaws) > 0 {
		return nil, fault.Invalid(flaws...)
	}
	return items, nil
}

// Get returns one item. It fails with [fault.NotFound] if the user has none of this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Item, error) {
	return s.one(ctx, "get the item", func(q *db.Queries) (db.GetGroceryItemRow, error) {
		return q.GetGroceryItem(ctx, db.GetGroceryItemParams{ID: id, UserID: userID})
	})
}

// Update changes text and tick of an item; nil leaves it as it is. It fails with [fault.NotFound] if the user has none
// of this id.
func (s *Service) Update(ctx context.Context, userID, id int64, text *string, checked *bool) (Item, error) {
	return s.one(ctx, "update the item", func(q *db.Queries) (db.GetGroceryItemRow, error) {
		row, err := q.UpdateGroceryItem(ctx, db.UpdateGroceryItemParams{ID: id, UserID: userID, Item: text, IsChecked: checked})
		return db.GetGroceryItemRow(row), err
	})
}

// Delete deletes one item. It fails with [fault.NotFound] if the user has none of this id.
func (s *Service) Delete(ctx context.Context, userID, id int64) error {
	return postgres.DeleteOne(ctx, s.DB, "delete the item", func(q *db.Queries) (int64, error) {
		return q.DeleteGroceryItem(ctx, db.DeleteGroceryItemParams{ID: id, UserID: userID})
	})
}

// DeleteAll empties the user's checklist.
func (s *Service) DeleteAll(ctx context.Context, userID int64) error {
	return s.DB.UserTx(ctx, userID, func(q *db.Queries) error {
		if err := q.DeleteGroceryItems(ctx, userID); err != nil {
			return fmt.Errorf("empty the checklist: %w", err)
		}
		return nil
	})
}

func (s *Service) one(ctx context.Context, query string, ask func(*db.Queries) (db.GetGroceryItemRow, error)) (Item, error) {
	row, err := postgres.One(ctx, s.DB, query, ask)
	return Item{ID: row.ID, Text: row.Item, Checked: row.IsChecked}, err
}
