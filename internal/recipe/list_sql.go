package recipe

import (
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// orderSQL is an order and its inverse as a condition: the rows after the key of the last page. [BestMatchFirst] is the
// order that the query has for sqlc.
var orderSQL = map[Order]struct{ order, after string }{
	NewestFirst:    {"r.added_date desc, r.id desc", "(r.added_date, r.id) < (ask.after_date, ask.after_id)"},
	OldestFirst:    {"r.added_date, r.id", "(r.added_date, r.id) > (ask.after_date, ask.after_id)"},
	ByName:         {"r.name_folded, r.id", "(r.name_folded, r.id) > (ask.after_name, ask.after_id)"},
	ByNameReversed: {"r.name_folded desc, r.id desc", "(r.name_folded, r.id) < (ask.after_name, ask.after_id)"},
}

// listVariant selects a variant of the query ListRecipes. Each is a statement of its own, so that PostgreSQL plans it with the
// index that fits.
type listVariant struct {
	order      Order
	filtered   bool // by ingredients
	isNextPage bool // after the key of another page
}

// listVariants has every variant. BestMatchFirst without a filter is NewestFirst.
var listVariants = makeListVariants()

func makeListVariants() map[listVariant]postgres.Variant {
	variants := map[listVariant]postgres.Variant{}
	for _, order := range []Order{BestMatchFirst, NewestFirst, OldestFirst, ByName, ByNameReversed} {
		for _, filtered := range []bool{true, false} {
			for _, isNextPage := range []bool{true, false} {
				v := listVariant{order, filtered, isNextPage}
				if filtered || order != BestMatchFirst {
					variants[v] = postgres.NewVariant(db.ListRecipes, v.places())
				}
			}
		}
	}
	return variants
}

// ListStatements returns the SQL of every variant by a name, for tests of their plans.
func ListStatements() map[string]string {
	statements := map[string]string{}
	for v, variant := range listVariants {
		statements[fmt.Sprintf("order %q, filtered: %t, next page: %t", v.order, v.filtered, v.isNextPage)] = variant.SQL
	}
	return statements
}

func (v listVariant) places() map[string]string {
	places := map[string]string{}
	if sql, ok := orderSQL[v.order]; ok {
		places["order"], places["after"] = sql.order, sql.after
	}
	if !v.isNextPage {
		places["after"] = "true"
	}
	if !v.filtered {
		places["filter"], places["matches"] = "true", "0 as matches, -1 as accuracy"
	}
	return places
}
