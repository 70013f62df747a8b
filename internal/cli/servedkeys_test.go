package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestAnotherKeysFileIsNoticed(t *testing.T) {
	t.Parallel()
	dir, folder := pgtest.DataDir(t), t.TempDir()
	data, file := "DATA_DIR="+dir, func(name string) string { return filepath.Join(folder, name) }
	serveOnce := func(keys string) string {
		s := inProcess(t, data, "KEYS_FILE="+keys)
		require.NoError(t, s.stop())
		return s.logs.String()
	}
	require.NotContains(t, serveOnce(file("keys.json")), "WARN")
	require.NotContains(t, serveOnce(file("keys.json")), "WARN")

	err := serve(t.Context(), newWatched(), data, "KEYS_FILE="+file("kyes.json"))
	require.ErrorContains(t, err, "OCIPE_KEYS_FILE: "+file("kyes.json"))
	require.ErrorContains(t, err, "last served with "+file("keys.json"))
	require.NoFileExists(t, file("kyes.json"))

	require.NoError(t, os.Rename(file("keys.json"), file("moved.json")))
	require.NotContains(t, serveOnce(file("moved.json")), "WARN", "these are the same keys")

	require.NoError(t, os.Rename(file("moved.json"), file("lost.json")))
	require.Contains(t, serveOnce(file("moved.json")), "is missing")
	require.Contains(t, serveOnce(file("lost.json")), "names other keys than at the last start")
	require.NotContains(t, serveOnce(file("lost.json")), "WARN")
}
