package postgres

import (
	"errors"
	"log/slog"
	"math"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// If calls arrive faster than the server can serve them, more and more calls wait, whether processors, the disk or connections are
// scarce. Then the number of calls that may wait is limited to the number served in queueTime at the recent rate, and to twice that
// number for users who have no other waiting call.
const (
	queueTime = 250 * time.Millisecond
	minQueue  = 32  // the limit is never lower
	maxQueue  = 256 // the limit in a burst, after a moment in which no call waited
)

// overload counts the calls that were rejected because too many waited.
type overload struct {
	disabled atomic.Bool  // no queue is limited
	rejected atomic.Int64 // since the last warning
	warnings hourlyLimiter
}

// errQueueFull is the cause of the errors that these calls get.
var errQueueFull = errors.New("too many calls of its kind wait")

// CheckLoad returns [apperr.Overloaded] if too many calls of a kind wait: reads of users, writes of users, or calls of no user. It
// costs next to nothing, so a request can be rejected before any work is done for it. The user isn't known yet, so CheckLoad assumes
// that no other call of that user waits.
func (d *DB) CheckLoad(ofUser, writes bool) error {
	limit := d.limits.others
	switch {
	case ofUser && writes:
		limit = d.limits.writes
	case ofUser:
		limit = d.limits.reads
	}
	if !limit.QueueFull(ofUser) {
		return nil
	}
	d.overload.rejected.Add(1)
	return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, errQueueFull)
}

// WaitForever lets any number of calls wait for a connection, for any time, for tests that mustn't depend on the speed of the machine.
// Call it before the first call.
func (d *DB) WaitForever() {
	d.overload.disabled.Store(true)
	d.limits.wait = math.MaxInt64
}

// limitQueues updates the limits of the queues. It must be called every [watchdogInterval].
func (l *connLimits) limitQueues() {
	for _, limit := range append(l.all(), l.streams) {
		limit.LimitQueue(minQueue, maxQueue, float64(queueTime/watchdogInterval))
	}
}

func (o *overload) warn(log *slog.Logger) {
	if o.rejected.Load() > 0 && o.warnings.allow() {
		log.Warn("the server is overloaded: more requests come than it can serve, and some are rejected with 503; add processors or replicas, or lower the limits of requests",
			"rejected", o.rejected.Swap(0))
	}
}
