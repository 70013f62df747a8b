package localpg

import (
	"context"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const pidFileName = "postmaster.pid"

// pidFile is the content of postmaster.pid.
type pidFile struct {
	pid       int
	socketDir string
	ready     bool // accepts connections
}

// readPidFile reads postmaster.pid. It returns an error if the line with the process id isn't complete yet. The result may be stale.
func readPidFile(cluster string) (pidFile, error) {
	text, err := os.ReadFile(filepath.Join(cluster, pidFileName)) //nolint:gosec // in the data folder, which the operator chooses
	if err != nil {
		return pidFile{}, err
	}
	// The lines: process id, cluster, start time, port, socket folder, address, shared memory, status.
	line := strings.Split(string(text), "\n")
	if len(line) < 2 {
		return pidFile{}, errors.New(pidFileName + " is not written yet")
	}
	pid, err := strconv.Atoi(strings.TrimSpace(line[0]))
	if err != nil {
		return pidFile{}, err
	}
	p := pidFile{pid: pid}
	if len(line) >= 8 {
		p.socketDir = line[4]
		p.ready = strings.TrimSpace(line[7]) == "ready"
	}
	return p, nil
}

// runningURL returns the URL of the cluster that another process runs for the data folder, if it accepts connections.
func runningURL(ctx context.Context, dir string) (string, bool) {
	for _, cluster := range clusterPaths(dir) {
		p, err := readPidFile(cluster)
		if err != nil || !p.ready {
			continue
		}
		// The file may be stale. Only a connection shows that a server is running.
		var d net.Dialer
		conn, err := d.DialContext(ctx, "unix", filepath.Join(p.socketDir, socketName))
		if err != nil {
			continue
		}
		_ = conn.Close() // nothing was sent
		return connectionURL(p.socketDir, filepath.Join(cluster, serviceFile)), true
	}
	return "", false
}
