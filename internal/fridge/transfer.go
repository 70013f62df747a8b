package fridge

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/journal"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Each calls visit with every ingredient of the user in a snapshot, in the order of [Service.List]. It returns the errors of
// [postgres.List.Each].
func Each(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Item) error) error {
	return list(ctx, userID).Each(s, visit)
}

func list(ctx context.Context, userID int64) postgres.List[Item] {
	return postgres.List[Item]{
		Name:  "list the fridge",
		Query: func(q *db.Queries) error { _, err := q.ListFridgeItems(ctx, userID); return err },
		Columns: func(i *Item) postgres.Columns {
			return postgres.Columns{"id": &i.ID, "name": &i.Name, "group_name": &i.Group, "details": &i.Details}
		},
		Version: func(v db.UserVersion) int64 { return v.Fridge },
	}
}

// Transferred is an ingredient of another account.
type Transferred struct {
	ID int64
	Input
}

// Receiver imports ingredients of another account in batches. Use it in a transaction that has bumped the version of the fridge.
type Receiver struct {
	Queries *db.Queries
	UserID  int64

	batch db.ImportFridgeItemsParams
}

// batchItems is the maximum number of ingredients in a batch.
const batchItems = 1000

// Add adds an ingredient with its id to the batch. It is stored when the batch is full, or by Flush. If the group exists in another
// spelling, the ingredient gets the spelling of the group.
func (r *Receiver) Add(ctx context.Context, i Transferred) error {
	r.batch.Ids = append(r.batch.Ids, i.ID)
	r.batch.Names = append(r.batch.Names, i.Name)
	r.batch.GroupNames = append(r.batch.GroupNames, i.Group)
	r.batch.GroupKeys = append(r.batch.GroupKeys, casefold.Name(i.Group))
	r.batch.Quantities = append(r.batch.Quantities, valueOf(i.Quantity))
	r.batch.BestBefore = append(r.batch.BestBefore, valueOf(i.BestBefore))
	r.batch.Opened = append(r.batch.Opened, valueOf(i.Opened))
	r.batch.Places = append(r.batch.Places, valueOf(i.Place))
	r.batch.AreStaples = append(r.batch.AreStaples, valueOf(i.Staple))
	if len(r.batch.Ids) == batchItems {
		return r.Flush(ctx)
	}
	return nil
}

// Flush stores the rest of the batch.
func (r *Receiver) Flush(ctx context.Context) error {
	batch := r.batch
	batch.UserID, r.batch = r.UserID, db.ImportFridgeItemsParams{}
	if len(batch.Ids) == 0 {
		return nil
	}
	if err := journal.Begin(ctx, r.Queries, journal.Imported); err != nil {
		return err
	}
	if err := r.Queries.ImportFridgeItems(ctx, batch); err != nil {
		return fmt.Errorf("import the fridge: %w", err)
	}
	return nil
}
