package cli

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// passphraseFile returns the setting for a file with a passphrase.
func passphraseFile(t *testing.T, passphrase string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "passphrase")
	require.NoError(t, os.WriteFile(path, []byte(passphrase+"\n"), 0o600))
	return "BACKUP_PASSPHRASE_FILE=" + path
}

func TestARestoredServerKeepsItsUsersLoggedIn(t *testing.T) {
	t.Parallel()
	from, to := "DATA_DIR="+pgtest.DataDir(t), "DATA_DIR="+pgtest.DataDir(t)
	passphrase := passphraseFile(t, "correct horse battery")
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	s := inProcess(t, from)
	idle, active := apitest.ClientOf(t, s.url), apitest.ClientOf(t, s.url)
	idle.Register(t, "idle")
	idle.Login(t, "idle")
	active.Register(t, "active")
	active.Login(t, "active")

	_, messages, err := command(t, "", "backup "+file+" --with-keys", from, passphrase)
	require.NoError(t, err)
	require.Contains(t, messages, "SHA-256")
	lost := apitest.ClientOf(t, s.url)
	lost.Register(t, "lost")
	lost.Login(t, "lost")
	for range 3 {
		active.Access = active.Refresh(t).Is(t, http.StatusOK).Access(t)
	}
	require.NoError(t, s.stop())
	out, _, err := command(t, "", "restore --check "+file)
	require.NoError(t, err)
	require.Contains(t, out, "is complete")
	_, messages, err = command(t, "", "restore --with-keys "+file, to, passphrase)
	require.NoError(t, err)
	require.Contains(t, messages, "2 sessions continue")

	s = inProcess(t, to)
	for _, c := range []*apitest.Client{idle, active, lost} {
		c.Base = s.url
		require.Equal(t, http.StatusUnauthorized, c.FridgeStatus(t), "access tokens from before the restore are rejected")
	}
	for _, c := range []*apitest.Client{idle, active} {
		c.Access = c.Refresh(t).Is(t, http.StatusOK).Access(t)
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
		c.Access = c.Refresh(t).Is(t, http.StatusOK).Access(t)
	}
	require.Equal(t, http.StatusUnauthorized, lost.Refresh(t).StatusCode)
	next := apitest.ClientOf(t, s.url)
	next.Register(t, "next")
	require.Equal(t, http.StatusUnauthorized, lost.FridgeStatus(t), "no account gets the number of the lost one")
}

func TestABackupNeverReplacesAFile(t *testing.T) {
	t.Parallel()
	url := "DATABASE_URL=" + pgtest.New(t).URL
	file := filepath.Join(t.TempDir(), "b.tar.zst")
	_, _, err := command(t, "", "backup "+file, url)
	require.NoError(t, err)
	before, err := os.ReadFile(file)
	require.NoError(t, err)
	_, _, err = command(t, "", "backup "+file, url)
	require.ErrorContains(t, err, "it is not replaced")
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	require.True(t, bytes.Equal(before, after))

	out, _, err := command(t, "", "backup -", url)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file+"2", []byte(out), 0o600))
	_, _, err = command(t, "", "restore --check "+file+"2")
	require.NoError(t, err)
}

// fullDisk is a writer like a file on a full disk.
type fullDisk struct{}

// Write returns an error.
func (fullDisk) Write([]byte) (int, error) {
	return 0, &fs.PathError{Op: "write", Path: "b.tar.zst", Err: syscall.ENOSPC}
}

func TestABackupTellsThatTheDiskIsFull(t *testing.T) {
	t.Parallel()
	var messages bytes.Buffer
	err := Run(t.Context(), Process{
		Args: []string{"backup", "-"}, Environ: environment("DATABASE_URL=" + pgtest.New(t).URL), Stdout: fullDisk{}, Stderr: &messages, Clock: time.Now,
	})
	require.ErrorContains(t, err, "no space left on device")
	require.ErrorContains(t, err, "no backup was written")
}

func TestARestoreIsRefused(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	url, keys := "DATABASE_URL="+database.URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, inProcess(t, url, keys).stop()) // creates the keys
	dir := t.TempDir()
	with, without := filepath.Join(dir, "with"), filepath.Join(dir, "without")
	right := passphraseFile(t, "correct horse battery")
	for _, c := range []struct{ args, message string }{
		{"backup " + with + " --with-keys", "there is no terminal"},
		{"restore", "name the backup"},
		{"restore " + with, "no such file"},
		{"restore --finish " + with, "takes no file"},
	} {
		_, _, err := command(t, "", c.args, url, keys)
		require.ErrorContains(t, err, c.message, c.args)
	}
	_, _, err := command(t, "", "backup --with-keys "+with, url, keys, passphraseFile(t, "short"))
	require.ErrorContains(t, err, "at least 12 characters")
	_, _, err = command(t, "", "backup --with-keys "+with, url, keys, right)
	require.NoError(t, err)
	_, _, err = command(t, "", "backup "+without, url, keys)
	require.NoError(t, err)

	data := pgtest.DataDir(t)
	for _, c := range []struct{ args, message, passphrase string }{
		{"restore --with-keys " + with, "the passphrase is wrong", passphraseFile(t, "wrong horse battery")},
		{"restore --with-keys " + without, "the backup has no keys", right},
	} {
		_, _, err := command(t, "", c.args, "DATA_DIR="+data, c.passphrase)
		require.ErrorContains(t, err, c.message)
		require.ErrorContains(t, err, "nothing was restored")
		require.NoDirExists(t, data, "not even a data folder")
	}
	_, _, err = command(t, "", "restore "+with, url, keys)
	require.ErrorContains(t, err, "Ocipe's schema (version ")
	require.ErrorContains(t, err, "--data-dir")
}

func TestAFailedRestoreLeavesNoKeys(t *testing.T) {
	t.Parallel()
	url, keys := "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, inProcess(t, url, keys).stop())
	file, right := filepath.Join(t.TempDir(), "b"), passphraseFile(t, "correct horse battery")
	_, _, err := command(t, "", "backup --with-keys "+file, url, keys, right)
	require.NoError(t, err)

	other := filepath.Join(t.TempDir(), "new", "keys.json")
	_, _, err = command(t, "", "restore --with-keys "+file, url, "KEYS_FILE="+other, right) // the database isn't empty
	require.Error(t, err)
	require.NoFileExists(t, other)
	require.NoError(t, os.MkdirAll(filepath.Dir(other), 0o700))
	require.NoError(t, os.WriteFile(other, []byte("others"), 0o600))
	_, _, err = command(t, "", "restore --with-keys "+file, url, "KEYS_FILE="+other, right)
	require.ErrorContains(t, err, "has other keys")
	text, err := os.ReadFile(other)
	require.NoError(t, err)
	require.Equal(t, "others", string(text))
}

func TestAServerMakesBackups(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "backups")
	inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"), "BACKUP_DIR="+dir,
		passphraseFile(t, "correct horse battery"))
	var made []string
	pgtest.Eventually(t, func() bool {
		var err error
		made, err = filepath.Glob(filepath.Join(dir, "ocipe-*Z.tar.zst"))
		return err == nil && len(made) == 1
	})
	out, _, err := command(t, "", "restore --check "+made[0])
	require.NoError(t, err)
	require.True(t, strings.Contains(out, "with keys"), out)
}

func TestFinishingARestore(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	url, keys := "DATABASE_URL="+database.URL, "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json")
	s := inProcess(t, url, keys)
	c := apitest.ClientOf(t, s.url)
	c.Register(t, "anna")
	c.Login(t, "anna")
	_, messages, err := command(t, "", "restore --finish", url)
	require.NoError(t, err)
	require.Contains(t, messages, "1 sessions continue")
	pgtest.Eventually(t, func() bool { return c.FridgeStatus(t) == http.StatusUnauthorized }, "a running server notices it")
	c.Access = c.Refresh(t).Is(t, http.StatusOK).Access(t)
	require.Equal(t, http.StatusOK, c.FridgeStatus(t))
}
