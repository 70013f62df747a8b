package pgtest

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
)

func TestMain(m *testing.M) { os.Exit(Main(m)) }

// TestTheRecorderIgnoresNewConnections opens connections during the recorded call, as a pool does when the others are busy.
func TestTheRecorderIgnoresNewConnections(t *testing.T) {
	t.Parallel()
	recorder, recorded := New(t).Recorded(t, func(string) bool { return false })
	statements := recorder.Statements(func() {
		for range 2 {
			require.NoError(t, recorded.Open(t).Run(t.Context(), func(q *db.Queries) error {
				_, err := q.Now(t.Context())
				return err
			}))
		}
	})
	require.Equal(t, []string{"Now", "Now"}, statements)
}
