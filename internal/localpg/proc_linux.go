package localpg

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// maxSocketPath is the maximum length of a Unix socket's path in bytes: that of sun_path without the final zero byte.
const maxSocketPath = 107

// shortFolders returns the parent folder for folders with short paths.
func shortFolders() string {
	if isRoot() {
		return "/run" // only root can create folders there
	}
	return "/tmp" // not TMPDIR: it may be long, and differ between two starts
}

func signalIfParentDies(attr *syscall.SysProcAttr, s syscall.Signal) { attr.Pdeathsig = s }

// processesIn lists the processes whose working directory is the folder, such as the server of a cluster and all its children. It leaves
// out zombies: they hold no resources, although kill(2) still finds them.
func processesIn(_ context.Context, dir string) ([]int, error) {
	want, err := os.Stat(dir)
	if err != nil {
		return nil, err
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, fmt.Errorf("listing processes: %w", err)
	}
	var pids []int
	for _, e := range entries {
		pid, err := strconv.Atoi(e.Name())
		if err != nil {
			continue
		}
		// This fails for zombies, for processes that have just ended, and for processes of other users, which don't run the cluster.
		cwd, err := os.Stat(filepath.Join("/proc", e.Name(), "cwd"))
		if err == nil && os.SameFile(cwd, want) && pid != os.Getpid() {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
