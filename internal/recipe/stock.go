package recipe

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math"
	"slices"
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
	keys    []key
	version int64 // of all that they depend on
}

// need is what a recipe needs.
type need struct {
	ID          int64
	AddedDate   time.Time
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
		Name:  "list what the recipes need",
		Query: func(q *db.Queries) error { _, err := q.ListRecipeNeeds(ctx, userID); return err },
		Columns: func(n *need) postgres.Columns {
			return postgres.Columns{"id": &n.ID, "added_date": &n.AddedDate, "ingredients": &n.Ingredients}
		},
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
	lots := planner.LotsOf(row.LotIds, row.LotNames, row.LotQuantities, row.LotBestBefore, row.LotStaples)
	found := &stocked{
		kitchen: makeable.New(lots, q.Today, soonDays, foods),
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
		s.keys = append(s.keys, key{Rank: rank, Micros: n.AddedDate.UnixMicro(), ID: n.ID})
	}
	return nil
}

// limit sets the parameters of the recipes. Of a page by ranks and dates alone it only keeps the recipes of the page, so that the
// query needn't sort all of them.
func (s *stocked) limit(params *db.ListRecipesParams, v listVariant) {
	if v.order == BestMatchFirst && !v.filtered && !v.searched && params.AtMost != nil {
		if v.isNextPage {
			after := key{Rank: params.AfterRank, Micros: params.AfterDate.UnixMicro(), ID: params.AfterID}
			s.keys = slices.DeleteFunc(s.keys, func(k key) bool { return k.compare(after) <= 0 })
		}
		slices.SortFunc(s.keys, key.compare)
		s.keys = s.keys[:min(int64(len(s.keys)), *params.AtMost)]
	}
	params.StockIds, params.StockRanks = make([]int64, len(s.keys)), make([]int64, len(s.keys))
	for i, k := range s.keys {
		params.StockIds[i], params.StockRanks[i] = k.ID, k.Rank
	}
}

// compare orders keys by rank, date and id, the highest first.
func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(other.Rank, k.Rank), cmp.Compare(other.Micros, k.Micros), cmp.Compare(other.ID, k.ID))
}

// combined returns a number that stands for several versions. It is positive, as versions are.
func combined(versions ...int64) int64 {
	sum := fnv.New64a()
	for _, v := range versions {
		_ = binary.Write(sum, binary.BigEndian, v) // a hash takes all bytes
	}
	return int64(sum.Sum64() & math.MaxInt64)
}
