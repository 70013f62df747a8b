package localpg

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// PostgreSQL's signals for the server, and the one for its tools.
const (
	fastShutdown      = syscall.SIGINT  // closes connections, ends cleanly
	immediateShutdown = syscall.SIGQUIT // the next start recovers
	killSignal        = syscall.SIGKILL
)

// server is PostgreSQL as a child of this process.
type server struct {
	cluster string
	cmd     *exec.Cmd
	log     *serverLog
	done    chan struct{} // closed when PostgreSQL has ended and its log has been read

	mu       sync.Mutex
	stopping bool
}

// runServer starts PostgreSQL and waits until it accepts connections.
func runServer(ctx context.Context, cfg Config, progs programs, loc location, sock socket) (*server, error) {
	args := []string{"-D", loc.cluster}
	for _, s := range settings(loc.cluster, sock, cfg.Unsafe) {
		args = append(args, "-c", s)
	}
	s := &server{
		cluster: loc.cluster,
		cmd:     loc.user.command(progs.postgres(), loc.cluster, fastShutdown, args...),
		log:     &serverLog{to: cfg.Log},
		done:    make(chan struct{}),
	}
	// systemd sends SIGTERM to every process of the service. PostgreSQL would then accept no new connections and wait for the
	// existing ones. A fast shutdown ends this, and the supervisor restarts PostgreSQL.
	s.log.onSmartShutdown = func() { _ = s.cmd.Process.Signal(fastShutdown) } // fails only if PostgreSQL has just ended
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log                                 // one pipe that is always read: PostgreSQL blocks if it is full
	// After a crash of the server, its children may keep the pipe open for a moment.
	s.cmd.WaitDelay = time.Second

	started := make(chan error)
	go s.run(started) //nolint:contextcheck,gosec // PostgreSQL outlives the start
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}

	if err := s.waitReady(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for PostgreSQL: %w", err), s.stop(stopUnready))
	}
	cfg.Log.Debug("PostgreSQL is ready", "cluster", loc.cluster, "version", progs.major, "pid", s.cmd.Process.Pid)
	return s, nil
}

// run starts PostgreSQL and waits for its end. It locks its goroutine to the thread, because the system tells PostgreSQL to shut down
// when the thread that started it ends, and Go may end threads at any time. [server.stop] waits for run.
func (s *server) run(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	err := s.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	_ = s.cmd.Wait() // cmd.ProcessState has the result

	s.mu.Lock()
	stopRequested := s.stopping
	s.mu.Unlock()
	if !stopRequested {
		level := slog.LevelError
		if s.cmd.ProcessState.Success() { // another process asked PostgreSQL to end
			level = slog.LevelWarn
		}
		s.log.to.Log(context.Background(), level, "PostgreSQL ended by itself", "cluster", s.cluster, "outcome", s.cmd.ProcessState.String())
	}
	close(s.done)
}

// waitReady waits until PostgreSQL accepts connections. It reads postmaster.pid, which is faster and cheaper than connecting.
func (s *server) waitReady(ctx context.Context) error {
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-s.done:
			return fmt.Errorf("it ended at once (%v): %s", s.cmd.ProcessState, s.log.problem)
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			if p, err := readPidFile(s.cluster); err == nil && p.ready && p.pid == s.cmd.Process.Pid {
				return nil
			}
		}
	}
}

// The time that PostgreSQL has to stop: normally, and if it has never accepted connections.
const (
	stopTime    = 40 * time.Second
	stopUnready = 4 * time.Second
)

// killTime is how long a killed PostgreSQL may take to end, including WaitDelay.
const killTime = 5 * time.Second

// stop ends PostgreSQL, by force if that takes longer than limit, and waits for its end. It returns an error if PostgreSQL didn't end
// cleanly, but none if it had ended before.
func (s *server) stop(limit time.Duration) error {
	s.mu.Lock()
	s.stopping = true
	s.mu.Unlock()

	select {
	case <-s.done:
		return nil
	default:
	}

	for _, step := range []struct {
		signal syscall.Signal
		wait   time.Duration
	}{
		{fastShutdown, limit * 3 / 4},
		{immediateShutdown, limit / 4},
		{killSignal, killTime},
	} {
		_ = s.cmd.Process.Signal(step.signal) // fails only if PostgreSQL has just ended
		if !s.endsWithin(step.wait) {
			s.log.to.Warn("PostgreSQL is slow to stop", "signal", step.signal.String())
			continue
		}
		if step.signal != fastShutdown || !s.cmd.ProcessState.Success() {
			return fmt.Errorf("PostgreSQL did not stop cleanly, the next start recovers: %v after %v", s.cmd.ProcessState, step.signal)
		}
		return nil
	}
	return fmt.Errorf("PostgreSQL (process %d) can't be stopped", s.cmd.Process.Pid)
}

func (s *server) endsWithin(d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-s.done:
		return true
	case <-t.C:
		return false
	}
}
