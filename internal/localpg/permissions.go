package localpg

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"syscall"
)

// ownFiles are the files in the cluster's folder that PostgreSQL must be able to write. Other files there, such as postgresql.conf, may
// belong to another user.
var ownFiles = []string{"PG_VERSION", "postgresql.auto.conf", "postmaster.opts"}

// checkPermissions returns an error if PostgreSQL wouldn't accept the owner or the mode of a file, which often happens after a restore
// from a backup. Unlike PostgreSQL's own message, the error says what they must be.
func checkPermissions(loc location) error {
	return filepath.WalkDir(loc.cluster, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return loc.wrongMode(path, err)
		}
		if entry.Type()&fs.ModeSymlink != 0 {
			return nil
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return loc.wrongMode(path, err)
		}
		if filepath.Dir(path) == loc.cluster && !info.IsDir() && !slices.Contains(ownFiles, entry.Name()) {
			return loc.checkSettings(path, info)
		}
		return loc.checkFile(path, info)
	})
}

// checkSettings returns an error if PostgreSQL certainly can't read a configuration file, which may belong to another user.
func (l location) checkSettings(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || filepath.Ext(path) != ".conf" {
		return nil
	}
	if stat.Uid != l.user.uid && info.Mode()&0o044 == 0 || stat.Uid == l.user.uid && info.Mode()&0o400 == 0 {
		return fmt.Errorf("%s belongs to the user with id %d and has mode %04o, but the user with id %d, who runs PostgreSQL, must be able to read it: "+
			"run chown %d and chmod 0600 on it", path, stat.Uid, info.Mode().Perm(), l.user.uid, l.user.uid)
	}
	return nil
}

func (l location) checkFile(path string, info fs.FileInfo) error {
	mode := info.Mode().Perm()
	if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Uid != l.user.uid {
		return fmt.Errorf("%s belongs to the user with id %d, but every file of the cluster must belong to the user with id %d, who runs PostgreSQL: "+
			"run chown -R %d %s", path, stat.Uid, l.user.uid, l.user.uid, l.cluster)
	}
	need := fs.FileMode(0o600)
	if info.IsDir() {
		need = 0o700
	}
	// PostgreSQL's rule for the cluster's folder: the group may only read, and others have no access.
	if mode&need != need || path == l.cluster && mode&0o027 != 0 {
		return l.wrongMode(path, fmt.Errorf("its mode is %04o", mode))
	}
	return nil
}

func (l location) wrongMode(path string, err error) error {
	return fmt.Errorf("%s: %w; the cluster's folders must have mode 0700 (or 0750) and its files 0600 (or 0640): "+
		"run chmod -R u=rwX,g=,o= %s", path, err, l.cluster)
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
