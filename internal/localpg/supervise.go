package localpg

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// The interval between two attempts to restart PostgreSQL grows from minPause to maxPause. The first attempt is immediate, unless
// PostgreSQL ended less than stableAfter after the last restart.
const (
	minPause    = 100 * time.Millisecond
	maxPause    = 30 * time.Second
	stableAfter = 10 * time.Second
)

// supervisor keeps PostgreSQL running until stop is called.
type supervisor struct {
	start  func(context.Context) (*server, error)
	log    *slog.Logger
	cancel context.CancelFunc
	limit  time.Duration // of the stop; set before cancel is called
	done   chan struct{}
	err    error // of the stop; read it only once done is closed
}

// supervise starts PostgreSQL, and restarts it whenever it ends unexpectedly. It returns the error of the first start.
func supervise(ctx context.Context, log *slog.Logger, start func(context.Context) (*server, error)) (*supervisor, error) {
	first, err := start(ctx)
	if err != nil && ctx.Err() != nil { // the signal that ends this program may also have ended PostgreSQL or initdb
		return nil, fmt.Errorf("%w: %w", ctx.Err(), err)
	}
	if err != nil {
		return nil, err
	}
	running, cancel := context.WithCancel(context.WithoutCancel(ctx))
	s := &supervisor{start: start, log: log, cancel: cancel, done: make(chan struct{})}
	go s.run(running, first)
	return s, nil
}

// stop stops PostgreSQL, by force if that takes longer than limit, or ends a start in progress.
func (s *supervisor) stop(limit time.Duration) error {
	s.limit = limit
	s.cancel()
	<-s.done
	return s.err
}

func (s *supervisor) run(ctx context.Context, running *server) {
	defer close(s.done)
	var pause time.Duration
	for running != nil {
		since := time.Now()
		select {
		case <-ctx.Done():
			s.err = running.stop(s.limit)
			return
		case <-running.done:
		}
		if time.Since(since) >= stableAfter {
			pause = 0
		}
		running, pause = s.restart(ctx, pause)
	}
}

// restart tries to start PostgreSQL until that succeeds. It also returns the pause before the next restart. If ctx ends first, it
// returns nil.
func (s *supervisor) restart(ctx context.Context, pause time.Duration) (*server, time.Duration) {
	for {
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, 0
		case <-timer.C:
		}
		pause = min(max(2*pause, minPause), maxPause)
		restarted, err := s.start(ctx)
		switch {
		case err == nil:
			s.log.Info("PostgreSQL runs again")
			return restarted, pause
		case ctx.Err() == nil:
			s.log.Error("PostgreSQL can't be started again", "error", err, "next_try_ms", pause.Milliseconds())
		}
	}
}
