package backup

import (
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// limited returns an error after some bytes, like a full disk.
type limited struct{ left int }

// Write takes as many bytes as fit.
func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, &fs.PathError{Op: "write", Path: "backup", Err: syscall.ENOSPC}
	}
	return len(p), nil
}

func TestAFullDiskIsReported(t *testing.T) {
	t.Parallel()
	d := newFilled(t, newMigrated(t))
	size := len(d.write(t, Options{}))
	for _, left := range []int{0, 1, size / 2, size - 100} {
		_, err := Write(t.Context(), connect(t, d.Database).conn, &limited{left}, Options{})
		require.ErrorIs(t, err, syscall.ENOSPC, left)
	}

	path := filepath.Join(t.TempDir(), "b.tar.zst")
	err := Create(path, func(w io.Writer) error {
		_, err := Write(t.Context(), d.conn, &limited{size / 2}, Options{})
		return err
	})
	require.ErrorIs(t, err, syscall.ENOSPC)
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Empty(t, entries, "no file is left behind")
}

func TestAFileIsNeverReplaced(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "b")
	require.NoError(t, CreateFile(path, []byte("first")))
	require.ErrorIs(t, CreateFile(path, []byte("second")), fs.ErrExist)
	other := filepath.Join(filepath.Dir(path), "c")
	err := Create(other, func(w io.Writer) error { return os.WriteFile(other, []byte("meanwhile"), 0o600) })
	require.ErrorIs(t, err, fs.ErrExist)
	for path, want := range map[string]string{path: "first", other: "meanwhile"} {
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, want, string(got))
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	require.NoError(t, err)
	require.Len(t, entries, 2)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, fs.FileMode(0o600), info.Mode().Perm())
}
