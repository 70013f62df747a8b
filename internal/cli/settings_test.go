package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSettings(t *testing.T) {
	t.Parallel()
	for hint, all := range map[string][]string{ // parts of the error, by setting
		"HOST:PORT":                      {"ADDR=8080"},
		"https://":                       {"PUBLIC_URL=cook.example.org", "PUBLIC_URL=ftp://cook.example.org", "PUBLIC_URL=https://a.example:65536", "PUBLIC_URL=https://u:secret@a example"},
		"https://home.example.org/ocipe": {"PUBLIC_URL=https://a.example//b", "PUBLIC_URL=https://a.example/../b", "PUBLIC_URL=https://a.example/b/./c", "PUBLIC_URL=https://a.example//"},
		"write 30s, 5m or 720h":          {"DATABASE_WAIT=30", "ACCESS_TTL=5"},
		"0s or more":                     {"DATABASE_WAIT=-1s", "REFRESH_GRACE=-1s", "SHUTDOWN_DELAY=-1s"},
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
		"127.0.0.1:9464":                 {"METRICS_ADDR=9464"},
		"JWK Set":                        {"KEYS=secret", `KEYS={"keys": "secret"}`},
		"10.0.0.0/8":                     {"TRUSTED_PROXIES=10.0.0.0/8,home"},
		"bool":                           {"COOKIE_PARTITIONED=perhaps", "HSTS_SUBDOMAINS=perhaps"},
		"remote":                         {"COMPRESSION=sometimes"},
		"index.html":                     {"WEB_DIR=."},
		"folder":                         {"WEB_DIR=/nowhere/at/all"},
		"control characters":             {"WEB_CSP=default-src\n"},
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
			// There is no database, so the start fails after the check of the settings.
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
			"ADDR", "DATABASE_URL", "DATABASE_WAIT", "DATA_DIR", "KEYS", "KEYS_FILE", "SHUTDOWN_DELAY", "PUBLIC_URL", "ACCESS_TTL", "REFRESH_TTL", "REFRESH_GRACE", "SESSION_MAX", "REAUTH_AGE",
			"PASSWORD_MIN", "ALLOWED_ORIGINS", "COOKIE_PARTITIONED", "HSTS_SUBDOMAINS", "REGISTRATIONS_PER_HOUR", "RATE_FAILURES", "RATE_USER", "RATE_ADDRESS", "TRASH_DAYS", "TRUSTED_PROXIES", "TLS_CERT", "TLS_KEY", "ACME_DOMAINS", "ACME_DIRECTORY", "COMPRESSION", "METRICS_ADDR", "PROFILE_ADDR", "LOG_LEVEL",
			"BACKUP_DIR", "BACKUP_EVERY", "BACKUP_PASSPHRASE_FILE",
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
			// There is no database, so the start fails after the warning.
			args := append([]string{"serve", "--database-wait=0s", "--addr=127.0.0.1:0", "--database-url=postgres://nobody@127.0.0.1:1/none"}, c.flags...)
			_, messages, err := command(t, "", strings.Join(args, " "))
			require.Error(t, err)
			require.Equal(t, c.warns, strings.Contains(messages, "OCIPE_TRUSTED_PROXIES"), messages)
		})
	}
}
