package cli

import (
	"bytes"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// command runs one command and returns what it wrote to its standard output and standard error.
func command(t *testing.T, stdin, args string, settings ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, messages bytes.Buffer
	err = Run(t.Context(), Process{
		Args: strings.Fields(args), Environ: environment(settings...), Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &messages,
		Clock: time.Now, Contract: openapiYAML(), workFactor: cheapWorkFactor,
	})
	return out.String(), messages.String(), err
}

func TestUserCommands(t *testing.T) {
	t.Parallel()
	data := "DATA_DIR=" + pgtest.DataDir(t)
	s := inProcess(t, data) // the commands work while a server runs
	c := apitest.ClientOf(t, s.url)
	c.Register(t, "Grand-mère")
	c.Login(t, "grand-mère")

	out, _, err := command(t, "", "user list", data)
	require.NoError(t, err)
	require.Regexp(t, `(?m)^1 +Grand-mère +\d{4}-\d\d-\d\d +1$`, out)

	_, _, err = command(t, "short\n", "user reset-password GRAND-MÈRE --set", data)
	require.ErrorContains(t, err, "at least 8 characters")
	require.Equal(t, http.StatusOK, c.FridgeStatus(t), "nothing has changed")

	_, messages, err := command(t, "another good one\n", "user reset-password GRAND-MÈRE --set", data)
	require.NoError(t, err)
	require.Contains(t, messages, "1 sessions ended")
	require.NotContains(t, messages, "another good one")
	pgtest.Eventually(t, func() bool { return c.FridgeStatus(t) == http.StatusUnauthorized }, "the access token is rejected")
	require.Equal(t, http.StatusUnauthorized, c.Refresh(t).StatusCode)
	require.Equal(t, http.StatusOK, c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("grand-mère", "another good one")).StatusCode)

	out, _, err = command(t, "", "user reset-password grand-mère --generate", data)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("grand-mère", strings.TrimSpace(out))).StatusCode)

	out, messages, err = command(t, "", "user reset-password grand-mère", data)
	require.NoError(t, err)
	require.Contains(t, messages, "within an hour")
	c.Call(t, http.MethodPost, "/api/user/password/reset/", map[string]string{"username": "grand-mère", "code": out, "new_password": "a third good one"}).Is(t, http.StatusNoContent)
	c.Access = c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("grand-mère", "a third good one")).Is(t, http.StatusOK).Access(t)

	out, _, err = command(t, "", "user sessions grand-mère", data)
	require.NoError(t, err)
	require.Contains(t, out, c.SessionID(t))
	_, messages, err = command(t, "", "user sessions grand-mère --end", data)
	require.NoError(t, err)
	require.Contains(t, messages, "1 sessions of Grand-mère ended")
	pgtest.Eventually(t, func() bool { return c.FridgeStatus(t) == http.StatusUnauthorized }, "the access token is rejected")

	out, _, err = command(t, "", "user activity grand-mère --limit=4", data)
	require.NoError(t, err)
	require.Regexp(t, `(?s)^TIME.*sessions_ended.*logged_in +127\.0\.0\.1.*password_reset +127.*reset_code_created .*Operator`, out)

	for _, typed := range []string{"", "y\n", "grand-mère\n"} {
		_, _, err = command(t, typed, "user delete grand-mère", data)
		require.ErrorContains(t, err, "nothing was deleted")
	}
	_, messages, err = command(t, "Grand-mère\n", "user delete grand-mère", data)
	require.NoError(t, err)
	require.Contains(t, messages, "is deleted")
	_, _, err = command(t, "", "user delete grand-mère --yes", data)
	require.ErrorContains(t, err, "no such account")
	_, _, err = command(t, "", "user reset-password grand-mère --generate", data)
	require.ErrorContains(t, err, "no such account")
}

func TestDemoCommand(t *testing.T) {
	t.Parallel()
	dir := pgtest.DataDir(t)
	data := "DATA_DIR=" + dir
	out, _, err := command(t, "", "demo", data) // before any server has run
	require.ErrorContains(t, err, "no server has run with this data folder yet: there is no database in "+dir)
	require.ErrorContains(t, err, "--data-dir")
	require.Empty(t, out)
	require.NoDirExists(t, dir)
	require.NoError(t, inProcess(t, data).stop())

	out, messages, err := command(t, "", "demo", data)
	require.NoError(t, err)
	require.Contains(t, messages, "demo has 410 recipes")
	password := regexp.MustCompile(`(?m)^username: demo\npassword: (\S+)$`).FindStringSubmatch(out)
	require.NotNil(t, password, out)

	s := inProcess(t, data)
	c := apitest.ClientOf(t, s.url)
	c.Access = c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("demo", password[1])).Is(t, http.StatusOK).Access(t)
	require.Len(t, apitest.Decode[[]any](t, c.Call(t, http.MethodGet, "/api/recipes/", nil)), 410)
	require.Len(t, apitest.Decode[[]any](t, c.Call(t, http.MethodGet, "/api/grocery/list/", nil)), 3)

	out, _, err = command(t, "", "demo DEMO", data) // while a server runs
	require.ErrorContains(t, err, "demo: this account has recipes already")
	require.ErrorContains(t, err, "`ocipe user reset-password demo --generate`")
	require.Empty(t, out)
	_, _, err = command(t, "", "demo nobody", data)
	require.ErrorContains(t, err, "no such account")
	c.Register(t, "cook")
	out, messages, err = command(t, "", "demo cook", data)
	require.NoError(t, err)
	require.Contains(t, messages, "`ocipe user reset-password cook --generate`")
	require.Empty(t, out, "it has a password already")
}

func TestKeysCommands(t *testing.T) {
	t.Parallel()
	file := "KEYS_FILE=" + filepath.Join(t.TempDir(), "keys.json")
	_, _, err := command(t, "", "keys list", file)
	require.ErrorContains(t, err, "OCIPE_KEYS_FILE")
	s := inProcess(t, file, "DATABASE_URL="+pgtest.New(t).URL)
	c := apitest.ClientOf(t, s.url)

	_, _, err = command(t, "", "keys rotate --in=5s", file)
	require.ErrorContains(t, err, "at least 10s")
	out, _, err := command(t, "", "keys rotate", file)
	require.NoError(t, err)
	require.Contains(t, out, "signs")
	require.Contains(t, out, "announced")
	pgtest.Eventually(t, func() bool {
		return strings.Count(c.Do(t, http.MethodGet, "/.well-known/jwks.json", "").Text, `"kid"`) == 2
	}, "the server announces the new key")
	again, _, err := command(t, "", "keys list", file)
	require.NoError(t, err)
	require.Equal(t, out, again)
}

func TestMigrateAndVersion(t *testing.T) {
	t.Parallel()
	out, _, err := command(t, "", "migrate", "DATABASE_URL="+pgtest.New(t).URL)
	require.NoError(t, err)
	require.Contains(t, out, "up to date")
	out, _, err = command(t, "", "version")
	require.NoError(t, err)
	require.Regexp(t, `^ocipe \S+, API \d+\.\d+\.\d+, go1\.`, out)
}
