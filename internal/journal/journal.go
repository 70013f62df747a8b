// Package journal says in the journal of the fridge why a transaction changes the fridge. A trigger of the table writes the entries, with
// the kinds added, changed and deleted unless the transaction sets another one.
package journal

import (
	"context"
	"fmt"
	"strconv"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Kind is why ingredients in the fridge have changed.
type Kind string

// The kinds that transactions set.
const (
	Imported  Kind = "imported"
	Cooked    Kind = "cooked"
	Restocked Kind = "restocked"
	Undone    Kind = "undone"
)

// Begin gives a kind to the entries of the rest of the transaction, whose first statement has bumped the version of the fridge.
func Begin(ctx context.Context, q *db.Queries, kind Kind) error { return begin(ctx, q, string(kind)) }

// BeginCooking is [Begin] for a recipe that is cooked.
func BeginCooking(ctx context.Context, q *db.Queries, recipeID int64) error {
	return begin(ctx, q, string(Cooked)+" "+strconv.FormatInt(recipeID, 10))
}

func begin(ctx context.Context, q *db.Queries, setting string) error {
	if err := q.SetJournalKind(ctx, setting); err != nil {
		return fmt.Errorf("begin the journal: %w", err)
	}
	return nil
}

// Newest returns the newest entry that the transaction has added; 0: none.
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
