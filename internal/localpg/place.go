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

// clusterFolder is the name of the cluster's folder, in the data folder or in its replacement under [standInRoot].
const clusterFolder = "postgres"

// standInRoot is the folder for the clusters of data folders that only root can open.
const standInRoot = "/var/lib/ocipe"

// place is the location of the cluster and the user that runs it.
type place struct {
	cluster string
	user    account
	exists  bool
}

// findPlace decides where the cluster of the data folder dir is: in the data folder, or under [standInRoot] if dir is root's and the
// user that runs PostgreSQL can't enter it (for example in root's home, which has mode 0700). Ocipe doesn't change the permissions of
// existing folders. An existing cluster in either place is used.
func findPlace(ctx context.Context, log *slog.Logger, dir string, user account, probe programs) (place, error) {
	for _, cluster := range clusterPaths(dir) {
		switch _, err := os.Stat(cluster); {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return place{}, err
		}
		owner, err := clusterUser(cluster)
		if err != nil {
			return place{}, err
		}
		if _, err := probe.version(ctx, owner, cluster); err != nil {
			return place{}, fmt.Errorf("the user with id %d, who owns the cluster, can't open %s, which must have mode 0700 (run chmod -R u=rwX,g=,o= on it), inside folders that the user can enter: %w", owner.uid, cluster, err)
		}
		if cluster != inside(dir) {
			log.Info("the PostgreSQL cluster lies outside the data folder", "data_folder", dir, "cluster", cluster)
		}
		return place{cluster: cluster, user: owner, exists: true}, nil
	}

	reach := canReach(ctx, user, dir, probe)
	if reach == nil {
		return place{cluster: inside(dir), user: user}, nil
	}
	if ctx.Err() != nil || !isRoot() {
		return place{}, reach
	}
	if err := makeFolders(filepath.Dir(standIn(dir))); err != nil {
		return place{}, err
	}
	if err := canReach(ctx, user, filepath.Dir(standIn(dir)), probe); err != nil {
		return place{}, err
	}
	log.Info("only root can reach the data folder, so the PostgreSQL cluster lies outside it",
		"data_folder", dir, "cluster", standIn(dir))
	return place{cluster: standIn(dir), user: user}, nil
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
		return []string{inside(dir), standIn(dir)}
	}
	return []string{inside(dir)}
}

func inside(dir string) string { return filepath.Join(dir, clusterFolder) }

func standIn(dir string) string { return filepath.Join(standInRoot, shortHash(dir), clusterFolder) }

// shortHash returns a short file name for a text of any length: 64 bits of its SHA-256.
func shortHash(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:8])
}
