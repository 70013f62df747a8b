package localpg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
)

// unfinishedPrefix is the prefix of the names of clusters that are being created.
const unfinishedPrefix = clusterFolder + ".new-"

// createCluster creates a cluster with the database and user ocipe. It works in a folder next to the cluster and renames that at the
// end, so an existing cluster is complete even if the machine stopped. The folder has a new name each time: on macOS, where the system
// can't kill initdb together with this process, an interrupted initdb may still use the old folder.
func createCluster(ctx context.Context, progs programs, loc location, unsafe bool) (err error) {
	dir := filepath.Join(filepath.Dir(loc.cluster), unfinishedPrefix+strings.ToLower(rand.Text()[:8]))
	if err := loc.user.makeFolder(dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()

	if err := initCluster(ctx, progs, loc.user, dir); err != nil {
		return err
	}
	if err := createDatabase(ctx, progs, loc.user, dir); err != nil {
		return fmt.Errorf("creating the database: %w", err)
	}
	if unsafe {
		return os.Rename(dir, loc.cluster)
	}

	// Everything is written to the disk once, which is faster than after every step.
	if _, err := runTool(ctx, loc.user.command(progs.initdb(), dir, killSignal, "--sync-only", "--pgdata", dir)); err != nil {
		return err
	}
	if err := os.Rename(dir, loc.cluster); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(loc.cluster))
}

// removeUnfinished removes the folders of interrupted attempts to create the cluster. They do no harm, so if one can't be removed, the
// next start tries again.
func removeUnfinished(ctx context.Context, log *slog.Logger, loc location) {
	entries, _ := os.ReadDir(filepath.Dir(loc.cluster)) // without a folder there is nothing to remove
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), unfinishedPrefix) {
			continue
		}
		dir := filepath.Join(filepath.Dir(loc.cluster), e.Name())
		// initdb is killed together with its parent, but the children of initdb notice that only when they read from it.
		err := waitUntilUnused(ctx, log, dir)
		if err == nil {
			err = os.RemoveAll(dir)
		}
		if err != nil {
			log.Warn("an unfinished PostgreSQL cluster can't be removed", "folder", dir, "error", err)
		}
	}
}

// initCluster runs initdb. It uses a locale that sorts text by code point, which is fast and doesn't change with the operating system's
// version, and whose upper and lower support all of Unicode. PostgreSQL 17 and newer have such a locale. Older versions use the
// system's C.UTF-8, or C if there is none (macOS), whose upper and lower only support ASCII.
func initCluster(ctx context.Context, progs programs, user account, dir string) error {
	locales := [][]string{{"--locale=C.UTF-8"}, {"--locale=C"}}
	if progs.major >= 17 {
		locales = [][]string{{"--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"}}
	}

	var err error
	for _, locale := range locales {
		args := append([]string{
			"--pgdata", dir,
			"--username", databaseName,
			"--encoding", "UTF8",
			"--data-checksums", // a page that is damaged on the disk causes an error, not wrong data
			// By default initdb chooses the configuration by the locale. Queries that search set their own.
			"--text-search-config", "simple",
			// Only the owner and root can open the folder of the socket, which has mode 0700. TCP connections are rejected
			// even if the operator makes PostgreSQL listen.
			"--auth-local", "trust",
			"--auth-host", "reject",
			"--no-instructions",
			"--no-sync", // see createCluster
		}, locale...)
		var out string
		out, err = runTool(ctx, user.command(progs.initdb(), dir, killSignal, args...))
		// initdb checks the locale before it writes anything.
		if err == nil || !strings.Contains(out, "invalid locale") {
			return err
		}
	}
	return err
}

// createDatabase creates the database with a single-user server. So it exists in every cluster, and a start needn't check it.
func createDatabase(ctx context.Context, progs programs, user account, dir string) error {
	cmd := user.command(progs.postgres(), dir, killSignal,
		"--single", "-D", dir, "-c", "fsync=off", "-c", "exit_on_error=on", "postgres")
	cmd.Stdin = strings.NewReader("CREATE DATABASE " + databaseName + "\n")
	_, err := runTool(ctx, cmd)
	return err
}

func syncFolder(dir string) error {
	f, err := os.Open(dir) //nolint:gosec // in the data folder, which the operator chooses
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
