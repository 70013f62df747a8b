package grocery

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/catalog"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/journal"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/postgres"
)

// RestockRequest selects bought items of the checklist, and says where they go in the fridge.
type RestockRequest struct {
	IDs        []int64 // nil: all items that are ticked
	Group      string  // in the fridge; empty: the group of the same food, or [DefaultGroup]
	Place      string
	BestBefore string // [time.DateOnly]; empty: not known
}

// DefaultGroup is the group for foods that aren't in the fridge yet.
const DefaultGroup = "Groceries"

// Restocked is an item that was moved into the fridge.
type Restocked struct {
	Item     int64 // the former id on the checklist
	ID       int64 // in the fridge
	Name     string
	Group    string
	Quantity string // empty: not known
}

// Purchase has the items that were moved into the fridge.
type Purchase struct {
	Items []Restocked // in the order of the checklist's ids
	Entry int64       // the id of an entry in the fridge journal; 0: no item was moved
}

// Restock moves items from the checklist into the fridge: "500 g flour" becomes flour with the quantity 500 g.
//
// It returns [apperr.NotFound] if the checklist has no item with one of the ids, and the errors of [postgres.AddTx]. The key may be nil.
func (s *Service) Restock(ctx context.Context, userID int64, key *idempotency.Key, r RestockRequest) (Purchase, error) {
	return postgres.AddTx(ctx, s.DB, userID, key, func(q *db.Queries) (Purchase, error) {
		if err := postgres.BumpVersions(ctx, q, userID, postgres.Lists{Fridge: true, Checklist: true}); err != nil {
			return Purchase{}, err
		}
		bought, err := q.TakeBoughtItems(ctx, db.TakeBoughtItemsParams{UserID: userID, Ids: r.IDs})
		if err != nil {
			return Purchase{}, fmt.Errorf("take the items: %w", err)
		}
		if len(r.IDs) > 0 && len(bought) < len(unique(r.IDs)) {
			return Purchase{}, apperr.New(apperr.NotFound)
		}
		if len(bought) == 0 {
			return Purchase{}, nil
		}
		return r.store(ctx, q, userID, bought)
	})
}

func unique(ids []int64) map[int64]bool {
	set := make(map[int64]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set
}

// store adds the items to the fridge.
func (r RestockRequest) store(ctx context.Context, q *db.Queries, userID int64, bought []db.TakeBoughtItemsRow) (p Purchase, err error) {
	groups, err := r.groups(ctx, q, userID)
	if err != nil {
		return Purchase{}, err
	}
	params := db.AddLotsParams{UserID: userID, Place: r.Place, BestBefore: r.BestBefore}
	for _, b := range bought {
		name, quantity := planner.ParseWrittenItem(b.Item, b.Food)
		group := groups(name)
		params.Names = append(params.Names, clip(name))
		params.Quantities = append(params.Quantities, clip(quantity))
		params.GroupNames = append(params.GroupNames, group)
		params.GroupKeys = append(params.GroupKeys, casefold.Name(group))
	}
	if err := journal.Begin(ctx, q, journal.Restocked); err != nil {
		return Purchase{}, err
	}
	lots, err := q.AddLots(ctx, params)
	if err != nil {
		return Purchase{}, fmt.Errorf("add to the fridge: %w", err)
	}
	for i, l := range lots {
		p.Items = append(p.Items, Restocked{Item: bought[i].ID, ID: l.ID, Name: l.Name, Group: l.GroupName, Quantity: l.Quantity})
	}
	p.Entry, err = journal.Newest(ctx, q, userID)
	return p, err
}

// groups returns a function that returns the group for a food.
func (r RestockRequest) groups(ctx context.Context, q *db.Queries, userID int64) (func(name string) string, error) {
	if r.Group != "" {
		return func(string) string { return r.Group }, nil
	}
	row, err := q.GetFoodSettings(ctx, userID)
	if err != nil {
		return nil, fmt.Errorf("load the foods: %w", err)
	}
	foods, err := catalog.Decode(row.Settings)
	if err != nil {
		return nil, err
	}
	lots, err := q.ListLotGroups(ctx, userID)
	if err != nil {
		return nil, fmt.Errorf("load the groups: %w", err)
	}
	known := make(map[string]string, len(lots))
	for _, l := range lots { // the newest last
		known[foods.Find(l.Name, "").Key] = l.GroupName
	}
	return func(name string) string {
		if group := known[foods.Find(name, "").Key]; group != "" {
			return group
		}
		return DefaultGroup
	}, nil
}
