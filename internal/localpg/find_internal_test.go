package localpg

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestFindPrograms uses its own folders instead of the system's.
func TestFindPrograms(t *testing.T) {
	t.Parallel()
	user, err := serverUser()
	require.NoError(t, err)

	t.Run("SaysWhatToInstall", func(t *testing.T) {
		t.Parallel()
		_, err := findPrograms(t.Context(), user, []string{t.TempDir(), "/nowhere"})
		require.ErrorIs(t, err, ErrNotInstalled)
		require.ErrorContains(t, err, "install")
		require.ErrorContains(t, err, "OCIPE_DATABASE_URL")
		require.NotContains(t, err.Error(), "\n")
	})

	t.Run("PrefersTheNewest", func(t *testing.T) {
		t.Parallel()
		dirs := []string{install(t, "9.6.24"), install(t, "14.13"), install(t, "18beta1"), install(t, "17.2 - Percona"), install(t, "13.9")}
		found, err := findPrograms(t.Context(), user, dirs)
		require.NoError(t, err)
		require.Equal(t, []programs{{dirs[2], 18}, {dirs[3], 17}, {dirs[1], 14}}, found)
	})

	t.Run("RejectsOldAndBrokenServers", func(t *testing.T) {
		t.Parallel()
		old, broken, half := install(t, "13.9"), install(t, "nonsense"), install(t, "15.1")
		require.NoError(t, os.Remove(filepath.Join(half, "initdb")))
		_, err := findPrograms(t.Context(), user, []string{old, broken, half})
		require.ErrorIs(t, err, ErrNotInstalled)
		require.ErrorContains(t, err, old+" is version 13")
		require.ErrorContains(t, err, "nonsense")
	})

	t.Run("FindsTheServerOfThisMachine", func(t *testing.T) {
		t.Parallel()
		found, err := findPrograms(t.Context(), user, programDirs())
		require.NoError(t, err)
		require.GreaterOrEqual(t, found[0].major, minMajor)
	})
}

// install creates a folder with programs that only print their version. Meanwhile no other test may start a process: it would inherit
// the open file, which can't be run until it is closed (golang.org/issue/22315).
func install(t *testing.T, version string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "localpg")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	require.NoError(t, os.Chmod(dir, 0o755))
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	for _, name := range []string{"postgres", "initdb"} {
		text := fmt.Sprintf("#!/bin/sh\necho '%s (PostgreSQL) %s'\n", name, version)
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o755))
	}
	return dir
}

func TestHowToInstallReadsTheDistribution(t *testing.T) {
	t.Parallel()
	release := []byte("NAME=x\nID=linuxmint\nID_LIKE=\"ubuntu debian\"\n")
	require.True(t, isLike(release, "debian"))
	require.False(t, isLike(release, "fedora", "linux"))
}
