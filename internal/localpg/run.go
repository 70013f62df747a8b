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
	fastShutdown      = syscall.SIGINT  // cuts connections, ends cleanly
	immediateShutdown = syscall.SIGQUIT // the next start recovers
	killed            = syscall.SIGKILL
)

// server is PostgreSQL as a child of this process.
type server struct {
	cluster string
	cmd     *exec.Cmd
	log     *serverLog
	done    chan struct{} // closed when it has ended and its log is read to the end

	mu       sync.Mutex
	stopping bool
}

// runServer starts PostgreSQL and waits until it accepts connections.
func runServer(ctx context.Context, cfg Config, progs programs, at place, sock socket) (*server, error) {
	args := []string{"-D", at.cluster}
	for _, s := range settings(at.cluster, sock, cfg.Unsafe) {
		args = append(args, "-c", s)
	}
	s := &server{
		cluster: at.cluster,
		cmd:     at.user.command(progs.postgres(), at.cluster, fastShutdown, args...),
		log:     &serverLog{to: cfg.Log},
		done:    make(chan struct{}),
	}
	// systemd sends SIGTERM to every process of the service. PostgreSQL would then accept no new connections, but wait for
	// the existing ones. A fast shutdown ends that state, and the supervisor starts it again.
	s.log.onSmartShutdown = func() { _ = s.cmd.Process.Signal(fastShutdown) } // fails only if it has just ended
	s.cmd.Stdout, s.cmd.Stderr = s.log, s.log                                 // one pipe, always read: PostgreSQL would block on a full one
	// After a crash of the server, children of it may keep the pipe open for a moment.
	s.cmd.WaitDelay = time.Second

	started := make(chan error)
	go s.keep(started) //nolint:contextcheck,gosec // it outlives the start
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w", err)
	}

	if err := s.waitReady(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("waiting for PostgreSQL: %w", err), s.stop(stopUnready))
	}
	cfg.Log.Debug("PostgreSQL is ready", "cluster", at.cluster, "version", progs.major, "pid", s.cmd.Process.Pid)
	return s, nil
}

// keep starts PostgreSQL and waits for its end. It keeps its thread all that time: PostgreSQL is told to shut down when
// the thread that started it ends, and Go ends threads at will. [server.stop] waits for it.
func (s *server) keep(started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	err := s.cmd.Start()
	started <- err
	if err != nil {
		return
	}
	_ = s.cmd.Wait() // the outcome is in cmd.ProcessState

	s.mu.Lock()
	asked := s.stopping
	s.mu.Unlock()
	if !asked {
		level := slog.LevelError
		if s.cmd.ProcessState.Success() { // a signal asked it to end
			level = slog.LevelWarn
		}
		s.log.to.Log(context.Background(), level, "PostgreSQL ended by itself", "cluster", s.cluster, "outcome", s.cmd.ProcessState.String())
	}
	close(s.done)
}

// waitReady reads postmaster.pid, which is faster and cheaper than trying to connect.
func (s *server) waitReady(ctx context.Context) error {
	again := time.NewTicker(2 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-s.done:
			return fmt.Errorf("it ended at once (%v): %s", s.cmd.ProcessState, s.log.problem)
		case <-ctx.Done():
			return ctx.Err()
		case <-again.C:
			if p, err := readPidFile(s.cluster); err == nil && p.ready && p.pid == s.cmd.Process.Pid {
				return nil
			}
		}
	}
}

// The time that PostgreSQL has to stop: in general, and if it has never accepted connections.
const (
	stopTime    = 40 * time.Second
	stopUnready = 4 * time.Second
)

// killTime is how long the end of a killed PostgreSQL may take; WaitDelay is part of it.
const killTime = 5 * time.Second

// stop ends PostgreSQL, by force if it takes longer than limit, and waits for its end. It fails if PostgreSQL didn't end cleanly.
// It doesn't fail if PostgreSQL had ended before.
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
		{killed, killTime},
	} {
		_ = s.cmd.Process.Signal(step.signal) // fails only if it has just ended
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
