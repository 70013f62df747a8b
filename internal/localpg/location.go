package localpg

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
)

// clusterFolder is the name of the cluster's folder, in the data folder or in its replacement under [fallbackRoot].
const clusterFolder = "postgres"

// fallbackRoot is the folder for the clusters of data folders that only root can open.
const fallbackRoot = "/var/lib/ocipe"

// location is where the cluster is, and the user that runs it.
type location struct {
	cluster string
	user    account
	exists  bool
}

// findLocation decides where the cluster of the data folder dir is: in the data folder, or under [fallbackRoot] if dir is root's and
// the user that runs PostgreSQL can't enter it (for example in root's home, which has mode 0700). Ocipe doesn't change the permissions
// of existing folders. An existing cluster in either place is used.
func findLocation(ctx context.Context, log *slog.Logger, dir string, user account, probe programs) (location, error) {
	for _, cluster := range clusterPaths(dir) {
		switch _, err := os.Stat(cluster); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return location{}, err
		}
		owner, err := clusterUser(cluster)
		if err != nil {
			return location{}, err
		}
		if _, err := probe.version(ctx, owner, cluster); err != nil {
			return location{}, fmt.Errorf("the user with id %d, who owns the cluster, can't open %s, which must have mode 0700 (run chmod -R u=rwX,g=,o= on it), inside folders that the user can enter: %w", owner.uid, cluster, err)
		}
		if cluster != defaultPath(dir) {
			log.Info("the PostgreSQL cluster lies outside the data folder", "data_folder", dir, "cluster", cluster)
		}
		return location{cluster: cluster, user: owner, exists: true}, nil
	}

	reachErr := canReach(ctx, user, dir, probe)
	if reachErr == nil {
		return location{cluster: defaultPath(dir), user: user}, nil
	}
	if ctx.Err() != nil || !isRoot() {
		return location{}, reachErr
	}
	if err := makeFolders(filepath.Dir(fallbackPath(dir))); err != nil {
		return location{}, err
	}
	if err := canReach(ctx, user, filepath.Dir(fallbackPath(dir)), probe); err != nil {
		return location{}, err
	}
	log.Info("only root can reach the data folder, so the PostgreSQL cluster lies outside it",
		"data_folder", dir, "cluster", fallbackPath(dir))
	return location{cluster: fallbackPath(dir), user: user}, nil
}

// canReach returns an error if the user can't enter the folder. It runs a program there, because permission bits don't show access
// control lists, read-only mounts and security modules.
func canReach(ctx context.Context, user account, dir string, probe programs) error {
	if _, err := probe.version(ctx, user, dir); err != nil {
		return fmt.Errorf("the user with id %d, who runs PostgreSQL, can't enter %s: %w", user.uid, dir, err)
	}
	return nil
}

// clusterPaths returns the paths where the cluster of a data folder may be, the preferred one first.
func clusterPaths(dir string) []string {
	if isRoot() {
		return []string{defaultPath(dir), fallbackPath(dir)}
	}
	return []string{defaultPath(dir)}
}

func defaultPath(dir string) string { return filepath.Join(dir, clusterFolder) }

func fallbackPath(dir string) string {
	return filepath.Join(fallbackRoot, shortHash(dir), clusterFolder)
}

// shortHash returns a short file name for a text of any length: 64 bits of its SHA-256.
func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
