package localpg_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/localpg"
)

// TestPermissions spoils the owner or the mode of a file, as restoring a backup often does.
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
			cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
			require.NoError(t, start(t, cfg).Stop())
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
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
		require.NoError(t, start(t, cfg).Stop())
		require.NoError(t, os.Chmod(filepath.Join(cfg.Dir, "postgres"), 0o750))
		start(t, cfg)
	})

	t.Run("AFileBelongsToAnotherUser", func(t *testing.T) {
		t.Parallel()
		if os.Geteuid() != 0 {
			return // only root can give files away
		}
		cfg := localpg.Config{Dir: dataFolder(t), Unsafe: true}
		require.NoError(t, start(t, cfg).Stop())
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
