package localpg_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestAttach(t *testing.T) {
	t.Parallel()

	t.Run("UsesTheRunningServersDatabase", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		v := startVictim(t, "", dir)
		v.committed(1)

		c, err := localpg.Attach(t.Context(), localpg.Config{Dir: dir})
		require.NoError(t, err)
		require.Equal(t, v.url, c.URL())
		require.Positive(t, query[int](t, c.URL(), "select count(*) from pages"))
		require.NoError(t, c.Stop())

		require.Equal(t, 1, query[int](t, v.url, "select 1"), "the server's database runs on")
	})

	t.Run("WaitsForAServerThatIsStarting", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
		next := startLater(t, cfg)
		waitForCreation(t, cfg.Dir)

		c, err := localpg.Attach(t.Context(), cfg)

		require.NoError(t, err)
		require.Equal(t, arrival(t, next).URL(), c.URL())
	})

	t.Run("StartsAndStopsWhenNoServerRuns", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
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
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := localpg.Attach(ctx, localpg.Config{Dir: dataFolder(t)})
		require.ErrorIs(t, err, context.Canceled)
	})
}
