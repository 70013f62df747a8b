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

// StockFilter selects recipes by the content of the fridge.
type StockFilter struct {
	Makeable   bool // selects recipes with at most MissingMax missing foods
	MissingMax int
	UseSoon    bool      // selects recipes with a food that expires within soonDays
	Today      time.Time // midnight in UTC
}

// selects reports whether the filter selects recipes by the content of the fridge.
func (f StockFilter) selects() bool { return f.Makeable || f.UseSoon }

// text identifies the selection in a cursor.
func (f StockFilter) text() string {
	if !f.selects() {
		return ""
	}
	return fmt.Sprint(f.Makeable, f.MissingMax, f.UseSoon)
}

// soonDays is the number of days after today within which a food counts as expiring soon.
const soonDays = 3

// stockSelection has the recipes that a [StockFilter] selects.
type stockSelection struct {
	kitchen *makeable.Kitchen
	keys    []key // with ranks; recipes with a higher rank come first
	version int64 // changes with everything that affects the selection
}

// recipeIngredients has the ingredients of a recipe.
type recipeIngredients struct {
	ID          int64
	AddedDate   time.Time
	Ingredients []byte
}

// selectByStock returns the recipes that stock selects. If it has no condition, the result has no recipes and no kitchen.
func (s *Service) selectByStock(ctx context.Context, userID int64, stock StockFilter) (*stockSelection, error) {
	if !stock.selects() {
		return &stockSelection{}, nil
	}
	row, err := postgres.ReadOne(ctx, s.DB, userID, "load the kitchen", func(q *db.Queries) (db.LoadKitchenRow, error) {
		return q.LoadKitchen(ctx, userID)
	})
	if err != nil {
		return nil, postgres.MapAccountError(err)
	}
	ingredients, version, err := postgres.List[recipeIngredients]{
		Name:  "list what the recipes need",
		Query: func(q *db.Queries) error { _, err := q.ListRecipeNeeds(ctx, userID); return err },
		Columns: func(n *recipeIngredients) postgres.Columns {
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
	selection := &stockSelection{
		kitchen: makeable.New(lots, stock.Today, soonDays, foods),
		version: hashVersions(row.Version, version, stock.Today.Unix()/int64((24*time.Hour).Seconds())),
	}
	return selection, selection.selectRecipes(ingredients, stock)
}

// versionWith returns the version of a list of these recipes. recipes is the version of all recipes.
func (s *stockSelection) versionWith(recipes int64) int64 {
	if s.kitchen == nil {
		return recipes
	}
	return hashVersions(s.version, recipes)
}

// selectRecipes selects recipes by their ingredients.
func (s *stockSelection) selectRecipes(ingredients []recipeIngredients, stock StockFilter) error {
	filter := makeable.Filter{MaxMissing: -1, ExpiringSoon: stock.UseSoon}
	if stock.Makeable {
		filter.MaxMissing = stock.MissingMax
	}
	for _, n := range ingredients {
		counts, ok, err := s.kitchen.Evaluate(n.Ingredients, filter)
		if err != nil {
			return fmt.Errorf("recipe %d: %w", n.ID, err)
		}
		if !ok {
			continue
		}
		rank := int64(-counts.Missing)
		if stock.UseSoon {
			rank += int64(counts.ExpiringSoon) << 32
		}
		s.keys = append(s.keys, key{Rank: rank, Micros: n.AddedDate.UnixMicro(), ID: n.ID})
	}
	return nil
}

// setParams sets the parameters to the selected recipes. If a page only depends on ranks and dates, it sets only the recipes of the page,
// so that the query needn't sort all of them.
func (s *stockSelection) setParams(params *db.ListRecipesParams, v listVariant) {
	if v.order == BestMatchFirst && !v.byIngredients && !v.byText && params.AtMost != nil {
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

// hashVersions returns a hash of several versions. Like a version, it is never negative.
func hashVersions(versions ...int64) int64 {
	sum := fnv.New64a()
	for _, v := range versions {
		_ = binary.Write(sum, binary.BigEndian, v) // a hash takes all bytes
	}
	return int64(sum.Sum64() & math.MaxInt64)
}
