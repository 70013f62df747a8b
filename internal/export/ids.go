package export

import (
	"context"
	"fmt"
	"slices"

	"github.com/ocipe/ocipe/gen/db"
)

// ids maps the ids of a file to new ones, in the same order. It takes 16 bytes per id.
type ids struct {
	oldIDs []int64 // sorted by sort
	newIDs []int64
}

func (m *ids) add(id int64) { m.oldIDs = append(m.oldIDs, id) }

// sort sorts the ids, and reports whether they are unique.
func (m *ids) sort() (unique bool) {
	slices.Sort(m.oldIDs)
	for i := 1; i < len(m.oldIDs); i++ {
		if m.oldIDs[i] == m.oldIDs[i-1] {
			return false
		}
	}
	return true
}

// addMissing adds those of the ids that are missing, and returns them.
func (m *ids) addMissing(others []int64) (missing []int64) {
	for _, id := range others {
		if _, found := slices.BinarySearch(m.oldIDs, id); !found {
			missing = append(missing, id)
		}
	}
	m.oldIDs = append(m.oldIDs, missing...)
	slices.Sort(m.oldIDs)
	return missing
}

// allocate takes new ids of a table.
func (m *ids) allocate(ctx context.Context, q *db.Queries, table string) (err error) {
	if len(m.oldIDs) == 0 {
		return nil
	}
	if m.newIDs, err = q.NewIDs(ctx, db.NewIDsParams{TableName: table, Count: int64(len(m.oldIDs))}); err != nil {
		return fmt.Errorf("allocate ids: %w", err)
	}
	return nil
}

// newID returns the new id.
func (m *ids) newID(old int64) int64 {
	i, _ := slices.BinarySearch(m.oldIDs, old)
	return m.newIDs[i]
}
