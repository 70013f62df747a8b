package recipe

import (
	"context"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Stats counts recipes by kind, each kind in alphabetical order by bytes.
type Stats struct {
	MeatTypes   []Count
	Frequencies []Count
}

// Count is how many recipes of one kind there are.
type Count struct {
	Kind   string
	Total  int64
	Active int64
}

// Stats counts the user's recipes by meat type and by frequency, and returns the version of all recipes. What no recipe
// has isn't among the counts. It fails as [postgres.List.Read] does.
func (s *Service) Stats(ctx context.Context, userID int64, unless postgres.Unless) (stats Stats, version int64, err error) {
	rows, version, err := postgres.List[db.CountRecipesRow]{
		Name: "count the recipes",
		Query: func(ctx context.Context, q *db.Queries) ([]db.CountRecipesRow, error) {
			return q.CountRecipes(ctx, userID)
		},
		Version: func(r db.CountRecipesRow) int64 { return r.Collection },
		Of:      versionOf,
	}.Read(ctx, s.DB, userID, unless)
	for _, r := range rows {
		count := Count{Kind: r.Label, Total: r.Total, Active: r.Active}
		if r.ByMeatType {
			stats.MeatTypes = append(stats.MeatTypes, count)
		} else {
			stats.Frequencies = append(stats.Frequencies, count)
		}
	}
	return stats, version, err
}
