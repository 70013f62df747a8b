package cli

import (
	"bytes"
	"net/http"
	"os"
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
		Clock: time.Now, Contract: openapiYAML(),
	})
	return out.String(), messages.String(), err
}

func TestSettings(t *testing.T) {
	t.Parallel()
	for hint, all := range map[string][]string{ // parts of the error, by setting
		"HOST:PORT":                      {"ADDR=8080"},
		"https://":                       {"PUBLIC_URL=cook.example.org", "PUBLIC_URL=ftp://cook.example.org"},
		"https://home.example.org/ocipe": {"PUBLIC_URL=https://a.example//b", "PUBLIC_URL=https://a.example/../b", "PUBLIC_URL=https://a.example/b/./c", "PUBLIC_URL=https://a.example//"},
		"write 30s, 5m or 720h":          {"DATABASE_WAIT=30", "ACCESS_TTL=5"},
		"0s or more":                     {"DATABASE_WAIT=-1s", "REFRESH_GRACE=-1s"},
		"whole seconds":                  {"ACCESS_TTL=1.5s", "REFRESH_TTL=0s", "REAUTH_AGE=0s"},
		"1h":                             {"ACCESS_TTL=2h"},
		"1s":                             {"SESSION_MAX=0s"},
		"from 1 to":                      {"PASSWORD_MIN=0"},
		"expected":                       {"PASSWORD_MIN=many"},
		"0 or more":                      {"REGISTRATIONS_PER_HOUR=-1", "RATE_FAILURES=-1", "RATE_USER=-1", "RATE_ADDRESS=-1"},
		"0 to 36500":                     {"TRASH_DAYS=-1"},
		`"*" is not an origin`:           {"ALLOWED_ORIGINS=https://a.example,*"},
		"no path":                        {"ALLOWED_ORIGINS=https://a.example/", "ALLOWED_ORIGINS=https://exämple.org"},
		"no *":                           {"ALLOWED_ORIGINS=https://*", "ALLOWED_ORIGINS=capacitor://*"},
		"the port if it isn't":           {"ALLOWED_ORIGINS=https://a.ex:65536"},
		"not null or file://":            {"ALLOWED_ORIGINS=null", "ALLOWED_ORIGINS=file://", "ALLOWED_ORIGINS=file:///app/index.html", "ALLOWED_ORIGINS=file://localhost"},
		"capacitor://localhost":          {"ALLOWED_ORIGINS=capacitor://", "ALLOWED_ORIGINS=localhost"},
		"no trailing slash":              {"ALLOWED_ORIGINS=tauri://localhost/"},
		"scheme and host":                {"ALLOWED_ORIGINS=//app.example.org", "ALLOWED_ORIGINS=https://a@b.example"},
		"is not an origin":               {"ALLOWED_ORIGINS=blob://app.example.org"},
		"10.0.0.0/8":                     {"TRUSTED_PROXIES=10.0.0.0/8,home"},
		"bool":                           {"COOKIE_PARTITIONED=perhaps", "HSTS_SUBDOMAINS=perhaps"},
		"remote":                         {"COMPRESSION=sometimes"},
		"127.0.0.1:6060":                 {"PROFILE_ADDR=0.0.0.0:6060", "PROFILE_ADDR=localhost:6060"},
		"not for other machines":         {"PROFILE_ADDR=:6060"},
		"loopback address":               {"PROFILE_ADDR=[::]:6060", "PROFILE_ADDR=192.0.2.1:6060"},
		"a port":                         {"PROFILE_ADDR=127.0.0.1"},
		"debug, info, warn or error":     {"LOG_LEVEL=loud"},
		"postgres://user:password@":      {"DATABASE_URL=postgres://u:secret@[::1/"},
	} {
		for _, setting := range all {
			name, _, _ := strings.Cut(setting, "=")
			_, _, err := command(t, "", "serve", setting)
			require.ErrorContains(t, err, "OCIPE_"+name, setting)
			require.ErrorContains(t, err, hint, setting)
			require.NotContains(t, err.Error(), "secret")
		}
	}

	t.Run("AllowTheOriginsOfAppsAndExtensions", func(t *testing.T) {
		t.Parallel()
		for _, origin := range []string{
			"https://app.example.org", "https://app.example.org:443", "HTTPS://App.Example.org", "http://[::1]:8100", "capacitor://localhost", "ionic://localhost", "tauri://localhost", "http://tauri.localhost",
			"app://-", "app://.", "chrome-extension://abcdefghijklmnopabcdefghijklmnop", "moz-extension://0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
			"safari-web-extension://E4A31F5B-0C4C-4D2A-9F3B-0A1B2C3D4E5F",
		} {
			// There is no database: the start fails after the check of the settings.
			_, _, err := command(t, "", "serve --addr=127.0.0.1:0 --database-wait=0s --database-url=postgres://nobody@127.0.0.1:1/none", "ALLOWED_ORIGINS="+origin)
			require.Error(t, err)
			require.NotContains(t, err.Error(), "OCIPE_ALLOWED_ORIGINS", origin)
		}
	})

	t.Run("AreAllInTheHelp", func(t *testing.T) {
		t.Parallel()
		out, _, err := command(t, "", "--help")
		require.NoError(t, err)
		readme, err := os.ReadFile("../../README.md")
		require.NoError(t, err)
		for _, name := range []string{
			"ADDR", "DATABASE_URL", "DATABASE_WAIT", "DATA_DIR", "KEYS_FILE", "PUBLIC_URL", "ACCESS_TTL", "REFRESH_TTL", "REFRESH_GRACE", "SESSION_MAX", "REAUTH_AGE",
			"PASSWORD_MIN", "ALLOWED_ORIGINS", "COOKIE_PARTITIONED", "HSTS_SUBDOMAINS", "REGISTRATIONS_PER_HOUR", "RATE_FAILURES", "RATE_USER", "RATE_ADDRESS", "TRASH_DAYS", "TRUSTED_PROXIES", "COMPRESSION", "PROFILE_ADDR", "LOG_LEVEL",
		} {
			require.Contains(t, strings.Join(strings.Fields(out), " "), "$OCIPE_"+name+")")
			require.Contains(t, string(readme), "`OCIPE_"+name+"`")
		}
	})

	t.Run("WarnOfAMisspelledVariable", func(t *testing.T) {
		t.Parallel()
		_, messages, err := command(t, "", "version", "DATABSE_URL=postgres://u:secret@h/x", "ADDR=127.0.0.1:1")
		require.NoError(t, err)
		require.Contains(t, messages, "OCIPE_DATABSE_URL")
		require.NotContains(t, messages, "secret")
		require.NotContains(t, messages, "OCIPE_ADDR")
	})

	t.Run("AFlagWinsOverTheEnvironment", func(t *testing.T) {
		t.Parallel()
		_, _, err := command(t, "", "serve --access-ttl=7h", "ACCESS_TTL=5m")
		require.ErrorContains(t, err, "OCIPE_ACCESS_TTL")
	})
}

func TestCookieWarning(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		flags []string
		warns bool
	}{
		{"OnLocalhost", nil, false},
		{"BeyondLocalhost", []string{"--addr=0.0.0.0:0"}, true},
		{"PlainPublicURL", []string{"--public-url=http://cook.example.org"}, true},
		{"BehindAProxy", []string{"--addr=0.0.0.0:0", "--trusted-proxies=10.0.0.1"}, false},
		{"WithTLS", []string{"--addr=0.0.0.0:0", "--public-url=https://cook.example.org"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			// There is no database: the start fails after the warning.
			args := append([]string{"serve", "--database-wait=0s", "--addr=127.0.0.1:0", "--database-url=postgres://nobody@127.0.0.1:1/none"}, c.flags...)
			_, messages, err := command(t, "", strings.Join(args, " "))
			require.Error(t, err)
			require.Equal(t, c.warns, strings.Contains(messages, "OCIPE_TRUSTED_PROXIES"), messages)
		})
	}
}

func TestUserCommands(t *testing.T) {
	t.Parallel()
	data := "DATA_DIR=" + pgtest.DataDir(t)
	s := inProcess(t, data) // the commands work beside a running server
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

	out, _, err = command(t, "", "demo DEMO", data) // beside a server
	require.ErrorContains(t, err, "demo: this account has recipes already")
	require.ErrorContains(t, err, "`ocipe user reset-password demo`")
	require.Empty(t, out)
	_, _, err = command(t, "", "demo nobody", data)
	require.ErrorContains(t, err, "no such account")
	c.Register(t, "cook")
	out, messages, err = command(t, "", "demo cook", data)
	require.NoError(t, err)
	require.Contains(t, messages, "`ocipe user reset-password cook`")
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
