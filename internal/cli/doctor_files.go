package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/ocipe/ocipe/internal/token"
)

// keyFindings checks the keys file, at the time now.
func keyFindings(path string, now time.Time) []finding {
	const check = "keys file"
	keys, err := token.File{Path: path}.Load()
	if errors.Is(err, fs.ErrNotExist) {
		return []finding{warning(check, path+" doesn't exist", "The first start creates it. If there was one, restore it: without it all users must log in again.")}
	}
	if err != nil {
		return []finding{failure(check, err.Error(), "Mend it, or restore it from a backup.")}
	}
	var findings []finding
	info, err := os.Stat(path)
	if err == nil && info.Mode().Perm()&0o077 != 0 {
		findings = append(findings, failure("keys file rights", fmt.Sprintf("%s has mode %04o: others can read it, and log in as anybody", path, info.Mode().Perm()),
			"Run chmod 600 "+path+"; if others have access to this machine, rotate the keys: ocipe keys rotate."))
	}
	signer, err := keys.Signer(now)
	if err != nil {
		return append(findings, failure(check, err.Error(), "Correct the clock, or restore the newest keys file."))
	}
	if signer.SignsFrom.After(now) {
		return append(findings, warning(check, fmt.Sprintf("no key of %s signs before %s", path, signer.SignsFrom.Format(time.RFC3339)), "Is the clock right?"))
	}
	return append(findings, passed(check, "%s has %d keys; %s signs", path, len(keys), signer.ID))
}

// folderFinding checks that no other user can replace files in the data folder and, if the database is private, that the server can
// create its files there.
func folderFinding(dir string, private bool) finding {
	const check = "data folder"
	info, err := os.Stat(dir)
	existing := existingFolder(dir)
	switch {
	case private && isMissing(filepath.Join(dir, "ocipe.lock")) && !mayCreateFiles(existing):
		return failure(check, "this user may not create files in "+existing, "Run this command as the user that runs the server, give the folder to "+
			"that user, or name another one in OCIPE_DATA_DIR.")
	case errors.Is(err, fs.ErrNotExist):
		return passed(check, "%s doesn't exist yet: the first start creates it", dir)
	case err != nil:
		return failure(check, err.Error(), "The user that runs the server must be able to enter it.")
	case !info.IsDir():
		return failure(check, dir+" isn't a folder", "Name another one in OCIPE_DATA_DIR.")
	case info.Mode().Perm()&0o022 != 0 && info.Mode()&fs.ModeSticky == 0:
		return failure(check, fmt.Sprintf("%s has mode %04o: others can replace the keys", dir, info.Mode().Perm()), "Run chmod go-w "+dir+".")
	}
	return passed(check, "%s belongs to the server alone", dir)
}

const (
	minOpenFiles = 4096 // connections of clients and of the pool
	mebibyte     = 1 << 20
)

// openFilesFinding checks the limit of open files, which also limits the connections.
func openFilesFinding() finding {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return warning("open files", "the limit can't be read: "+err.Error(), "Check ulimit -n.")
	}
	return openFilesLimitFinding(limit.Cur)
}

func openFilesLimitFinding(limit uint64) finding {
	const check = "open files"
	if limit < minOpenFiles {
		return warning(check, fmt.Sprintf("the process may have %d open files; each client takes one", limit), "Raise LimitNOFILE= of the systemd unit, or ulimit -n.")
	}
	return passed(check, "the process may have %d", limit)
}

// diskFindings checks the space for the private database, and for the temporary files of exports and imports.
func (p *program) diskFindings() []finding {
	findings := []finding{diskFinding("temporary disk", os.TempDir(), 512*mebibyte, 64*mebibyte)}
	if p.settings.DatabaseURL != "" {
		return findings
	}
	return append(findings, diskFinding("data disk", p.settings.DataDir, 2048*mebibyte, 256*mebibyte))
}

// diskFinding checks the free space on a folder's disk. It returns a warning below enough bytes, and an error below least.
func diskFinding(check, dir string, warnBelow, failBelow uint64) finding {
	var disk syscall.Statfs_t
	if err := syscall.Statfs(existingFolder(dir), &disk); err != nil {
		return warning(check, fmt.Sprintf("the free space of %s can't be read: %v", dir, err), "Check it with df.")
	}
	return freeSpaceFinding(check, dir, disk.Bavail*uint64(disk.Bsize), warnBelow, failBelow) //nolint:gosec // the size of a block is positive
}

// existingFolder returns dir or, if it doesn't exist, the folder in which it will be created.
func existingFolder(dir string) string {
	for isMissing(dir) && dir != filepath.Dir(dir) {
		dir = filepath.Dir(dir)
	}
	return dir
}

// mayCreateFiles reports whether this user may create files in a folder. It returns true for anything else.
func mayCreateFiles(dir string) bool {
	const writeAndEnter = 2 | 1
	info, err := os.Stat(dir)
	return err != nil || !info.IsDir() || syscall.Access(dir, writeAndEnter) == nil
}

func isMissing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

func freeSpaceFinding(check, dir string, free, warnBelow, failBelow uint64) finding {
	message := fmt.Sprintf("%s has %d MiB free", dir, free/mebibyte)
	switch {
	case free < failBelow:
		return failure(check, message, "Make room: PostgreSQL stops when it can't write its log, and exports fail.")
	case free < warnBelow:
		return warning(check, message+", less than "+fmt.Sprint(warnBelow/mebibyte)+" MiB", "Make room soon.")
	}
	return passed(check, "%s", message)
}
