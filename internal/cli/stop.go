package cli

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/ocipe/ocipe/internal/postgres"
)

// A stop takes at most 10 s, regardless of clients and the database. These are the ends of its stages, counted from the signal, or from
// the end of OCIPE_SHUTDOWN_DELAY if the server was serving.
const (
	drainUntil   = 6000 * time.Millisecond // requests in progress may finish
	cancelAt     = 6250 * time.Millisecond // statements that still run are canceled
	closeUntil   = 7000 * time.Millisecond // the connections to the database are closed
	privateUntil = 8000 * time.Millisecond // the private PostgreSQL stops; killing it may take another second
	profileUntil = 9500 * time.Millisecond // a client receives the profile in progress, which has ended
)

// minStage is the minimum time of a stage, even if earlier stages have used its time.
const minStage = 250 * time.Millisecond

// stopClock measures the time of a stop.
type stopClock struct {
	clock     func() time.Time
	mu        sync.Mutex
	startedAt time.Time // zero: not yet
}

// start starts the clock, unless the stop has already begun.
func (c *stopClock) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.startedAt.IsZero() {
		c.startedAt = c.clock()
	}
}

// remaining returns the time until the end of a stage. If the stop hasn't begun, it begins now.
func (c *stopClock) remaining(stage time.Duration) time.Duration {
	c.start()
	return max(minStage, stage-c.clock().Sub(c.startedAt))
}

// During a stop, the server still accepts connections whose handshake is in progress: for acceptTime, and for up to acceptLimit while
// some wait or haven't sent a request.
const (
	acceptTime  = 100 * time.Millisecond
	acceptLimit = time.Second // clients that connect and send nothing can't delay the stop longer
)

// shutdown stops serving. The server first announces that it will stop, and serves for the time of OCIPE_SHUTDOWN_DELAY so that proxies
// notice that. Then it finishes the requests in progress.
func (p *program) shutdown(ctx context.Context, server *http.Server, listener *loggingListener, announce func(), served <-chan error) error {
	announce()
	if delay := p.settings.ShutdownDelay; delay > 0 {
		p.log.InfoContext(ctx, "stopping: serving until proxies have noticed it", "delay_s", delay.Seconds())
		if err, ended := endsWithin(served, delay); ended {
			return err
		}
	}
	p.stop.start()
	p.log.InfoContext(ctx, "stopping: finishing the requests in progress")
	// Closing the listener resets the connections that wait to be accepted. If new ones are dropped, none wait after a short time.
	filtered := dropNewConnections(listener.Listener) == nil
	if err, ended := acceptRemaining(listener, served, filtered); ended {
		return err
	}
	return p.shutdownServer(ctx, server, served, p.stop.remaining(drainUntil))
}

// acceptRemaining waits until all connections have been accepted and their first requests have been read. On a busy machine, this takes
// longer than acceptTime. It checks twice, because a connection may be on its way from the system to net/http.
//
// If new connections can't be dropped (not filtered), it waits for a moment without waiting connections, so that few are reset.
func acceptRemaining(listener *loggingListener, served <-chan error, filtered bool) (err error, ended bool) { //nolint:revive // ended is like the ok of a receive
	wait, needed := acceptTime, 2
	if !filtered {
		wait, needed = 0, 1
	}
	for drained, waited := 0, time.Duration(0); waited < acceptLimit; wait = 5 * time.Millisecond {
		if err, ended := endsWithin(served, wait); ended {
			return err, true
		}
		waited += wait
		if !listener.isDrained() {
			drained = 0
		} else if drained++; drained == needed {
			break
		}
	}
	return nil, false
}

// endsWithin waits for up to limit until the server ends.
func endsWithin(served <-chan error, limit time.Duration) (err error, ended bool) { //nolint:revive // ended is like the ok of a receive
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case err := <-served:
		return err, true
	case <-timer.C:
		return nil, false
	}
}

// shutdownServer shuts down a server whose Serve sends its error to served. It waits for requests in progress, for at most limit.
func (p *program) shutdownServer(ctx context.Context, server *http.Server, served <-chan error, limit time.Duration) error {
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		p.log.WarnContext(ctx, "aborting requests that are still in progress", "error", err)
		_ = server.Close()
	}
	if end := <-served; !errors.Is(end, http.ErrServerClosed) {
		return end
	}
	return nil
}

// waitForBackground waits for the background work, whose context has ended. It cancels statements that keep the work from ending.
func (p *program) waitForBackground(db *postgres.DB, background *sync.WaitGroup) {
	breaker := time.AfterFunc(p.stop.remaining(cancelAt), db.Break)
	defer breaker.Stop()
	background.Wait()
}

// closeDatabase closes the connections and stops the private PostgreSQL.
func (p *program) closeDatabase(ctx context.Context, d *database) error {
	if left := d.CloseWithin(p.stop.remaining(closeUntil)); left > 0 {
		p.log.WarnContext(ctx, "the database doesn't respond; ending without waiting for it", "connections", left)
	}
	if d.cluster == nil {
		return nil
	}
	return d.cluster.StopWithin(p.stop.remaining(privateUntil))
}
