//go:build !linux

package localpg

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// maxSocketPath is the maximum length of a Unix socket's path in bytes: that of sun_path without the final zero byte.
const maxSocketPath = 103

// shortFolders returns the parent folder for folders with short paths. It isn't TMPDIR, which takes half of the path on macOS.
func shortFolders() string { return "/tmp" }

// signalIfParentDies does nothing: only Linux can signal a child when its parent dies. The next start ends the
// PostgreSQL that a killed server left running.
func signalIfParentDies(*syscall.SysProcAttr, syscall.Signal) {}

// processesIn lists the processes of the cluster in the folder: the server and its children. It finds them by the cluster's name, which
// is in the command line of the server and in the titles of its children. It leaves out zombies.
func processesIn(ctx context.Context, dir string) ([]int, error) {
	// Don't cancel ps: its partial output would be useless. The caller checks ctx between two calls.
	out, err := exec.CommandContext(context.WithoutCancel(ctx), "ps", "-axww", "-o", "pid=,stat=,command=").Output()
	if err != nil {
		return nil, fmt.Errorf("listing processes: %w", err)
	}
	name := clusterName(dir)
	var pids []int
	for line := range strings.Lines(string(out)) {
		field := strings.Fields(line)
		if len(field) < 3 || strings.HasPrefix(field[1], "Z") || !strings.Contains(line, name) {
			continue
		}
		program := filepath.Base(strings.TrimSuffix(field[2], ":")) // "/…/postgres" or "postgres:"
		if pid, err := strconv.Atoi(field[0]); err == nil && program == "postgres" {
			pids = append(pids, pid)
		}
	}
	return pids, nil
}
