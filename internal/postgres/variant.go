package postgres

import (
	"fmt"
	"strings"
)

// A Variant is a query of gen/db with other SQL in its marked places. Its parameters and columns are the same.
type Variant struct {
	SQL   string
	query string
}

// NewVariant replaces the SQL in marked places of a query. Comments mark a place, around the SQL that sqlc sees:
//
//	order by /* BEGIN order */ id desc /* END */
//
// Other places keep their SQL. NewVariant panics if the query doesn't have a place in places: variants are made when the program
// starts.
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

// apply returns the SQL to run for the SQL of a generated method.
func (v Variant) apply(sql string) string {
	if v.SQL != "" && sql == v.query {
		return v.SQL
	}
	return sql
}
