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

// standInRoot has the clusters of data folders that only root can reach.
const standInRoot = "/var/lib/ocipe"

// place is where the cluster lies and who runs it.
type place struct {
	cluster string
	user    account
	exists  bool
}

// findPlace decides where the cluster of the data folder dir lies. That is the data folder itself, except that root
// may have a data folder (in its 0700 home, say) which the user that PostgreSQL runs as can't reach. Permissions of
// existing folders are the operator's, so then the cluster lies in a folder of its own under [standInRoot].
// A cluster that exists in either place is used where it lies.
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

// canReach fails if the user can't enter the folder. It tries by running a program there: permission bits
// don't tell about access control lists, read-only mounts and security modules.
func canReach(ctx context.Context, user account, dir string, probe programs) error {
	if _, err := probe.version(ctx, user, dir); err != nil {
		return fmt.Errorf("the user with id %d, who runs PostgreSQL, can't enter %s: %w", user.uid, dir, err)
	}
	return nil
}

// clusterPaths lists where the cluster of a data folder may lie, the preferred place first.
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
