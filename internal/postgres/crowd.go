package postgres

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/budget"
)

// If calls arrive faster than the server can serve them, more and more calls wait, whether processors, the disk or connections are
// scarce. Then the number of calls that may wait is limited to the number served in crowdTime at the recent rate.
const (
	crowdTime = 250 * time.Millisecond
	fewCrowd  = 32  // the limit is never lower
	maxCrowd  = 256 // the limit in a burst, after a moment in which no call waited; and for users who have no other waiting call
)

// crowds counts the calls that were rejected because too many waited.
type crowds struct {
	rejected atomic.Int64 // since the last warning
	told     hourly
}

// errCrowded is the cause of the errors that these calls get.
var errCrowded = errors.New("too many calls of its kind wait")

// Admit returns [apperr.Overloaded] if too many calls of a kind wait: reads of users, writes of users, or calls of no user. It costs
// next to nothing, so a request can be rejected before any work is done for it. The user isn't known yet, so Admit assumes that no
// other call of that user waits.
func (d *DB) Admit(ofUser, writes bool) error {
	room := d.rooms.others
	switch {
	case ofUser && writes:
		room = d.rooms.writes
	case ofUser:
		room = d.rooms.reads
	}
	if !room.Crowded(ofUser) {
		return nil
	}
	d.crowds.rejected.Add(1)
	return apperr.Busy(apperr.Overloaded, apperr.Soon, errCrowded)
}

// limitCrowds updates the limits of the rooms. It must be called every [watchEvery].
func (r *rooms) limitCrowds() {
	for _, room := range []*budget.Budget{r.reads, r.heavy, r.streams, r.writes, r.users, r.others} {
		room.LimitCrowd(fewCrowd, maxCrowd, float64(crowdTime/watchEvery))
	}
}

func (c *crowds) tell(log *slog.Logger) {
	if c.rejected.Load() > 0 && c.told.isDue() {
		log.Warn("the server is overloaded: more requests come than it can serve, and some are rejected with 503; add processors or replicas, or lower the limits of requests",
			"rejected", c.rejected.Swap(0))
	}
}
