package postgres

import (
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/budget"
)

// If more calls come than the server can serve, the calls that wait become more and more, whatever is scarce: processors, the disk or
// connections. Then at most so many may wait as are served in crowdTime, by the pace of the last moments.
const (
	crowdTime = 250 * time.Millisecond
	fewCrowd  = 32  // may wait in any case
	maxCrowd  = 256 // may wait after a moment in which none waited, which is a burst; and of users of whom no other call waits
)

// crowds counts the calls that were rejected because too many waited.
type crowds struct {
	rejected atomic.Int64 // since the last warning
	told     hourly
}

// errCrowded is the cause of the error of these calls.
var errCrowded = errors.New("too many calls of its kind wait")

// Admit returns [apperr.Overloaded] if too many calls of a kind wait: those of a user that read or write, or those of no user. It costs
// next to nothing, so that a request can be rejected before any work is done for it. As long as the user isn't known, it may be his
// first one.
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

// limitCrowds is called every [watchEvery].
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
