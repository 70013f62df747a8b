package fridge

import (
	"context"
	"math"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Entry is an entry of the journal: a change of one ingredient. The entries of an ingredient form a chain without gaps: Before of an
// entry is equal to After of the entry before it, and After of the last entry is the current state of the ingredient.
type Entry struct {
	ID       int64
	Batch    int64 // the same for all entries of a call
	At       time.Time
	Kind     string
	ItemID   int64
	Name     string // after the change; for a deleted ingredient, before it
	RecipeID int64  // of the recipe that was cooked; 0: none
	Undoes   int64  // the entry that was undone; 0: none
	// Before and After are JSON objects in the form of the contract; empty: not in the fridge.
	Before, After string
}

// Journal is a page of the journal.
type Journal struct {
	Entries []Entry               // the newest first
	Rest    *postgres.Rest[Entry] // without a limit, the entries that follow; it must be closed
	Bytes   int                   // the approximate memory that Entries takes
	Next    string                // the cursor of the next page; empty on the last one
	Version int64                 // of the fridge
}

// Journal returns a page of the journal of the user's fridge. If known contains the version of the fridge, it returns only the version.
//
// It returns [apperr.InvalidInput] for a cursor that doesn't belong to this list, and the errors of [postgres.List.ReadPart].
func (s *Service) Journal(ctx context.Context, userID int64, request page.Request, known []int64) (j Journal, err error) {
	const list = "fridge journal"
	after := struct {
		ID int64 `json:"id"`
	}{ID: math.MaxInt64}
	if err := page.DecodeCursor(request, list, &after); err != nil {
		return Journal{}, err
	}
	params := db.ListFridgeJournalParams{UserID: userID, BeforeID: after.ID, AtMost: request.AtMost()}
	part, err := entries(ctx, params).ReadPart(ctx, s.DB, userID, known, request.Limit > 0)
	if err != nil {
		return Journal{}, err
	}
	j = Journal{Rest: part.Rest, Bytes: part.Bytes, Version: part.Version}
	var more bool
	if j.Entries, more = page.Cut(request, part.Items); more || part.Cut {
		after.ID = j.Entries[len(j.Entries)-1].ID
		j.Next, err = page.Cursor(list, after)
	}
	return j, err
}

// EachEntry calls visit with every entry of the user's journal in a snapshot, the newest first. It returns the errors of
// [postgres.List.Each].
func EachEntry(ctx context.Context, s postgres.Snapshot, userID int64, visit func(Entry) error) error {
	return entries(ctx, db.ListFridgeJournalParams{UserID: userID, BeforeID: math.MaxInt64}).Each(s, visit)
}

func entries(ctx context.Context, params db.ListFridgeJournalParams) postgres.List[Entry] {
	return postgres.List[Entry]{
		Name:  "list the journal of the fridge",
		Query: func(q *db.Queries) error { _, err := q.ListFridgeJournal(ctx, params); return err },
		Columns: func(e *Entry) postgres.Columns {
			return postgres.Columns{
				"id": &e.ID, "batch": &e.Batch, "at": &e.At, "kind": &e.Kind, "item_id": &e.ItemID, "name": &e.Name,
				"recipe_id": &e.RecipeID, "undoes": &e.Undoes, "before": &e.Before, "after": &e.After,
			}
		},
		Version: fridgeVersion,
	}
}

func fridgeVersion(v db.UserVersion) int64 { return v.Fridge }
