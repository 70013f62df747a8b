package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestDoctorChecksAServerAndItsDatabase(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string][]string{
		"Private": {"DATA_DIR=" + pgtest.DataDir(t)},
		"Own":     {"DATABASE_URL=" + pgtest.New(t).URL, "KEYS_FILE=" + filepath.Join(t.TempDir(), "keys.json"), "DATA_DIR=" + t.TempDir()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, _, err := command(t, "", "doctor", settings...)
			require.NotRegexp(t, `(?m)^error +(keys|data|schema|settings)`, before, "before the first start")
			require.Equal(t, name == "Own", err != nil, "the database of the tests isn't durable")
			s := inProcess(t, settings...)

			out, logs, err := command(t, "", "doctor", settings...)
			require.Equal(t, name == "Own", err != nil)
			require.Empty(t, logs)
			for _, check := range []string{"settings", "cookies", "proxy headers", "keys file", "data folder", "pooler", "database version", "encoding", "rights", "schema", "clock", "keys"} {
				require.Regexp(t, `(?m)^ok +`+check+` `, out)
			}
			require.Regexp(t, `(?m)^\w+ +open files `, out)
			require.Regexp(t, `(?m)^\w+ +temporary disk `, out)

			require.NoError(t, s.stop())
			again, _, _ := command(t, "", "doctor", settings...)
			numbers := regexp.MustCompile(`\d+`)
			require.Equal(t, numbers.ReplaceAllString(out, "n"), numbers.ReplaceAllString(again, "n"), "without a server it says the same")
		})
	}
}

func TestDoctorFailsIfACheckFails(t *testing.T) {
	t.Parallel()
	out, _, err := command(t, "", "doctor --json", "ACCESS_TTL=2h", "TRASH_DAYS=-1", "DATABSE_URL=x", "DATA_DIR="+pgtest.DataDir(t))
	require.EqualError(t, err, "checks that failed: 2")
	var report struct {
		OK       bool
		Findings []finding
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	require.False(t, report.OK)
	require.Equal(t, levelError, report.Findings[0].Level)
	require.Contains(t, report.Findings[0].Message, "OCIPE_ACCESS_TTL")
	require.Contains(t, report.Findings[1].Message, "OCIPE_TRASH_DAYS")
	require.Equal(t, levelWarning, report.Findings[2].Level)
	require.Contains(t, report.Findings[2].Message, "OCIPE_DATABSE_URL")

	out, _, err = command(t, "", "doctor", "DATABASE_URL=postgres://nobody:secret@127.0.0.1:1/none")
	require.Error(t, err)
	require.Regexp(t, `(?m)^error +database +can't connect: .*Check that PostgreSQL runs there`, out)
	require.NotContains(t, out, "secret")
	for line := range strings.Lines(out) {
		require.Regexp(t, `^(ok|warning|error) +[a-zA-Z ]+ `, line)
	}
}

func TestDoctorComparesKeysClockAndSchemaWithTheDatabase(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	first, second := filepath.Join(t.TempDir(), "keys.json"), filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, inProcess(t, "DATABASE_URL="+database.URL, "KEYS_FILE="+first).stop())
	require.NoError(t, inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+second).stop())
	diagnose := func(keys string) string {
		out, _, _ := command(t, "", "doctor", "DATABASE_URL="+database.URL, "KEYS_FILE="+keys) // the database isn't durable
		return out
	}
	require.Regexp(t, `(?m)^error +keys +the keys file has other keys`, diagnose(second))
	require.Regexp(t, `(?m)^error +keys +.*missing.json doesn't exist, but the database`, diagnose(filepath.Join(t.TempDir(), "missing.json")))

	database.Exec(t, `insert into goose_db_version (version_id, is_applied) values (99, true)`)
	require.Regexp(t, `(?m)^warning +schema +version 99`, diagnose(first))
	database.Exec(t, `update schema_window set oldest_program = 99`)
	require.Regexp(t, `(?m)^error +schema +the schema is newer`, diagnose(first))
}

func TestDoctorFindings(t *testing.T) {
	t.Parallel()
	https, err := url.Parse("https://cook.example.org")
	require.NoError(t, err)
	http, err := url.Parse("http://cook.example.org")
	require.NoError(t, err)
	trusting := func(public *url.URL, networks ...string) *settings {
		s := &settings{Addr: "127.0.0.1:8080", PublicURL: public}
		for _, n := range networks {
			s.TrustedProxies = append(s.TrustedProxies, network{netip.MustParsePrefix(n)})
		}
		return s
	}
	folder := func(mode os.FileMode) string {
		dir := t.TempDir()
		require.NoError(t, os.Chmod(dir, mode))
		return dir
	}
	for _, c := range []struct {
		name  string
		found finding
		level level
		says  string
	}{
		{"CookiesOverHTTPS", cookieFinding(trusting(https)), levelOK, "https"},
		{"CookiesOverHTTP", cookieFinding(trusting(http)), levelWarning, "drop the refresh cookie"},
		{"CookiesOverHTTPBehindAProxy", cookieFinding(trusting(http, "10.0.0.1/32")), levelWarning, "isn't https"},
		{"AProxy", proxyFinding(trusting(https, "10.0.0.1/32", "::1/128")), levelOK, "10.0.0.1"},
		{"NoProxyForHTTPS", proxyFinding(trusting(https)), levelWarning, "OCIPE_TRUSTED_PROXIES"},
		{"NoProxyForTheServersOwnHTTPS", proxyFinding(&settings{PublicURL: https, TLSCert: "cert.pem"}), levelOK, "certificate"},
		{"NoProxyForACME", proxyFinding(&settings{PublicURL: https, ACMEDomains: []string{"cook.example.org"}}), levelOK, "certificate"},
		{"NoProxy", proxyFinding(trusting(http)), levelOK, "no proxy"},
		{"EverybodyIsAProxy", proxyFinding(trusting(https, "10.0.0.1/32", "0.0.0.0/0")), levelError, "any client can pretend"},
		{"EverybodyIsAProxyByIPv6", proxyFinding(trusting(https, "::/0")), levelError, "any client can pretend"},
		{"ManyAreProxies", proxyFinding(trusting(https, "203.0.0.0/8")), levelWarning, "24 bits"},
		{"APrivateNetworkOfProxies", proxyFinding(trusting(https, "10.0.0.0/8")), levelOK, "10.0.0.0/8"},
		{"FewOpenFiles", openFilesLimitFinding(1024), levelWarning, "LimitNOFILE"},
		{"ManyOpenFiles", openFilesLimitFinding(1 << 20), levelOK, "1048576"},
		{"AFullDisk", freeSpaceFinding("data disk", "/data", 10*mebibyte, 200*mebibyte, 100*mebibyte), levelError, "10 MiB free"},
		{"AnAlmostFullDisk", freeSpaceFinding("data disk", "/data", 150*mebibyte, 200*mebibyte, 100*mebibyte), levelWarning, "less than 200 MiB"},
		{"AnEmptyDisk", freeSpaceFinding("data disk", "/data", 300*mebibyte, 200*mebibyte, 100*mebibyte), levelOK, "300 MiB"},
		{"ADiskOfAMissingFolder", diskFinding("data disk", filepath.Join(folder(0o700), "a", "b"), 0, 0), levelOK, "MiB free"},
		{"AFolderForAll", folderFinding(folder(0o777), true), levelError, "chmod go-w"},
		{"AFolder", folderFinding(folder(0o755), true), levelOK, "alone"},
		{"AMissingFolder", folderFinding(filepath.Join(folder(0o700), "a"), true), levelOK, "doesn't exist yet"},
		{"AFileAsFolder", folderFinding(writeFile(t, "", 0o600), true), levelError, "isn't a folder"},
		{"NoPooler", poolerFinding(postgres.NoPooler, nil), levelOK, "none"},
		{"ASessionPooler", poolerFinding(postgres.SessionPooler, nil), levelOK, "each of the server's"},
		{"ATransactionPooler", poolerFinding(postgres.TransactionPooler, nil), levelWarning, "pool_mode=session"},
		{"AStatementPooler", poolerFinding(postgres.TransactionPooler, errors.New("pools statements")), levelError, "pools statements"},
		{"NoSchema", schemaFinding(postgres.Schema{Program: 7}, nil), levelOK, "creates version 7"},
		{"AnOldSchema", schemaFinding(postgres.Schema{Version: 6, Program: 7, MigratedBy: "v1.0.0"}, nil), levelWarning, "version 6 of v1.0.0"},
		{"ABrokenSchema", schemaFinding(postgres.Schema{}, postgres.ErrBrokenSchema), levelError, "incomplete"},
		{"AGoodClock", clockFinding(9*time.Second, time.Minute), levelOK, "agrees"},
		{"AWrongClock", clockFinding(-11*time.Second, time.Minute), levelWarning, "-11s ahead"},
		{"AVeryWrongClock", clockFinding(61*time.Second, time.Minute), levelError, "at most 1m0s"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.level, c.found.Level, c.found)
			require.Contains(t, c.found.Message+" "+c.found.Remedy, c.says)
			if c.level != levelOK && c.name != "ABrokenSchema" {
				require.NotEmpty(t, c.found.Remedy)
			}
		})
	}
}

func TestDoctorTellsThatTheDataFolderIsNotWritable(t *testing.T) {
	t.Parallel()
	if os.Geteuid() == 0 {
		return // root may write to all folders
	}
	dir := t.TempDir()
	require.NoError(t, os.Chmod(dir, 0o500))
	for _, path := range []string{dir, filepath.Join(dir, "a", "b")} {
		found := folderFinding(path, true)
		require.Equal(t, levelError, found.Level, found)
		require.Contains(t, found.Message, "may not create files in "+dir)
		require.Equal(t, levelOK, folderFinding(path, false).Level, "the database is elsewhere")
	}
}

func TestDoctorFindingsOfTheKeysFile(t *testing.T) {
	t.Parallel()
	good := filepath.Join(t.TempDir(), "keys.json")
	require.NoError(t, inProcess(t, "DATABASE_URL="+pgtest.New(t).URL, "KEYS_FILE="+good).stop())
	text, err := os.ReadFile(good)
	require.NoError(t, err)
	for says, path := range map[string]string{
		"ok keys file .* has 1 keys":       good,
		"warning keys file .*first start":  filepath.Join(t.TempDir(), "keys.json"),
		"error keys file .*not a JWK Set":  writeFile(t, "garbage", 0o600),
		"error keys file rights .*log in":  writeFile(t, string(text), 0o644),
		"error keys file .*has no keys":    writeFile(t, `{"keys":[]}`, 0o600),
		"error keys file .*is a directory": t.TempDir(),
	} {
		var lines []string
		for _, f := range keyFindings(path, time.Now()) {
			lines = append(lines, fmt.Sprintf("%s %s %s %s", f.Level, f.Check, f.Message, f.Remedy))
		}
		require.Regexp(t, says, strings.Join(lines, "\n"))
	}
}

func TestDoctorFindingsOfTheDatabase(t *testing.T) {
	t.Parallel()
	good := postgres.Facts{
		Version: "15.8", VersionNumber: 150008, Encoding: "UTF8", MayCreate: true, TLS: true, DataChecksums: true, Fsync: true, FullPageWrites: true,
		SynchronousCommit: true, MaxConnections: 97, PoolSize: 24,
	}
	for _, f := range factFindings(good, false) {
		require.Equal(t, levelOK, f.Level, f)
	}
	for _, c := range []struct {
		check   string
		change  func(*postgres.Facts)
		level   level
		private bool
	}{
		{"database version", func(f *postgres.Facts) { f.VersionNumber = 130012 }, levelError, false},
		{"encoding", func(f *postgres.Facts) { f.Encoding = "LATIN1" }, levelError, false},
		{"rights", func(f *postgres.Facts) { f.MayCreate = false }, levelError, false},
		{"superuser", func(f *postgres.Facts) { f.Superuser = true }, levelWarning, false},
		{"durability", func(f *postgres.Facts) { f.Fsync = false }, levelError, false},
		{"durability", func(f *postgres.Facts) { f.FullPageWrites = false }, levelError, false},
		{"durability", func(f *postgres.Facts) { f.SynchronousCommit = false }, levelError, false},
		{"connections", func(f *postgres.Facts) { f.MaxConnections = 20 }, levelWarning, false},
		{"database TLS", func(f *postgres.Facts) { f.TLS = false }, levelWarning, false},
		{"checksums", func(f *postgres.Facts) { f.DataChecksums = false }, levelWarning, true},
	} {
		facts := good
		c.change(&facts)
		for _, f := range factFindings(facts, c.private) {
			want := levelOK
			if f.Check == c.check {
				want = c.level
				require.NotEmpty(t, f.Remedy, f)
			}
			require.Equal(t, want, f.Level, f)
		}
	}
}

// writeFile writes a new file and returns its path.
func writeFile(t *testing.T, text string, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(path, []byte(text), mode))
	return path
}
