// Package grocery plans what to cook, and keeps what is to be bought.
package grocery

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
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
	Version int64  // another one after every change
	Text    string // 1 to 200 characters
	Checked bool
}

// List returns the lines of the user's checklist, the highest id first, and the version of the checklist. It fails
// as [postgres.List.Read] does.
func (s *Service) List(ctx context.Context, userID int64, known []int64) (items []Item, version int64, err error) {
	return postgres.List[Item]{
		Name: "list the checklist", Query: db.ListGroceryItems, Args: []any{userID},
		Columns: func(to []any, i *Item) []any { return append(to, &i.ID, &i.Text, &i.Checked) },
		Of:      func(c db.Collection) int64 { return c.Checklist },
	}.Read(ctx, s.DB, userID, known)
}

// Add writes an item for each line of the text that isn't blank, and returns their ids, which ascend.
//
// It fails with [apperr.InvalidInput] for a line of more than 200 characters, more than 500 items, or none, and with
// [apperr.TokenNotValid] if the account has been deleted.
func (s *Service) Add(ctx context.Context, userID int64, text string) (ids []int64, err error) {
	items, err := itemsOf(text)
	if err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, userID, func(q *db.Queries) error {
		if ids, err = q.CreateGroceryItems(ctx, db.CreateGroceryItemsParams{UserID: userID, Items: items}); err != nil {
			return fmt.Errorf("write on the checklist: %w", err)
		}
		if len(ids) == 0 {
			return apperr.New(apperr.TokenNotValid)
		}
		return nil
	})
	return ids, err
}

func itemsOf(text string) ([]string, error) {
	var items []string
	var flaws []apperr.FieldError
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		items = append(items, line)
		if utf8.RuneCountInString(line) > maxLineLength {
			flaws = append(flaws, apperr.FieldError{
				Path: "items", Code: "too_long",
				Detail: fmt.Sprintf("Item %d has more than %d characters.", len(items), maxLineLength),
			})
		}
	}
	if len(items) > maxLines {
		flaws = []apperr.FieldError{{
			Path: "items", Code: "too_many", Detail: fmt.Sprintf("At most %d lines can be added at once.", maxLines),
		}}
	}
	if len(items) == 0 {
		flaws = []apperr.FieldError{{Path: "items", Code: "blank", Detail: "At least one line must contain text."}}
	}
	if len(flaws) > 0 {
		return nil, apperr.Invalid(flaws...)
	}
	return items, nil
}

// Get returns one item. It fails with [apperr.NotFound] if the user has none of this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Item, error) {
	return one(ctx, s.DB.Run, "get the item", func(q *db.Queries) (db.GetGroceryItemRow, error) {
		return q.GetGroceryItem(ctx, db.GetGroceryItemParams{ID: id, UserID: userID})
	})
}

// Update changes text and tick of an item; nil leaves it as it is. It fails with [apperr.NotFound] if the user has none
// of this id, and with [apperr.PreconditionFailed] if its version is none of match; nil: any will do.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, text *string, checked *bool) (Item, error) {
	item, err := one(ctx, s.DB.Writer(userID), "update the item", func(q *db.Queries) (db.GetGroceryItemRow, error) {
		row, err := q.UpdateGroceryItem(ctx, db.UpdateGroceryItemParams{ID: id, UserID: userID, Match: match, Item: text, IsChecked: checked})
		return db.GetGroceryItemRow(row), err
	})
	return item, s.unmatched(ctx, err, userID, id, match)
}

// Delete deletes one item. It fails as [Service.Update] does.
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB.Writer(userID), "delete the item", func(q *db.Queries) (int64, error) {
		return q.DeleteGroceryItem(ctx, db.DeleteGroceryItemParams{ID: id, UserID: userID, Match: match})
	})
	return s.unmatched(ctx, err, userID, id, match)
}

func (s *Service) unmatched(ctx context.Context, err error, userID, id int64, match []int64) error {
	return postgres.Unmatched(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
}

// DeleteAll empties the user's checklist.
func (s *Service) DeleteAll(ctx context.Context, userID int64) error {
	return s.DB.WriteAll(ctx, userID, postgres.Collections{Checklist: true}, func(q *db.Queries) error {
		if err := q.DeleteGroceryItems(ctx, userID); err != nil {
			return fmt.Errorf("empty the checklist: %w", err)
		}
		return nil
	})
}

func one(ctx context.Context, run postgres.Runner, query string, ask func(*db.Queries) (db.GetGroceryItemRow, error)) (Item, error) {
	row, err := postgres.One(ctx, run, query, ask)
	return Item{ID: row.ID, Version: row.Version, Text: row.Item, Checked: row.IsChecked}, err
}
