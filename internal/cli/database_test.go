package cli

import (
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestAStartWaitsForADatabaseThatFailsMeanwhile lets the first statements of a start fail after the server has connected.
func TestAStartWaitsForADatabaseThatFailsMeanwhile(t *testing.T) {
	t.Parallel()
	d, keys := pgtest.New(t), "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, inProcess(t, "DATABASE_URL="+d.URL, keys).stop())
	tx, err := d.Pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(context.Background()) //nolint:errcheck // unlocks the table
	_, err = tx.Exec(t.Context(), "lock table ended_sessions in access exclusive mode")
	require.NoError(t, err)

	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	logs, ended := newServerLog(), make(chan error, 1)
	go func() { ended <- serve(ctx, logs, "DATABASE_URL="+d.URL, "DATABASE_WAIT=1h", keys) }()
	pgtest.Eventually(t, func() bool {
		require.Empty(t, ended, "the server has ended")
		return strings.Contains(logs.String(), "waiting for the database")
	})
	require.NoError(t, tx.Rollback(t.Context()))

	select {
	case <-logs.address:
	case err := <-ended:
		require.FailNow(t, "the server ended", err)
	case <-beforeDeadline(t):
		require.FailNow(t, "the server doesn't start", logs.String())
	}
	stop()
	require.NoError(t, <-ended)
}
