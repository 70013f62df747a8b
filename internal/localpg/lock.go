package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gofrs/flock"
)

// lockFile is in the data folder even if the cluster isn't, because two servers must not share the folder.
const lockFile = "ocipe.lock"

// openFolder creates the data folder if it is missing, and returns its absolute path without symbolic links, so that a folder has only
// one name.
func openFolder(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no data folder given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if err := makeFolders(abs); err != nil {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(abs)
	if err != nil {
		return "", err
	}
	// postmaster.pid has one path per line.
	if strings.ContainsAny(resolved, "\r\n") {
		return "", fmt.Errorf("the path %q contains a line break, which PostgreSQL can't handle", resolved)
	}
	return resolved, nil
}

// findFolder returns the path of an existing data folder, like [openFolder]. It returns [ErrNoCluster] if the folder is missing.
func findFolder(dir string) (string, error) {
	if dir == "" {
		return "", errors.New("no data folder given")
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	resolved, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return "", noCluster(abs)
	}
	if err != nil {
		return "", fmt.Errorf("opening the data folder: %w", err)
	}
	return resolved, nil
}

func noCluster(dir string) error {
	return fmt.Errorf("%w: there is no database in %s", ErrNoCluster, dir)
}

// hasCluster reports whether the data folder has a cluster.
func hasCluster(dir string) bool { return slices.ContainsFunc(clusterPaths(dir), exists) }

// exists reports whether the path exists, even if it can't be opened.
func exists(path string) bool {
	_, err := os.Lstat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// makeFolders is like os.MkdirAll, except that root's folders have mode 0755 regardless of the umask, because the user that runs
// PostgreSQL must pass through them. Existing folders stay unchanged.
func makeFolders(path string) error {
	err := os.Mkdir(path, 0o755) //nolint:gosec // a parent of the cluster, whose folder has mode 0700
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeFolders(filepath.Dir(path)); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o755) //nolint:gosec // as above
	}
	if errors.Is(err, fs.ErrExist) {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if !info.IsDir() {
			return fmt.Errorf("%s is not a folder", path)
		}
		return nil
	}
	if err == nil && isRoot() {
		err = os.Chmod(path, 0o755) //nolint:gosec // as above
	}
	return err
}

// lockFolder locks the data folder until Unlock or the end of this process. PostgreSQL doesn't inherit the lock (Go opens files
// close-on-exec), so the PostgreSQL of a killed server doesn't lock out the next server.
//
// It returns [ErrInUse] if another process, or another call in this process, has the lock.
func lockFolder(dir string) (*flock.Flock, error) {
	path := filepath.Join(dir, lockFile)
	lock := flock.New(path, flock.SetPermissions(0o600))

	locked, err := lock.TryLock()
	switch {
	case errors.Is(err, fs.ErrPermission):
		return nil, fmt.Errorf("locking the data folder: %w: run Ocipe as the user who started it first on this folder", err)
	case err != nil:
		return nil, fmt.Errorf("locking the data folder: %w", err)
	case !locked:
		return nil, fmt.Errorf("%w: %s: stop it first, or give this server a data folder of its own (OCIPE_DATA_DIR)", ErrInUse, dir)
	}
	return lock, nil
}
