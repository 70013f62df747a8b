package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

// earlierRunWait is how long a start waits for the processes of an earlier run. A fast shutdown writes the data in memory to the disk,
// at most 128 MB, but the disk may be slow.
const earlierRunWait = 30 * time.Second

// takeOver ends the PostgreSQL of an earlier server that was killed, so that a new one can start. It must be called with the data
// folder locked.
//
// It removes the lock files only when no process is left in the cluster: two PostgreSQL servers on one cluster destroy it. PostgreSQL
// also removes a stale lock file, but not if its process id is in use again, by an unrelated process or by the old server as a zombie.
func takeOver(ctx context.Context, log *slog.Logger, loc location, sock socket) error {
	if loc.exists {
		if err := waitUntilUnused(ctx, log, loc.cluster); err != nil {
			return err
		}
	}
	for _, path := range []string{
		filepath.Join(loc.cluster, pidFileName),
		filepath.Join(sock.dir, socketName+".lock"),
	} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a stale lock file: %w", err)
		}
	}
	return nil
}

// waitUntilUnused waits until no process runs in the cluster. It asks only a running server to shut down. Its children end when they
// notice that it has ended. A server that hasn't written its process id yet was signaled when its parent died.
func waitUntilUnused(ctx context.Context, log *slog.Logger, cluster string) error {
	timeout := time.NewTimer(earlierRunWait)
	defer timeout.Stop()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()

	for logged, signaled := false, 0; ; {
		pids, err := processesIn(ctx, cluster)
		if err != nil || len(pids) == 0 {
			return err
		}
		if !logged {
			logged = true
			log.Info("taking over from a server that was killed: waiting for its PostgreSQL to end",
				"folder", cluster, "pids", pids)
		}
		if old, err := readPidFile(cluster); err == nil && old.pid != signaled && slices.Contains(pids, old.pid) {
			if err := syscall.Kill(old.pid, fastShutdown); err != nil && !errors.Is(err, syscall.ESRCH) {
				return fmt.Errorf("asking process %d to end: %w", old.pid, err)
			}
			signaled = old.pid
		}

		select {
		case <-ctx.Done():
			return fmt.Errorf("processes %v still run in %s: %w", pids, cluster, ctx.Err())
		case <-timeout.C:
			return fmt.Errorf("processes %v still run in %s after %v: end them, then start again", pids, cluster, earlierRunWait)
		case <-ticker.C:
		}
	}
}
