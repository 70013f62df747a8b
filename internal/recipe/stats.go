package recipe

import (
	"context"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Stats counts recipes by kind. The kinds are sorted by their bytes; a kind without recipes is missing.
type Stats struct {
	MeatTypes   []Count
	Frequencies []Count
	Version     int64 // of the list of all recipes
}

// Count is the number of recipes of one kind.
type Count struct {
	Kind   string
	Total  int64
	Active int64
}

// Stats counts the user's recipes by meat type and by frequency. If the version of the list of recipes is among known, it
// returns the version alone. It returns the errors of [postgres.List.Read].
func (s *Service) Stats(ctx context.Context, userID int64, known []int64) (Stats, error) {
	rows, version, err := postgres.List[db.CountRecipesRow]{
		Name:       "count the recipes",
		Rows:       func(q *db.Queries) ([]db.CountRecipesRow, error) { return q.CountRecipes(ctx, userID) },
		RowVersion: func(row db.CountRecipesRow) int64 { return row.ListVersion },
		Version:    versionOf,
	}.Read(ctx, s.DB, userID, known)
	stats := Stats{Version: version}
	for _, row := range rows {
		count := Count{Kind: row.Label, Total: row.Total, Active: row.Active}
		if row.ByMeatType {
			stats.MeatTypes = append(stats.MeatTypes, count)
		} else {
			stats.Frequencies = append(stats.Frequencies, count)
		}
	}
	return stats, err
}
