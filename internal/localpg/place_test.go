package localpg_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestPlace(t *testing.T) {
	t.Parallel()

	t.Run("KeepsTheModeOfAnExistingFolder", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.Chmod(dir, 0o751))
		before, err := os.Stat(dir)
		require.NoError(t, err)

		start(t, localpg.Config{Dir: dir, Unsafe: true})

		after, err := os.Stat(dir)
		require.NoError(t, err)
		require.Equal(t, before.Mode(), after.Mode())
		cluster, err := os.Stat(filepath.Join(dir, "postgres"))
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o700), cluster.Mode().Perm())
	})

	t.Run("UsesAnotherFolderIfPostgreSQLCannotReachTheFirst", func(t *testing.T) {
		t.Parallel()
		dir := dataFolder(t)
		require.NoError(t, os.Mkdir(dir, 0o700))
		if os.Geteuid() != 0 {
			require.NoError(t, os.Chmod(dir, 0o600))
			_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
			require.ErrorIs(t, err, fs.ErrPermission)
			return
		}

		var log journal
		cfg := localpg.Config{Dir: dir, Log: log.logger(), Unsafe: true}
		c := start(t, cfg)
		outside := socketFolder(t, c.URL())
		t.Cleanup(func() {
			require.NoError(t, c.Stop())
			require.NoError(t, os.RemoveAll(filepath.Dir(outside)))
			_ = os.Remove("/var/lib/ocipe") // unless it has other content
		})

		require.True(t, strings.HasPrefix(outside, "/var/lib/ocipe/"), outside)
		require.Contains(t, log.String(), outside)
		require.FileExists(t, filepath.Join(dir, "ocipe.lock"))
		_, err := localpg.Start(t.Context(), cfg)
		require.ErrorIs(t, err, localpg.ErrInUse)
		attached, err := localpg.Attach(t.Context(), cfg)
		require.NoError(t, err)
		require.Equal(t, c.URL(), attached.URL())

		exec1(t, c.URL(), "create table pages as select 'soup' as title")
		require.NoError(t, c.Stop())
		require.NoError(t, os.Chmod(dir, 0o755))
		again := start(t, cfg)
		require.Equal(t, "soup", query[string](t, again.URL(), "select title from pages"), "the cluster is used where it is")
		require.NoError(t, again.Stop())
	})

	t.Run("PutsTheSocketElsewhereIfThePathIsTooLong", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: dataFolder(t) + strings.Repeat("x", 100), Unsafe: true}
		c := start(t, cfg)
		short := socketFolder(t, c.URL())
		info, err := os.Stat(short)
		require.NoError(t, err)
		require.Equal(t, fs.FileMode(0o700), info.Mode().Perm())
		require.Equal(t, 1, query[int](t, c.URL(), "select 1"))
		attached, err := localpg.Attach(t.Context(), cfg)
		require.NoError(t, err)
		require.Equal(t, c.URL(), attached.URL())
		require.NoError(t, c.Stop())
		require.NoDirExists(t, short)

		// Another user was there first.
		trap := filepath.Dir(cfg.Dir)
		for _, plant := range []func() error{
			func() error { return os.Symlink(trap, short) },
			func() error { return os.WriteFile(short, nil, 0o700) },
			func() error { return os.Mkdir(short, 0o750) },
		} {
			require.NoError(t, plant())
			_, err = localpg.Start(t.Context(), cfg)
			require.NoError(t, os.Remove(short))
			require.ErrorContains(t, err, short)
			require.ErrorContains(t, err, "shorter path")
		}
	})

	t.Run("RejectsAFolderThatIsNotACluster", func(t *testing.T) {
		t.Parallel()
		cluster := filepath.Join(dataFolder(t), "postgres")
		require.NoError(t, os.MkdirAll(cluster, 0o755))
		if os.Geteuid() == 0 {
			require.NoError(t, os.Chown(cluster, 65534, 65534))
		}
		_, err := localpg.Start(t.Context(), localpg.Config{Dir: filepath.Dir(cluster)})
		require.ErrorContains(t, err, "not a PostgreSQL cluster")
	})
}
