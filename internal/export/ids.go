package export

import (
	"context"
	"fmt"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
)

// ids maps the ids of a file to new ones, in the same order. It takes 16 bytes per id.
type ids struct {
	old   []int64 // sorted by sort
	fresh []int64
}

func (m *ids) add(id int64) { m.old = append(m.old, id) }

// sort sorts the ids, and reports whether they are unique.
func (m *ids) sort() (unique bool) {
	slices.Sort(m.old)
	for i := 1; i < len(m.old); i++ {
		if m.old[i] == m.old[i-1] {
			return false
		}
	}
	return true
}

// addMissing adds those of the ids that are missing, and returns them.
func (m *ids) addMissing(others []int64) (missing []int64) {
	for _, id := range others {
		if _, found := slices.BinarySearch(m.old, id); !found {
			missing = append(missing, id)
		}
	}
	m.old = append(m.old, missing...)
	slices.Sort(m.old)
	return missing
}

// allocate takes new ids of a table.
func (m *ids) allocate(ctx context.Context, q *db.Queries, table string) (err error) {
	if len(m.old) == 0 {
		return nil
	}
	if m.fresh, err = q.NewIDs(ctx, db.NewIDsParams{TableName: table, Count: int64(len(m.old))}); err != nil {
		return fmt.Errorf("allocate ids: %w", err)
	}
	return nil
}

// of returns the new id.
func (m *ids) of(old int64) int64 {
	i, _ := slices.BinarySearch(m.old, old)
	return m.fresh[i]
}
