// Package journal sets the kind of the entries that a transaction adds to the fridge journal. A trigger of the table writes the entries.
// If the transaction sets no kind, the trigger uses added, changed and deleted.
package journal

import (
	"context"
	"fmt"
	"strconv"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Kind says why ingredients in the fridge have changed.
type Kind string

// The kinds that transactions set.
const (
	Imported  Kind = "imported"
	Cooked    Kind = "cooked"
	Restocked Kind = "restocked"
	Undone    Kind = "undone"
)

// Begin sets the kind of all journal entries that follow in the transaction. The transaction must have bumped the version of the fridge.
func Begin(ctx context.Context, q *db.Queries, kind Kind) error { return begin(ctx, q, string(kind)) }

// BeginCooking is [Begin] with the kind [Cooked] and the id of the cooked recipe.
func BeginCooking(ctx context.Context, q *db.Queries, recipeID int64) error {
	return begin(ctx, q, string(Cooked)+" "+strconv.FormatInt(recipeID, 10))
}

// BeginUndo is [Begin] with the kind [Undone] and the id of the entry to undo, or of an entry of the batch to undo.
func BeginUndo(ctx context.Context, q *db.Queries, entry int64, batch bool) error {
	setting := string(Undone) + " " + strconv.FormatInt(entry, 10)
	if batch {
		setting += " batch"
	}
	return begin(ctx, q, setting)
}

func begin(ctx context.Context, q *db.Queries, setting string) error {
	if err := q.SetJournalKind(ctx, setting); err != nil {
		return fmt.Errorf("begin the journal: %w", err)
	}
	return nil
}

// Newest returns the id of the newest journal entry of the transaction, or 0 if it has made none.
func Newest(ctx context.Context, q *db.Queries, userID int64) (int64, error) {
	id, err := q.NewestJournalEntry(ctx, userID)
	if postgres.NoRow(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("find the newest entry: %w", err)
	}
	return id, nil
}
