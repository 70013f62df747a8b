package recipe

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Order is an order of recipes.
type Order string

// The orders. Recipes of one date or name come in the order of their ids, or the reverse of it.
const (
	BestMatchFirst Order = "" // the default with ingredients; without, it is NewestFirst
	NewestFirst    Order = "-added_date"
	OldestFirst    Order = "added_date"
	ByName         Order = "name" // without regard to case
	ByNameReversed Order = "-name"
)

// Query says which recipes to list.
type Query struct {
	Order       Order
	Ingredients string // names, separated by commas, of which a recipe must need one; none: no matter
	Search      string // what a recipe's texts must hold, without regard to case; empty: no matter
	Page        page.Request
}

// key is where a page begins: each order uses a part of it.
type key struct {
	Matches  int64  `json:"m,omitzero"`
	Accuracy int64  `json:"a,omitzero"`
	Micros   int64  `json:"t,omitzero"` // added_date, in microseconds since 1970
	Name     string `json:"n,omitzero"` // folded
	ID       int64  `json:"id"`
}

// List returns the recipes, the cursor of the next page, which is empty if this is the last one, and the version of all
// recipes.
//
// It fails with [apperr.InvalidInput] for more than 500 ingredients, or a cursor that isn't of this order and these
// filters, and as [postgres.List.Read] does.
func (s *Service) List(ctx context.Context, userID int64, query Query, known []int64) (recipes []Recipe, next string, version int64, err error) {
	wanted, needle := wantedOf(query.Ingredients), casefold.Text(query.Search)
	if len(wanted) > maxNames {
		return nil, "", 0, apperr.Invalid(apperr.FieldError{
			Path: "ingredients", Code: "too_many", Detail: fmt.Sprintf("At most %d ingredient names are allowed.", maxNames),
		})
	}
	order := query.Order
	if order == BestMatchFirst && len(wanted) == 0 {
		order = NewestFirst
	}
	list := strings.Join(append([]string{"recipes", string(order), needle}, wanted...), "\x00")
	var after key
	if err := page.After(query.Page, list, &after); err != nil {
		return nil, "", 0, err
	}
	date, err := page.Time(after.Micros)
	if err != nil || strings.ContainsRune(after.Name, 0) { // which no name has, and PostgreSQL doesn't take
		return nil, "", 0, page.Refused()
	}
	recipes, version, err = listOf(order, filter{userID: userID, terms: termsOf(userID, wanted), needle: needle, page: query.Page}, after, date).
		Read(ctx, s.DB, userID, known)
	if err != nil {
		return nil, "", version, err
	}
	recipes, more := page.Cut(query.Page, recipes)
	for i := range recipes {
		recipes[i].Accuracy = accuracy(recipes[i], len(wanted) > 0)
	}
	if more {
		next, err = page.Cursor(list, keyOf(order, recipes[len(recipes)-1]))
	}
	return recipes, next, version, err
}

func versionOf(c db.Collection) int64 { return c.Recipes }

type filter struct {
	userID int64
	terms  []string // of the ingredients that were asked for
	needle string
	page   page.Request
}

// lastName is beyond every name: folded, a name has at most three times its 100 characters.
var lastName = strings.Repeat("\U0010FFFF", 301)

func listOf(order Order, f filter, after key, date time.Time) postgres.List[Recipe] {
	first := f.page.Cursor == ""
	l := postgres.List[Recipe]{
		Name: "list the recipes", Of: versionOf,
		Columns: func(to []any, r *Recipe) []any {
			return append(to, &r.ID, &r.Name, &r.MeatType, &r.Longevity, &r.Frequency, &r.State, &r.Note, &r.Ingredients,
				&r.AddedDate, &r.DifferentNames, &r.Matches)
		},
	}
	switch order {
	case OldestFirst:
		if first {
			date = page.BeginningOfTime
		}
		l.Query, l.Args = db.ListRecipesOldestFirst, []any{f.userID, f.terms, date, after.ID, f.needle, f.page.AtMost()}
	case ByName:
		l.Query, l.Args = db.ListRecipesByName, []any{f.userID, f.terms, after.Name, after.ID, f.needle, f.page.AtMost()}
	case ByNameReversed:
		if first {
			after.Name = lastName
		}
		l.Query, l.Args = db.ListRecipesByNameDescending, []any{f.userID, f.terms, after.Name, after.ID, f.needle, f.page.AtMost()}
	case BestMatchFirst:
		l.Query = db.ListRecipesBestMatchFirst
		l.Args = []any{f.userID, f.terms, first, after.Matches, after.Accuracy, date, after.ID, f.needle, f.page.AtMost()}
	default: // NewestFirst
		if first {
			date = page.EndOfTime
		}
		l.Query, l.Args = db.ListRecipesNewestFirst, []any{f.userID, f.terms, date, after.ID, f.needle, f.page.AtMost()}
	}
	return l
}

func keyOf(order Order, r Recipe) key {
	switch order {
	case ByName, ByNameReversed:
		return key{Name: casefold.Text(r.Name), ID: r.ID}
	case BestMatchFirst:
		return key{Matches: r.Matches, Accuracy: r.Accuracy, Micros: r.AddedDate.UnixMicro(), ID: r.ID}
	default:
		return key{Micros: r.AddedDate.UnixMicro(), ID: r.ID}
	}
}

// accuracy is what ListRecipesBestMatchFirst sorts by. A recipe that matches has an ingredient.
func accuracy(r Recipe, asked bool) int64 {
	if !asked {
		return -1
	}
	return 100 * r.Matches / r.DifferentNames
}

// maxNames is how many different ingredients can be asked for at once.
const maxNames = 500

// wantedOf takes names apart as they are compared: trimmed, in lower case, each once, in a fixed order.
func wantedOf(names string) []string {
	var wanted []string
	for name := range strings.SplitSeq(names, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			wanted = append(wanted, name)
		}
	}
	slices.Sort(wanted)
	return slices.Compact(wanted)
}
