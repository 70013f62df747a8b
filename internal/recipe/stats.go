package recipe

import (
	"context"
	"fmt"

	"github.com/ocipe/ocipe/gen/db"
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

// Stats counts the user's recipes by meat type and by frequency. What no recipe has isn't among them.
func (s *Service) Stats(ctx context.Context, userID int64) (Stats, error) {
	var stats Stats
	err := s.DB.Run(ctx, func(q *db.Queries) error {
		rows, err := q.CountRecipes(ctx, userID)
		if err != nil {
			return fmt.Errorf("count the recipes: %w", err)
		}
		stats = Stats{}
		for _, r := range rows {
			count := Count{Kind: r.Label, Total: r.Total, Active: r.Active}
			if r.ByMeatType {
				stats.MeatTypes = append(stats.MeatTypes, count)
			} else {
				stats.Frequencies = append(stats.Frequencies, count)
			}
		}
		return nil
	})
	return stats, err
}
