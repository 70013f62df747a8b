package recipe

import (
	"bytes"
	"context"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/postgres"
)

// Stats has counts of recipes by kind. The kinds are in natural order ([casefold.SortKey]), and those with equal keys in the order of
// their bytes. Kinds without recipes are left out.
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

// Stats counts the user's recipes by meat type and by frequency. If known contains the version of the list of recipes, it returns only the
// version. It returns the errors of [postgres.List.Read].
func (s *Service) Stats(ctx context.Context, userID int64, known []int64) (Stats, error) {
	type row struct {
		Count
		byMeatType bool
	}
	rows, version, err := postgres.List[row]{
		Name:  "count the recipes",
		Query: func(q *db.Queries) error { _, err := q.CountRecipes(ctx, userID); return err },
		Columns: func(r *row) postgres.Columns {
			return postgres.Columns{"by_meat_type": &r.byMeatType, "label": &r.Kind, "total": &r.Total, "active": &r.Active}
		},
		Version: versionOf,
		Heavy:   true,
	}.Read(ctx, s.DB, userID, known)
	stats := Stats{Version: version}
	for _, r := range rows {
		if r.byMeatType {
			stats.MeatTypes = append(stats.MeatTypes, r.Count)
		} else {
			stats.Frequencies = append(stats.Frequencies, r.Count)
		}
	}
	keys := make(map[string][]byte, len(stats.MeatTypes)) // making a key takes longer than comparing keys
	for _, c := range stats.MeatTypes {
		keys[c.Kind] = casefold.SortKey(c.Kind)
	}
	slices.SortStableFunc(stats.MeatTypes, func(a, b Count) int { return bytes.Compare(keys[a.Kind], keys[b.Kind]) })
	return stats, err
}
