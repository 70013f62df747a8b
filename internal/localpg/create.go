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

// unfinished is the prefix of the names of clusters that are being created.
const unfinished = clusterFolder + ".new-"

// createCluster makes a cluster with the database and user ocipe. It works in a folder beside the cluster and renames
// that last: a cluster that exists is complete, whenever the machine stops. The folder has a new name each time: on
// macOS, where the system can't kill it together with the server, an interrupted initdb may still use the old one.
func createCluster(ctx context.Context, progs programs, at place, unsafe bool) (err error) {
	dir := filepath.Join(filepath.Dir(at.cluster), unfinished+strings.ToLower(rand.Text()[:8]))
	if err := at.user.makeFolder(dir); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(dir))
		}
	}()

	if err := initCluster(ctx, progs, at.user, dir); err != nil {
		return err
	}
	if err := createDatabase(ctx, progs, at.user, dir); err != nil {
		return fmt.Errorf("creating the database: %w", err)
	}
	if unsafe {
		return os.Rename(dir, at.cluster)
	}

	// Everything reaches the disk once, here, which is faster than at every step.
	if _, err := runTool(ctx, at.user.command(progs.initdb(), dir, killed, "--sync-only", "--pgdata", dir)); err != nil {
		return err
	}
	if err := os.Rename(dir, at.cluster); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(at.cluster))
}

// removeUnfinished removes the folders of interrupted attempts to create the cluster. Nothing needs them gone, so if one
// can't be removed, the next start tries again.
func removeUnfinished(ctx context.Context, log *slog.Logger, at place) {
	entries, _ := os.ReadDir(filepath.Dir(at.cluster)) // without a folder there is nothing to remove
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), unfinished) {
			continue
		}
		dir := filepath.Join(filepath.Dir(at.cluster), e.Name())
		// initdb is killed together with its server, but its children only notice when they read from it.
		err := waitUntilUnused(ctx, log, dir)
		if err == nil {
			err = os.RemoveAll(dir)
		}
		if err != nil {
			log.Warn("an unfinished PostgreSQL cluster can't be removed", "folder", dir, "error", err)
		}
	}
}

// initCluster runs initdb. Text sorts by code point, which is fast and doesn't change with the operating system's
// version, while upper and lower support all of Unicode. PostgreSQL 17 and newer have such a locale. Older versions use
// the system's C.UTF-8, or C if there is none (macOS), whose upper and lower only support ASCII.
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
			"--data-checksums", // a page that the disk has damaged is an error, and not wrong data
			// Without it, initdb chooses one by the locale. Queries that search name their own configuration.
			"--text-search-config", "simple",
			// Only the owner and root can open the 0700 folder of the socket. TCP connections are rejected even if the
			// operator makes PostgreSQL listen.
			"--auth-local", "trust",
			"--auth-host", "reject",
			"--no-instructions",
			"--no-sync", // see createCluster
		}, locale...)
		var out string
		out, err = runTool(ctx, user.command(progs.initdb(), dir, killed, args...))
		// initdb checks the locale before it writes anything.
		if err == nil || !strings.Contains(out, "invalid locale") {
			return err
		}
	}
	return err
}

// createDatabase uses a single-user server, so that the database is created with the cluster and not checked at every
// start.
func createDatabase(ctx context.Context, progs programs, user account, dir string) error {
	cmd := user.command(progs.postgres(), dir, killed,
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
