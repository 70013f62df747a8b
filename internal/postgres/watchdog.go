package postgres

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// watchdogInterval is the interval of [watchdog], and so how late it may end a call.
const watchdogInterval = 50 * time.Millisecond

// cancelTimeout is how long a request to cancel a statement may take.
const cancelTimeout = 2 * time.Second

// watchdog ends the calls that take too long. After half of a call's time it cancels the running statement on the server. If the call
// just gave up, the statement would keep running, or waiting for a lock. At the call's deadline it interrupts the connection.
//
// One goroutine checks all connections. A timer and socket deadlines for each call would cost several microseconds, a tenth of a short
// read.
type watchdog struct {
	mu    sync.Mutex
	calls map[*pgx.Conn]*call
	open  atomic.Int64 // connections
	ticks atomic.Int64 // the number of checks: a clock that costs nothing to read
	stop  context.CancelFunc
	done  chan struct{}
}

// call is the current use of a connection. Its lock is held while it is being ended.
type call struct {
	conn *pgconn.PgConn

	mu                 sync.Mutex
	work               work
	cancelAt, deadline time.Time // zero: not set
	canceled, expired  bool
	waitsForTable      bool // see [DB.findTableWaits]
}

const callKey = "ocipe.call" // in the custom data of a connection

// newWatchdog starts the goroutine, which calls onTick after each check.
func newWatchdog(ctx context.Context, onTick func(context.Context, time.Time)) *watchdog {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	w := &watchdog{calls: map[*pgx.Conn]*call{}, stop: stop, done: make(chan struct{})}
	go w.run(ctx, onTick)
	return w
}

// add begins to watch a new connection.
func (w *watchdog) add(conn *pgx.Conn) {
	c := &call{conn: conn.PgConn()}
	c.conn.CustomData()[callKey] = c
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[conn] = c
	w.open.Store(int64(len(w.calls)))
}

// remove forgets a connection that is being closed.
func (w *watchdog) remove(conn *pgx.Conn) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.calls, conn)
	w.open.Store(int64(len(w.calls)))
}

func (w *watchdog) close() {
	w.stop()
	<-w.done
}

func (w *watchdog) run(ctx context.Context, onTick func(context.Context, time.Time)) {
	defer close(w.done)
	ticker := time.NewTicker(watchdogInterval)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-ticker.C:
			w.ticks.Add(1)
			w.endOverdueCalls(ctx, now)
			onTick(ctx, now)
		}
	}
}

func (w *watchdog) endOverdueCalls(ctx context.Context, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c.mu.TryLock() { // else the call is beginning or ending
			c.endIfOverdue(ctx, now)
		}
	}
}

// endIfOverdue ends the call if it takes too long. It must be called with mu locked; it unlocks mu, after the cancellation if there is
// one.
func (c *call) endIfOverdue(ctx context.Context, now time.Time) {
	switch {
	case !c.deadline.IsZero() && now.After(c.deadline):
		c.expired, c.deadline, c.cancelAt = true, time.Time{}, time.Time{}
		_ = c.conn.Conn().SetDeadline(now) // if the socket is closed, the call has ended
	case !c.cancelAt.IsZero() && now.After(c.cancelAt):
		c.canceled, c.cancelAt = true, time.Time{}
		go c.cancel(ctx, min(cancelTimeout, c.deadline.Sub(now)))
		return
	}
	c.mu.Unlock()
}

func (c *call) cancel(ctx context.Context, limit time.Duration) {
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	_ = c.conn.CancelRequest(ctx) // else the deadline ends the call
}

// callOf returns the call of a connection.
func callOf(conn *pgx.Conn) *call {
	c, _ := conn.PgConn().CustomData()[callKey].(*call)
	return c
}

// begin sets the deadline of ctx, and returns a context without cancellation for the statements. It returns a context without a
// deadline unchanged.
//
// With a context that can be canceled, pgx starts a watcher for every statement, which doubles the cost of a short one, and closes the
// connection when a client disconnects. Without one, the statement finishes.
func (c *call) begin(ctx context.Context, w work) (statements context.Context) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return ctx
	}
	now := time.Now() //nolint:forbidigo // like the deadlines of contexts
	c.mu.Lock()
	defer c.mu.Unlock()
	c.work, c.cancelAt, c.deadline = w, now.Add(deadline.Sub(now)/2), deadline
	return context.WithoutCancel(ctx)
}

func (c *call) set(cancelAt, deadline time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancelAt, c.deadline = cancelAt, deadline
}

// end removes the deadline. It reports whether a statement was canceled, and waits until the cancellation has been sent.
func (c *call) end() (canceled bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expired && !c.conn.IsClosed() { // else pgx is closing it, with its own deadline
		_ = c.conn.Conn().SetDeadline(time.Time{}) // if the socket is closed, the next statement fails
	}
	canceled = c.canceled
	c.cancelAt, c.deadline, c.canceled, c.expired, c.waitsForTable = time.Time{}, time.Time{}, false, false, false
	return canceled
}
