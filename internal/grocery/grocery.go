// Package grocery plans meals and manages the checklist of a user.
package grocery

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Service has the use cases of plans and of the checklist. Each also returns the errors of [postgres.DB.Run]. If it returns an
// error, nothing has changed.
type Service struct {
	DB *postgres.DB
}

// The limits of one call of Add.
const (
	maxLines      = 500
	maxLineLength = 500 // characters
)

// Item is one line of the checklist.
type Item struct {
	ID      int64
	Version int64  // changes with every write; 0 in a list, which has its own version
	Text    string // 1 to 500 characters
	Checked bool
	Food    *string // the food for which the plan wrote the item; nil: a person wrote or changed it
}

// List returns the items of the user's checklist, the highest id first, and the version of the list. If known contains this version, it
// returns only the version. It returns the errors of [postgres.List.ReadAll].
func (s *Service) List(ctx context.Context, userID int64, known []int64) (postgres.Part[Item], error) {
	return checklist(ctx, userID).ReadAll(ctx, s.DB, userID, known)
}

// Add adds an item for each line of the text that isn't blank, and returns their ids in ascending order.
//
// It returns [apperr.InvalidInput] for a line of more than 500 characters, more than 500 items, or no item;
// [apperr.TokenNotValid] if the account has been deleted; and the errors of [postgres.DB.Add]. The key may be nil.
func (s *Service) Add(ctx context.Context, userID int64, key *idempotency.Key, text string) (ids []int64, err error) {
	items, err := itemsOf(text)
	if err != nil {
		return nil, err
	}
	err = s.DB.Add(ctx, userID, key, func(q *db.Queries) error {
		if ids, err = q.CreateGroceryItems(ctx, db.CreateGroceryItemsParams{UserID: userID, Items: items}); err != nil {
			return fmt.Errorf("add to the checklist: %w", err)
		}
		if len(ids) == 0 {
			return apperr.New(apperr.TokenNotValid)
		}
		return nil
	})
	return ids, err
}

// tabs replaces the control characters that a pasted line may contain. The contract rejects all others.
var tabs = strings.NewReplacer("\t", " ", "\r", " ", "\v", " ", "\f", " ", "\u0085", " ")

func itemsOf(text string) ([]string, error) {
	var items []string
	var invalid []apperr.FieldError
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(tabs.Replace(line)); line == "" {
			continue
		}
		items = append(items, line)
		if utf8.RuneCountInString(line) > maxLineLength {
			invalid = append(invalid, apperr.FieldError{
				Path: "items", Code: "too_long",
				Detail: fmt.Sprintf("Item %d has more than %d characters.", len(items), maxLineLength),
			})
		}
	}
	if len(items) > maxLines {
		invalid = []apperr.FieldError{{
			Path: "items", Code: "too_many", Detail: fmt.Sprintf("At most %d lines can be added at once.", maxLines),
		}}
	}
	if len(items) == 0 {
		invalid = []apperr.FieldError{{Path: "items", Code: "blank", Detail: "At least one line must contain text."}}
	}
	if len(invalid) > 0 {
		return nil, apperr.Invalid(invalid...)
	}
	return items, nil
}

// Get returns one item. It returns [apperr.NotFound] if the user has no item with this id.
func (s *Service) Get(ctx context.Context, userID, id int64) (Item, error) {
	row, err := postgres.ReadOne(ctx, s.DB, userID, "get the item", func(q *db.Queries) (db.GetGroceryItemRow, error) {
		return q.GetGroceryItem(ctx, db.GetGroceryItemParams{ID: id, UserID: userID})
	})
	return fromRow(row), err
}

// Update changes the text and the tick of an item; nil keeps the old value. It returns [apperr.NotFound] if the user has no
// item with this id, and [apperr.PreconditionFailed] if match doesn't contain its version; a nil match accepts any version.
func (s *Service) Update(ctx context.Context, userID, id int64, match []int64, text *string, checked *bool) (Item, error) {
	row, err := postgres.WriteOne(ctx, s.DB, userID, "update the item", func(q *db.Queries) (db.UpdateGroceryItemRow, error) {
		return q.UpdateGroceryItem(ctx, db.UpdateGroceryItemParams{ID: id, UserID: userID, Match: match, Item: text, IsChecked: checked})
	})
	return fromRow(db.GetGroceryItemRow(row)), s.mapPrecondition(ctx, err, userID, id, match)
}

// Delete deletes one item. Deleting it again is no error. It returns the errors of [Service.Update].
func (s *Service) Delete(ctx context.Context, userID, id int64, match []int64) error {
	err := postgres.DeleteOne(ctx, s.DB, userID, "delete the item", func(q *db.Queries) (int64, error) {
		return q.DeleteGroceryItem(ctx, db.DeleteGroceryItemParams{ID: id, UserID: userID, Match: match})
	})
	err = s.mapPrecondition(ctx, err, userID, id, match)
	return postgres.MapDeleteError(ctx, s.DB, err, userID, postgres.KindChecklist, id)
}

func (s *Service) mapPrecondition(ctx context.Context, err error, userID, id int64, match []int64) error {
	return postgres.MapPreconditionError(err, match, func() error { _, err := s.Get(ctx, userID, id); return err })
}

// DeleteAll deletes every item of the user's checklist.
func (s *Service) DeleteAll(ctx context.Context, userID int64) error {
	_, err := postgres.BumpAndQuery(ctx, s.DB, userID, postgres.Lists{Checklist: true}, (*db.Queries).DeleteGroceryItems, userID)
	if err != nil {
		return fmt.Errorf("delete the checklist: %w", err)
	}
	return nil
}

func fromRow(row db.GetGroceryItemRow) Item {
	return Item{ID: row.ID, Version: row.Version, Text: row.Item, Checked: row.IsChecked, Food: row.Food}
}
