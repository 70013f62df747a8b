package recipe

import (
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// orderSQL has the SQL for each order, and the condition for the rows after the key of the last page. [BestMatchFirst] isn't in it,
// because it is the order in the query itself, as sqlc compiles it.
var orderSQL = map[Order]struct{ order, after string }{
	NewestFirst:    {"r.added_date desc, r.id desc", "(r.added_date, r.id) < (ask.after_date, ask.after_id)"},
	OldestFirst:    {"r.added_date, r.id", "(r.added_date, r.id) > (ask.after_date, ask.after_id)"},
	ByName:         {"r.name_key, r.id", "(r.name_key, r.id) > (ask.after_name, ask.after_id)"},
	ByNameReversed: {"r.name_key desc, r.id desc", "(r.name_key, r.id) < (ask.after_name, ask.after_id)"},
}

// listVariant identifies a variant of the query ListRecipes. Each variant is a separate statement, so that PostgreSQL can plan it with
// the best index.
type listVariant struct {
	order         Order
	byIngredients bool
	byText        bool
	byStock       bool // by the content of the fridge
	isNextPage    bool // after the key of another page
}

// listVariants has all variants. There is none for BestMatchFirst without a filter, which is the same as NewestFirst.
var listVariants = makeListVariants()

func makeListVariants() map[listVariant]postgres.Variant {
	variants := map[listVariant]postgres.Variant{}
	for _, order := range []Order{BestMatchFirst, NewestFirst, OldestFirst, ByName, ByNameReversed} {
		for bits := range 16 {
			v := listVariant{order: order, byIngredients: bits&1 > 0, byText: bits&2 > 0, isNextPage: bits&4 > 0, byStock: bits&8 > 0}
			if v.byIngredients || v.byText || v.byStock || order != BestMatchFirst {
				variants[v] = postgres.NewVariant(db.ListRecipes, v.places())
			}
		}
	}
	return variants
}

// ListStatements maps names to the SQL of all variants. Tests check their query plans.
func ListStatements() map[string]string {
	statements := map[string]string{}
	for v, variant := range listVariants {
		name := fmt.Sprintf("order %q, filtered: %t, searched: %t, next page: %t", v.order, v.byIngredients, v.byText, v.isNextPage)
		if v.byStock {
			name += ", stocked"
		}
		statements[name] = variant.SQL
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
	if !v.byStock {
		places["stock"], places["stocked"] = "0 as id, 0 as rank", "true"
	}
	if !v.byIngredients {
		places["filter"], places["matches"] = "true", "0 as matches, -1 as accuracy"
	}
	if !v.byText {
		places["search"], places["texts"] = "true", "'' as folded"
	}
	if !v.byText || v.order != BestMatchFirst {
		places["exact"] = "0"
	}
	return places
}
