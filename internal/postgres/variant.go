package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/gen/db"
)

// A Variant is a query of gen/db with other SQL in its marked places. A generated method runs the variant in place of its
// query; parameters and columns are the same.
type Variant struct {
	SQL   string
	query string
}

// NewVariant fills marked places of a query. Comments mark a place, around the SQL that sqlc sees:
//
//	order by /* BEGIN order */ id desc /* END */
//
// A place that isn't named keeps its SQL. NewVariant panics if the query has no place of a given name: variants are made
// when the program starts.
func NewVariant(query string, places map[string]string) Variant {
	sql := query
	for name, replacement := range places {
		before, rest, begun := strings.Cut(sql, "/* BEGIN "+name+" */")
		_, after, ended := strings.Cut(rest, "/* END */")
		if !begun || !ended {
			panic(fmt.Sprintf("the query has no place %q: %s", name, query))
		}
		sql = before + replacement + after
	}
	return Variant{SQL: sql, query: query}
}

func (v Variant) on(db db.DBTX) db.DBTX {
	if v.SQL == "" {
		return db
	}
	return variantDB{db, v}
}

// variantDB replaces the query of a variant by its SQL.
type variantDB struct {
	db.DBTX
	variant Variant
}

// Query runs a statement that returns rows.
func (d variantDB) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	if sql == d.variant.query {
		sql = d.variant.SQL
	}
	return d.DBTX.Query(ctx, sql, args...)
}
