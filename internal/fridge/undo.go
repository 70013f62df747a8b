package fridge

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/journal"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Reverted is the result of an undo.
type Reverted struct {
	Undone int64 // how many entries were undone
	Entry  int64 // the id of a journal entry of the undo; 0: no ingredient has changed
}

// Undo restores the state of an ingredient before an entry of the journal. With batch, it restores all ingredients that the same call
// changed. A deleted ingredient comes back with its id. If its group has other ingredients, it gets the current spelling of the group.
//
// It returns [apperr.NotFound] if the user's journal has no such entry, [apperr.ChangedSince] if one of the ingredients isn't in the state
// after the entry, and the errors of [postgres.AddTx]. The key may be nil.
func (s *Service) Undo(ctx context.Context, userID, entry int64, batch bool, key *idempotency.Key) (Reverted, error) {
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (Reverted, error) {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{Fridge: true}); err != nil {
			return Reverted{}, err
		}
		if err := journal.BeginUndo(ctx, q, entry, batch); err != nil {
			return Reverted{}, err
		}
		row, err := q.UndoFridgeChanges(ctx, db.UndoFridgeChangesParams{UserID: userID, ID: entry, Batch: batch})
		switch {
		case err != nil:
			return Reverted{}, fmt.Errorf("undo the changes: %w", err)
		case row.Undone == 0:
			return Reverted{}, apperr.New(apperr.NotFound)
		case row.Newer > 0:
			return Reverted{}, changedSince(row.Newer)
		}
		newest, err := journal.Newest(ctx, q, userID)
		return Reverted{Undone: row.Undone, Entry: newest}, err
	})
}

func changedSince(newer int64) error {
	return &apperr.Error{
		Code:   apperr.ChangedSince,
		Detail: fmt.Sprintf("The ingredient was changed after this entry. Undo entry %d first, or change the ingredient itself.", newer),
	}
}
