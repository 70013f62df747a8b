package recipe

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/catalog"
	"github.com/ocipe/ocipe/internal/makeable"
	"github.com/ocipe/ocipe/internal/planner"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Stock selects recipes by what is in the fridge.
type Stock struct {
	Makeable   bool // recipes of which at most MissingMax foods are missing
	MissingMax int
	UseSoon    bool      // recipes with a food that is to be used within soonDays
	Today      time.Time // midnight in UTC
}

// selects reports whether recipes are selected by what is in the fridge.
func (q Stock) selects() bool { return q.Makeable || q.UseSoon }

// text identifies the selection in a cursor.
func (q Stock) text() string {
	if !q.selects() {
		return ""
	}
	return fmt.Sprint(q.Makeable, q.MissingMax, q.UseSoon)
}

// soonDays is how many days ahead something is to be used soon.
const soonDays = 3

// stocked are the recipes that a [Stock] selects, with their ranks: higher ones come first.
type stocked struct {
	kitchen *makeable.Kitchen
	ids     []int64
	ranks   []int64
	version int64 // of all that they depend on
}

// need is what a recipe needs.
type need struct {
	ID          int64
	Ingredients []byte
}

// stocked selects recipes. Without a selection, the result has none, and no kitchen.
func (s *Service) stocked(ctx context.Context, userID int64, q Stock) (*stocked, error) {
	if !q.selects() {
		return &stocked{}, nil
	}
	row, err := postgres.ReadOne(ctx, s.DB, userID, "load the kitchen", func(q *db.Queries) (db.LoadKitchenRow, error) {
		return q.LoadKitchen(ctx, userID)
	})
	if err != nil {
		return nil, postgres.MapDeletedAccount(err)
	}
	needs, version, err := postgres.List[need]{
		Name:    "list what the recipes need",
		Query:   func(q *db.Queries) error { _, err := q.ListRecipeNeeds(ctx, userID); return err },
		Columns: func(n *need) postgres.Columns { return postgres.Columns{"id": &n.ID, "ingredients": &n.Ingredients} },
		Version: versionOf,
		Heavy:   true,
	}.Read(ctx, s.DB, userID, nil)
	if err != nil {
		return nil, err
	}
	foods, err := catalog.Decode(row.Settings)
	if err != nil {
		return nil, err
	}
	found := &stocked{
		kitchen: makeable.New(lotsOf(row), q.Today, soonDays, foods), ids: []int64{}, ranks: []int64{},
		version: combined(row.Version, version, q.Today.Unix()/int64((24*time.Hour).Seconds())),
	}
	return found, found.judge(needs, q)
}

// versionWith returns the version of a list of these recipes, from that of all recipes.
func (s *stocked) versionWith(recipes int64) int64 {
	if s.kitchen == nil {
		return recipes
	}
	return combined(s.version, recipes)
}

// judge selects from what all recipes need.
func (s *stocked) judge(needs []need, q Stock) error {
	wanted := makeable.Wanted{MostMissing: -1, Soon: q.UseSoon}
	if q.Makeable {
		wanted.MostMissing = q.MissingMax
	}
	for _, n := range needs {
		v, ok, err := s.kitchen.Judge(n.Ingredients, wanted)
		if err != nil {
			return fmt.Errorf("recipe %d: %w", n.ID, err)
		}
		if !ok {
			continue
		}
		rank := int64(-v.Missing)
		if q.UseSoon {
			rank += int64(v.Soon) << 32
		}
		s.ids, s.ranks = append(s.ids, n.ID), append(s.ranks, rank)
	}
	return nil
}

// combined returns a number that stands for several versions. It is positive, as versions are.
func combined(versions ...int64) int64 {
	sum := fnv.New64a()
	for _, v := range versions {
		_ = binary.Write(sum, binary.BigEndian, v) // a hash takes all bytes
	}
	return int64(sum.Sum64() & math.MaxInt64) //nolint:gosec // the mask keeps it in range
}

func lotsOf(row db.LoadKitchenRow) []planner.Lot {
	lots := make([]planner.Lot, 0, len(row.LotIds))
	for i, id := range row.LotIds {
		bestBefore, _ := time.Parse(time.DateOnly, row.LotBestBefore[i]) // the zero time for ""
		lots = append(lots, planner.Lot{
			ID: id, Name: row.LotNames[i], Quantity: row.LotQuantities[i], BestBefore: bestBefore, Staple: row.LotStaples[i],
		})
	}
	return lots
}
