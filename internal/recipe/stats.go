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
func (s *Service) Stats(ctx context.Context, userID int64, known []int64) (stats Stats, version int64, err error) {
	type row struct {
		Count
		byMeatType bool
	}
	rows, version, err := postgres.List[row]{
		Name: "count the recipes", Query: db.CountRecipes, Args: []any{userID},
		Columns: func(to []any, r *row) []any { return append(to, &r.byMeatType, &r.Kind, &r.Total, &r.Active) },
		Of:      versionOf,
	}.Read(ctx, s.DB, userID, known)
	for _, r := range rows {
		if r.byMeatType {
			stats.MeatTypes = append(stats.MeatTypes, r.Count)
		} else {
			stats.Frequencies = append(stats.Frequencies, r.Count)
		}
	}
	return stats, version, err
}
