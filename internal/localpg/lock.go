package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

// lockFile lies in the data folder even if the cluster doesn't: the folder is what two servers must not share.
const lockFile = "ocipe.lock"

// openFolder makes the data folder if it is missing, and returns its path: absolute and without symbolic links, so
// that one folder has one name.
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
	// postmaster.pid holds paths one a line.
	if strings.ContainsAny(resolved, "\r\n") {
		return "", fmt.Errorf("the path %q contains a line break, which PostgreSQL can't handle", resolved)
	}
	return resolved, nil
}

// makeFolders is os.MkdirAll, except that what root makes is 0755 whatever the umask says: the user that PostgreSQL
// runs as must pass through it. Folders that exist stay as they are.
func makeFolders(path string) error {
	err := os.Mkdir(path, 0o755)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeFolders(filepath.Dir(path)); err != nil {
			return err
		}
		err = os.Mkdir(path, 0o755)
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
		err = os.Chmod(path, 0o755)
	}
	return err
}

// lockFolder locks the data folder for as long as this process lives or until Unlock. The kernel drops the lock
// however the process ends. PostgreSQL doesn't inherit it (Go opens files close-on-exec): a server that was killed
// is not locked out by the PostgreSQL that it left behind.
//
// It fails with [ErrInUse] if another process, or another call in this one, has the lock.
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
