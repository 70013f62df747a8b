package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// minMajor is the oldest version of PostgreSQL that works with Ocipe's migrations and this package's options.
const minMajor = 14

// programs are the programs of one installed PostgreSQL server.
type programs struct {
	dir   string
	major int
}

func (p programs) postgres() string { return filepath.Join(p.dir, "postgres") }
func (p programs) initdb() string   { return filepath.Join(p.dir, "initdb") }

// programPatterns are the folders where packages install the server, which on most systems is not in PATH.
// scripts/ensure-postgres.sh searches the same folders.
var programPatterns = []string{
	"/usr/lib/postgresql/*/bin",                          // Debian, Ubuntu
	"/usr/pgsql-*/bin",                                   // PostgreSQL's own packages for Fedora, RHEL
	"/usr/libexec/postgresql*",                           // Alpine
	"/usr/lib/postgresql*/bin",                           // SUSE
	"/usr/local/pgsql/bin",                               // built from source
	"/opt/homebrew/opt/postgresql*/bin",                  // Homebrew on ARM
	"/usr/local/opt/postgresql*/bin",                     // Homebrew on Intel
	"/Applications/Postgres.app/Contents/Versions/*/bin", // Postgres.app
	"/Library/PostgreSQL/*/bin",                          // EDB's installer for macOS
}

// programDirs returns the folders that may have the server's programs, without duplicates.
func programDirs() []string {
	var dirs []string
	// The command in PATH may be a link. Then initdb is next to its target.
	if path, err := exec.LookPath("postgres"); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(target))
		}
	}
	for _, pattern := range programPatterns {
		found, _ := filepath.Glob(pattern) // fails only for a malformed pattern
		for _, dir := range found {
			if target, err := filepath.EvalSymlinks(dir); err == nil && !slices.Contains(dirs, target) {
				dirs = append(dirs, target)
			}
		}
	}
	return dirs
}

// findPrograms returns the usable servers in dirs, the newest major version first. It tries each one as the user that will run it: the
// user postgres can't run a server in root's home.
//
// It returns [ErrNotInstalled] if there is none.
func findPrograms(ctx context.Context, user account, dirs []string) ([]programs, error) {
	var found []programs
	var reasons []string
	for _, dir := range dirs {
		p := programs{dir: dir}
		if !isFile(p.postgres()) || !isFile(p.initdb()) {
			continue
		}
		major, err := p.version(ctx, user, "/")
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case err != nil:
			reasons = append(reasons, err.Error())
		case major < minMajor:
			reasons = append(reasons, fmt.Sprintf("%s is version %d", dir, major))
		default:
			p.major = major
			found = append(found, p)
		}
	}

	if len(found) == 0 {
		if len(reasons) > 0 {
			return nil, fmt.Errorf("%w (%s): %s", ErrNotInstalled, strings.Join(reasons, "; "), howToInstall())
		}
		return nil, fmt.Errorf("%w: %s", ErrNotInstalled, howToInstall())
	}
	slices.SortStableFunc(found, func(a, b programs) int { return cmp.Compare(b.major, a.major) })
	return found, nil
}

var versionLine = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// version runs `postgres --version` in the folder dir and returns the major version.
func (p programs) version(ctx context.Context, user account, dir string) (int, error) {
	out, err := runTool(ctx, user.command(p.postgres(), dir, killSignal, "--version"))
	if err != nil {
		return 0, err
	}
	m := versionLine.FindStringSubmatch(out)
	if m == nil {
		return 0, fmt.Errorf("%s --version prints %q", p.postgres(), lastLine(out))
	}
	return strconv.Atoi(m[1])
}

// choosePrograms chooses the server for the cluster: the newest for a new cluster, and the one with the same major version for an
// existing cluster, because no other version can read its files.
func choosePrograms(installed []programs, loc location) (programs, error) {
	if !loc.exists {
		return installed[0], nil
	}

	text, err := os.ReadFile(filepath.Join(loc.cluster, "PG_VERSION"))
	if errors.Is(err, fs.ErrNotExist) {
		return programs{}, fmt.Errorf("%s exists but is not a PostgreSQL cluster (it has no file PG_VERSION): move it away", loc.cluster)
	}
	if info, statErr := os.Stat(filepath.Join(loc.cluster, "PG_VERSION")); err != nil && statErr == nil {
		err = cmp.Or(loc.checkFile(filepath.Join(loc.cluster, "PG_VERSION"), info), err) // says how to correct the owner or the mode
	}
	if err != nil {
		return programs{}, fmt.Errorf("reading the cluster's version: %w", err)
	}
	want := strings.TrimSpace(string(text))

	var have []string
	for _, p := range installed {
		if strconv.Itoa(p.major) == want {
			return p, nil
		}
		have = append(have, strconv.Itoa(p.major))
	}
	return programs{}, fmt.Errorf("the cluster in %s was made by PostgreSQL %s, but PostgreSQL %s is installed: "+
		"install PostgreSQL %s beside it, or save the data with version %s's pg_dump and restore it into a new data folder",
		loc.cluster, want, strings.Join(have, ", "), want, want)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// howToInstall returns one line of instructions for this operating system.
func howToInstall() string {
	install := "install the PostgreSQL server (the programs postgres and initdb)"
	release, _ := os.ReadFile("/etc/os-release") // without it, the general advice
	switch {
	case runtime.GOOS == "darwin":
		install = "run `brew install postgresql@17`"
	case isLike(release, "debian", "ubuntu"):
		install = "run `apt-get install postgresql`"
	case isLike(release, "fedora", "rhel", "centos"):
		install = "run `dnf install postgresql-server`"
	case isLike(release, "alpine"):
		install = "run `apk add postgresql`"
	case isLike(release, "arch"):
		install = "run `pacman -S postgresql`"
	}
	return install + ", or set OCIPE_DATABASE_URL to a database of your own"
}

// isLike reports whether /etc/os-release names one of the distributions in ID or ID_LIKE.
func isLike(release []byte, distributions ...string) bool {
	for line := range strings.Lines(string(release)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		if key != "ID" && key != "ID_LIKE" {
			continue
		}
		for _, word := range strings.Fields(strings.Trim(value, `"'`)) {
			if slices.Contains(distributions, word) {
				return true
			}
		}
	}
	return false
}

// Installed returns the major version of the PostgreSQL server with which [Start] would create a cluster, or [ErrNotInstalled].
func Installed(ctx context.Context) (major int, err error) {
	user, err := serverUser()
	if err != nil {
		return 0, fmt.Errorf("choosing the user that PostgreSQL runs as: %w", err)
	}
	installed, err := findPrograms(ctx, user, programDirs())
	if err != nil {
		return 0, err
	}
	return installed[0].major, nil
}
