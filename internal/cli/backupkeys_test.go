package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestABackupHasTheKeysOfTheServer backs up a server whose keys are in OCIPE_KEYS. A keys file that the server doesn't use is beside it.
func TestABackupHasTheKeysOfTheServer(t *testing.T) {
	t.Parallel()
	url, data := "DATABASE_URL="+pgtest.New(t).URL, t.TempDir()
	used, unused := filepath.Join(t.TempDir(), "keys.json"), filepath.Join(data, "keys.json")
	require.NoError(t, inProcess(t, url, "KEYS_FILE="+used).stop()) // creates the keys
	require.NoError(t, inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+unused).stop())
	text, err := os.ReadFile(used)
	require.NoError(t, err)
	passphrase, file := passphraseFile(t, "correct horse battery"), filepath.Join(t.TempDir(), "b.tar.zst")

	_, _, err = command(t, "", "backup --with-keys "+file, url, "DATA_DIR="+data, "KEYS="+string(text), passphrase)
	require.NoError(t, err)

	to, elsewhere := emptyDatabase(t), "DATA_DIR="+t.TempDir()
	restored := filepath.Join(t.TempDir(), "keys.json")
	_, _, err = command(t, "", "restore --with-keys "+file, to, elsewhere, "KEYS="+readFile(t, unused), passphrase)
	require.ErrorContains(t, err, "OCIPE_KEYS: it has other keys than the backup")
	_, _, err = command(t, "", "restore --with-keys "+file, to, "KEYS_FILE="+restored, passphrase)
	require.NoError(t, err)
	require.Equal(t, string(text), readFile(t, restored))

	_, messages, err := command(t, "", "restore --with-keys "+file, emptyDatabase(t), elsewhere, "KEYS="+string(text), passphrase)
	require.NoError(t, err)
	require.NotContains(t, messages, "Put the keys file")
	require.NoFileExists(t, filepath.Join(strings.TrimPrefix(elsewhere, "DATA_DIR="), "keys.json"), "the server reads OCIPE_KEYS")
	_, messages, err = command(t, "", "restore "+file, emptyDatabase(t), elsewhere, "KEYS="+string(text))
	require.NoError(t, err)
	require.NotContains(t, messages, "keys", "the server has its keys")
}

// emptyDatabase returns the setting for a database without a schema.
func emptyDatabase(t *testing.T) string {
	t.Helper()
	database := pgtest.New(t)
	database.Exec(t, `drop schema public cascade; create schema public`)
	return "DATABASE_URL=" + database.URL
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}

func TestAnErrorOfKeysInAVariableNamesTheVariable(t *testing.T) {
	t.Parallel()
	_, _, err := command(t, "", "keys list", "KEYS=secret")
	require.ErrorContains(t, err, "OCIPE_KEYS: ")
	require.ErrorContains(t, err, "the content of the server's keys file")
	require.NotContains(t, err.Error(), "move it away")

	file := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+file).stop())
	_, _, err = command(t, "", "keys rotate", "KEYS="+readFile(t, file))
	require.ErrorContains(t, err, "OCIPE_KEYS: ")
}

func TestAShortPassphraseNamesItsFile(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	for _, short := range []string{"short", "", "ÄÖÜäöü"} { // the last one has 12 bytes
		_, _, err := command(t, "", "backup --with-keys "+file, "DATABASE_URL="+pgtest.New(t).URL, passphraseFile(t, short))
		require.ErrorContains(t, err, "OCIPE_BACKUP_PASSPHRASE_FILE: ")
		require.ErrorContains(t, err, "at least 12 characters")
	}
}
