package cli

import (
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestHelp(t *testing.T) {
	t.Parallel()
	for _, args := range []string{"", "help", "--help", "-h"} {
		out, _, err := command(t, "", args)
		require.NoError(t, err, args)
		require.Contains(t, out, "Usage: ocipe <command>")
		require.Contains(t, out, "Run the server.")
	}
	out, _, err := command(t, "", "help keys rotate")
	require.NoError(t, err)
	require.Contains(t, out, "Usage: ocipe keys rotate")
	for _, args := range []string{"--version", "-version", "-V", "serve --version"} {
		out, _, err := command(t, "", args)
		require.NoError(t, err, args)
		require.Regexp(t, `^ocipe \S+, API`, out)
	}
	for args, hint := range map[string]string{
		"bake":              "`ocipe --help`",
		"--port=80":         "`ocipe --help`",
		"serve --port=80":   "`ocipe serve --help`",
		"serve extra":       "`ocipe serve --help`",
		"keys":              "`ocipe keys --help`",
		"keys rotate --inn": "`ocipe keys rotate --help`",
		"user delete":       "`ocipe user delete --help`",
		"help bake":         "`ocipe --help`",
	} {
		_, _, err := command(t, "", args)
		require.ErrorContains(t, err, hint, args)
	}
}

func TestPublicURLFollowsTheAddress(t *testing.T) {
	t.Parallel()
	for addr, public := range map[string]string{
		"127.0.0.1:8080": "http://localhost:8080", ":9000": "http://localhost:9000", "0.0.0.0:9000": "http://localhost:9000",
		"[::]:9000": "http://localhost:9000", "[::1]:9000": "http://localhost:9000", "localhost:80": "http://localhost",
		"127.0.0.2:9000": "http://127.0.0.2:9000", "192.0.2.1:9000": "http://192.0.2.1:9000", "[2001:db8::1]:9000": "http://[2001:db8::1]:9000",
		"cook.local:9000": "http://cook.local:9000",
	} {
		s := settings{Addr: addr}
		s.deriveURLs()
		require.Equal(t, public, s.PublicURL.String(), addr)
		require.Equal(t, public, s.issuer.String(), addr)
	}
	given, err := url.Parse("https://cook.example.org")
	require.NoError(t, err)
	s := settings{Addr: "127.0.0.1:9000", PublicURL: given}
	s.deriveURLs()
	s.derivePublicURL("127.0.0.1:9000")
	require.Equal(t, given, s.PublicURL)
	require.Equal(t, given, s.issuer)
}

func TestAnAddressInUseIsReportedBeforeTheFirstStart(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close() //nolint:errcheck // nothing was sent
	dir := pgtest.DataDir(t)
	_, messages, err := command(t, "", "serve", "ADDR="+listener.Addr().String(), "DATA_DIR="+dir)
	require.ErrorContains(t, err, "OCIPE_ADDR: listen tcp "+listener.Addr().String())
	require.ErrorContains(t, err, "stop the program that listens there")
	require.NoDirExists(t, dir)
	require.NotContains(t, messages, "PostgreSQL")
}

func TestAnAddressOfAnotherMachineIsNotSaidToBeInUse(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"192.0.2.1:8080", "127.0.0.1:99999"} {
		_, _, err := command(t, "", "serve", "ADDR="+address, "DATA_DIR="+pgtest.DataDir(t))
		require.ErrorContains(t, err, "choose an address of this machine")
		require.NotContains(t, err.Error(), "stop the program")
	}
}

func TestAnUnavailableDatabaseIsOneLine(t *testing.T) {
	t.Parallel()
	for _, wait := range []string{"0s", "1s"} {
		_, messages, err := command(t, "", "serve", "ADDR=127.0.0.1:0", "DATABASE_WAIT="+wait, "DATABASE_URL=postgres://nobody:secret@127.0.0.1:1/none")
		require.ErrorContains(t, err, "OCIPE_DATABASE_URL: can't connect")
		require.NotContains(t, err.Error(), "\n")
		require.NotContains(t, err.Error()+messages, "secret")
		require.Equal(t, 1, strings.Count(err.Error(), "connection refused"), err)
		require.Equal(t, wait != "0s", strings.Contains(messages, "waiting for the database"))
	}
	_, messages, err := command(t, "", "serve", "ADDR=127.0.0.1:0", "DATABASE_URL="+strings.Replace(pgtest.New(t).URL, "/ocipe_", "/missing_", 1))
	require.ErrorContains(t, err, "does not exist")
	require.NotContains(t, messages, "waiting", "that doesn't pass by itself")
}

func TestAServerWithOtherKeysThanItsDatabaseDoesNotStart(t *testing.T) {
	t.Parallel()
	database, folder := "DATABASE_URL="+pgtest.New(t).URL, t.TempDir()
	file := func(name string) string { return filepath.Join(folder, name) }
	serveOnce := func(keys string) string {
		s := inProcess(t, database, "KEYS_FILE="+keys)
		require.NoError(t, s.stop())
		return s.logs.String()
	}
	refused := func(keys string) string {
		err := serve(t.Context(), newServerLog(), database, "KEYS_FILE="+keys)
		require.ErrorContains(t, err, "OCIPE_KEYS_FILE: ")
		require.ErrorContains(t, err, "--new-keys")
		return err.Error()
	}
	require.NotContains(t, serveOnce(file("keys.json")), "WARN")
	require.NotContains(t, serveOnce(file("keys.json")), "WARN")

	require.Contains(t, refused(file("kyes.json")), file("kyes.json")+" doesn't exist")
	require.NoFileExists(t, file("kyes.json"))
	require.NoError(t, inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+file("others.json")).stop())
	require.Contains(t, refused(file("others.json")), "has other keys than this database")

	require.NoError(t, os.Rename(file("keys.json"), file("moved.json")))
	require.NotContains(t, serveOnce(file("moved.json")), "WARN", "these are the same keys")

	newKeys := inProcessWith(t, []string{"serve", "--new-keys"}, database, "KEYS_FILE="+file("others.json"))
	require.NoError(t, newKeys.stop())
	require.NotContains(t, serveOnce(file("others.json")), "WARN", "they are the keys of the database from now on")
	require.Contains(t, refused(file("moved.json")), "has other keys than this database")
}

func TestAServerWhoseClockIsWrongDoesNotStart(t *testing.T) {
	t.Parallel()
	database := "DATABASE_URL=" + pgtest.New(t).URL
	for _, c := range []struct {
		ahead   time.Duration
		setting string
		says    string
	}{
		{10*time.Minute + 30*time.Second, "ACCESS_TTL=1h", "10m0s or more ahead of the database's"},
		{-2*time.Minute - 30*time.Second, "ACCESS_TTL=1h", "2m0s or more behind the database's"},
		{45 * time.Second, "ACCESS_TTL=30s", "at most 30s are allowed"},
	} {
		keys := filepath.Join(t.TempDir(), "keys.json")
		err := Run(t.Context(), Process{
			Args: []string{"serve"}, Environ: environment(database, "KEYS_FILE="+keys, "ADDR=127.0.0.1:0", c.setting),
			Stdout: io.Discard, Stderr: newServerLog(), Clock: func() time.Time { return time.Now().Add(c.ahead) }, Contract: openapiYAML(),
			load: apitest.LoadContract,
		})
		require.ErrorContains(t, err, c.says)
		require.NoFileExists(t, keys)
	}
}
