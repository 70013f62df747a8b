package localpg_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

func TestLocation(t *testing.T) {
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

		var log logBuffer
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

// TestPermissions breaks the owner or the mode of a file, as restoring a backup often does.
func TestPermissions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, path string
		mode       os.FileMode
		hint       string
	}{
		{"OthersMayReadTheCluster", "", 0o755, "chmod -R u=rwX,g=,o="},
		{"OthersMayWriteToTheCluster", "", 0o777, "0700"},
		{"TheGroupMayWriteToTheCluster", "", 0o770, "0700"},
		{"NobodyMayOpenTheCluster", "", 0o000, "0700"},
		{"AFolderCannotBeEntered", "base", 0o600, "0700"},
		{"AFileCannotBeWritten", "global/pg_control", 0o400, "0600"},
		{"AFileCannotBeRead", "global/pg_filenode.map", 0o000, "0600"},
		{"TheVersionCannotBeRead", "PG_VERSION", 0o000, "0600"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
			path := filepath.Join(cfg.Dir, "postgres", c.path)
			before, err := os.Stat(path)
			require.NoError(t, err)
			require.NoError(t, os.Chmod(path, c.mode))

			_, err = localpg.Start(t.Context(), cfg)

			require.NoError(t, os.Chmod(path, before.Mode().Perm()))
			require.ErrorContains(t, err, path)
			require.ErrorContains(t, err, c.hint)
			start(t, cfg)
		})
	}

	t.Run("TheGroupMayRead", func(t *testing.T) {
		t.Parallel()
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		require.NoError(t, os.Chmod(filepath.Join(cfg.Dir, "postgres"), 0o750))
		start(t, cfg)
	})

	t.Run("AFileBelongsToAnotherUser", func(t *testing.T) {
		t.Parallel()
		if os.Geteuid() != 0 {
			return // only root can change the owner of a file
		}
		cfg := localpg.Config{Dir: clusterFolder(t), Unsafe: true}
		cluster := filepath.Join(cfg.Dir, "postgres")
		info, err := os.Stat(cluster)
		require.NoError(t, err)
		owner := info.Sys().(*syscall.Stat_t)
		require.NoError(t, os.Chown(filepath.Join(cluster, "base"), 0, 0))
		require.NoError(t, os.Chown(filepath.Join(cluster, "postgresql.conf"), 0, int(owner.Gid))) // which is fine
		require.NoError(t, os.Chmod(filepath.Join(cluster, "postgresql.conf"), 0o640))
		_, err = localpg.Start(t.Context(), cfg)
		require.ErrorContains(t, err, filepath.Join(cluster, "base")+" belongs to the user with id 0")
		require.ErrorContains(t, err, "chown -R")
		require.NoError(t, os.Chown(cluster+"/base", int(owner.Uid), int(owner.Gid)))
		require.NoError(t, os.Chown(filepath.Join(cluster, "pg_hba.conf"), 0, 0))
		_, err = localpg.Start(t.Context(), cfg)
		require.ErrorContains(t, err, "pg_hba.conf belongs to the user with id 0 and has mode 0600")

		require.NoError(t, os.Chown(cluster, 0, 0))
		_, err = localpg.Start(t.Context(), cfg)
		require.ErrorContains(t, err, "chown -R")
	})
}
