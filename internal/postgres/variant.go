package postgres

import (
	"fmt"
	"strings"
)

// A Variant is a query of gen/db with other SQL in its marked places. Parameters and columns are the
// same.
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

// of returns the SQL to run for the SQL of a generated method.
func (v Variant) of(sql string) string {
	if v.SQL != "" && sql == v.query {
		return v.SQL
	}
	return sql
}
