package recipe

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/makeable"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Order is an order of recipes.
type Order string

// The orders. Recipes with the same date or name are ordered by id, in the same direction.
const (
	BestMatchFirst Order = "" // the default; without ingredients, search and stock, the same as NewestFirst
	NewestFirst    Order = "-added_date"
	OldestFirst    Order = "added_date"
	ByName         Order = "name" // by casefold.SortKey
	ByNameReversed Order = "-name"
)

// Query selects recipes.
type Query struct {
	Order       Order
	Ingredients []string    // selects recipes with at least one of these names; if all are blank: all recipes
	Search      string      // selects recipes whose texts have each of these words, see [casefold.Words]; empty: all recipes
	Stock       StockFilter // by the content of the fridge; without Makeable and UseSoon: all recipes
	Page        page.Request
}

// maxNames is the maximum number of different ingredients in a query.
const maxNames = 500

// Page is a page of recipes.
type Page struct {
	Recipes []Recipe
	Rest    *postgres.Rest[Recipe] // without a limit, the recipes that follow; it must be closed
	Bytes   int                    // the approximate memory that Recipes takes
	Next    string                 // the cursor of the next page; empty on the last one
	Version int64                  // of the list of all recipes; with [Query.Stock], also of the fridge and the day
	Kitchen *makeable.Kitchen      // only set with [Query.Stock]
}

// key is the key of the last row on a page, after which the next page begins. Each order uses some of the fields.
type key struct {
	Matches  int64  `json:"m,omitzero"`
	Accuracy int64  `json:"a,omitzero"`
	Micros   int64  `json:"t,omitzero"` // added_date, in microseconds since 1970
	Exact    int64  `json:"x,omitzero"`
	Rank     int64  `json:"r,omitzero"`
	Name     []byte `json:"n,omitzero"` // its sort key
	ID       int64  `json:"id"`
}

// List returns a page of the recipes. The page is shorter than the limit if the recipes are large. If known contains the version of the
// list, it returns only the version.
//
// It returns [apperr.InvalidInput] for more than 500 ingredients, or for a cursor that doesn't belong to this order and
// these filters, and the errors of [postgres.List.ReadPart].
func (s *Service) List(ctx context.Context, userID int64, query Query, known []int64) (Page, error) {
	names := distinctNames(query.Ingredients)
	if len(names) > maxNames {
		return Page{}, tooManyNames
	}
	phrase, words := casefold.Words(query.Search)
	variant := query.variant(len(names) > 0, phrase != "")
	params := db.ListRecipesParams{
		UserID: userID, Terms: []string{}, Words: words, Phrase: phrase, AtMost: query.Page.AtMost(),
	}
	list := strings.Join(append([]string{"recipes", string(variant.order), phrase, query.Stock.text()}, names...), "\x00")
	if err := setAfter(&params, query.Page, list); err != nil {
		return Page{}, err
	}
	selection, err := s.selectByStock(ctx, userID, query.Stock)
	if err != nil {
		return Page{}, err
	}
	if variant.byStock {
		selection.setParams(&params, variant)
		known = nil
	}
	read := func() (postgres.Part[Recipe], error) {
		defer func() { known = nil }() // readByFoods may call read twice; the first call has shown that these versions aren't current
		return s.readPart(ctx, userID, params, variant, known)
	}
	if variant.byIngredients {
		read = s.readByFoods(ctx, &params, names, read)
	}
	part, err := read()
	if err != nil {
		return Page{}, err
	}
	p := Page{Rest: part.Rest, Bytes: part.Bytes, Version: selection.versionWith(part.Version), Kitchen: selection.kitchen}
	var more bool
	if p.Recipes, more = page.Cut(query.Page, part.Items); more || part.Cut {
		p.Next, err = page.Cursor(list, keyOf(variant.order, p.Recipes[len(p.Recipes)-1]))
	}
	return p, err
}

var tooManyNames = apperr.Invalid(apperr.FieldError{
	Path: "ingredients", Code: "too_many", Detail: fmt.Sprintf("At most %d ingredient names are allowed.", maxNames),
})

// variant returns the variant of the query ListRecipes.
func (q Query) variant(filtered, searched bool) listVariant {
	v := listVariant{
		order: q.Order, byIngredients: filtered, byText: searched, isNextPage: q.Page.Cursor != "", byStock: q.Stock.selects(),
	}
	if v.order == BestMatchFirst && !filtered && !searched && !v.byStock {
		v.order = NewestFirst
	}
	return v
}

// readPart reads a page, or the first part of the whole list.
func (s *Service) readPart(ctx context.Context, userID int64, params db.ListRecipesParams, variant listVariant, known []int64) (postgres.Part[Recipe], error) {
	return postgres.List[Recipe]{
		Name:    "list the recipes",
		Query:   func(q *db.Queries) error { _, err := q.ListRecipes(ctx, params); return err },
		Columns: (*Recipe).columns,
		Version: versionOf,
		Variant: listVariants[variant],
		Heavy:   variant.byIngredients || variant.byText || variant.byStock,
	}.ReadPart(ctx, s.DB, userID, known, params.AtMost != nil)
}

func versionOf(v db.UserVersion) int64 { return v.Recipes }

// setAfter decodes the cursor and sets the parameters to its key.
func setAfter(params *db.ListRecipesParams, request page.Request, list string) error {
	var after key
	if err := page.DecodeCursor(request, list, &after); err != nil {
		return err
	}
	date, err := page.Time(after.Micros)
	if err != nil {
		return err
	}
	params.AfterMatches, params.AfterAccuracy, params.AfterExact, params.AfterRank = after.Matches, after.Accuracy, after.Exact, after.Rank
	params.AfterDate, params.AfterName, params.AfterID = date, after.Name, after.ID
	return nil
}

func keyOf(order Order, r Recipe) key {
	switch order {
	case ByName, ByNameReversed:
		return key{Name: casefold.SortKey(r.Name), ID: r.ID}
	case BestMatchFirst:
		return key{Rank: r.Rank, Matches: r.Matches, Accuracy: r.Accuracy, Exact: r.Exact, Micros: r.AddedDate.UnixMicro(), ID: r.ID}
	default:
		return key{Micros: r.AddedDate.UnixMicro(), ID: r.ID}
	}
}

// distinctNames returns the different names in the form in which names are compared, in sorted order. It leaves out blank names.
func distinctNames(names []string) []string {
	distinct := make([]string, 0, len(names))
	for _, name := range names {
		if folded := casefold.Name(name); folded != "" {
			distinct = append(distinct, folded)
		}
	}
	slices.Sort(distinct)
	return slices.Compact(distinct)
}
