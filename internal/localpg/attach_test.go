package localpg_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/gofrs/flock"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestAttach(t *testing.T) {
	t.Parallel()

	t.Run("UsesTheRunningServersDatabase", func(t *testing.T) {
		t.Parallel()
		dir := clusterFolder(t)
		v := startServerProcess(t, "", dir)
		v.waitForRows(1)

		c, err := localpg.Attach(t.Context(), localpg.Config{Dir: dir, AttachWait: time.Hour})
		require.NoError(t, err)
		require.Equal(t, v.url, c.URL())
		require.Positive(t, query[int](t, c.URL(), "select count(*) from pages"))
		require.NoError(t, c.Stop())

		require.Equal(t, 1, query[int](t, v.url, "select 1"), "the server's database runs on")
	})

	t.Run("WaitsForAServerThatIsStarting", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true, AttachWait: time.Hour}
		next := startAsync(t, func() (*localpg.Cluster, error) { return localpg.Start(context.WithoutCancel(t.Context()), cfg) })
		waitForCreation(t, cfg.Dir)

		c, err := localpg.Attach(t.Context(), cfg)

		require.NoError(t, err)
		require.Equal(t, next.wait(t).URL(), c.URL())
	})

	t.Run("GivesUpIfTheServerTakesTooLong", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true, AttachWait: time.Nanosecond}
		require.NoError(t, os.MkdirAll(cfg.Dir, 0o755))
		lock := flock.New(filepath.Join(cfg.Dir, "ocipe.lock")) // like a server that never becomes ready
		require.NoError(t, lock.Lock())
		defer lock.Unlock() //nolint:errcheck // the test is over

		_, err := localpg.Attach(t.Context(), cfg)

		require.ErrorIs(t, err, localpg.ErrInUse)
		require.ErrorContains(t, err, "isn't ready")
	})

	t.Run("StartsAndStopsWhenNoServerRuns", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		c, err := localpg.Attach(t.Context(), cfg)
		require.NoError(t, err)
		require.Equal(t, 1, query[int](t, c.URL(), "select 1"))

		require.NoError(t, c.Stop())

		_, err = pgx.Connect(t.Context(), c.URL())
		require.Error(t, err)
		start(t, cfg)
	})

	t.Run("EndsWhenCanceled", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := localpg.Attach(ctx, cfg)
		require.ErrorIs(t, err, context.Canceled)
	})

	t.Run("CreatesNothing", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		_, err := localpg.Attach(t.Context(), localpg.Config{Dir: dir})
		require.ErrorIs(t, err, localpg.ErrNoCluster)
		require.ErrorContains(t, err, dir)
		require.NoDirExists(t, dir)

		require.NoError(t, os.Mkdir(dir, 0o755))
		_, err = localpg.Attach(t.Context(), localpg.Config{Dir: dir})
		require.ErrorIs(t, err, localpg.ErrNoCluster)
		left, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, left)

		require.NoError(t, os.WriteFile(filepath.Join(dir, "ocipe.lock"), nil, 0o600)) // of a first start that failed
		_, err = localpg.Attach(t.Context(), localpg.Config{Dir: dir})
		require.ErrorIs(t, err, localpg.ErrNoCluster)
	})
}
