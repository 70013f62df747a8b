package activity

import (
	"context"
	"sync"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/sweep"
)

// event is an event that waits to be recorded.
type event struct {
	userID int64
	kind   Kind
	from   Client
}

// maxQueued is the maximum number of waiting events.
const maxQueued = 1000

// RecordLater records an event that belongs to no transaction, such as a failed login, in the background: otherwise the time of the
// response would reveal whether the account exists. If a thousand events already wait, or the server crashes, the event is lost.
func (s *Service) RecordLater(userID int64, kind Kind, from Client) {
	select {
	case s.queue <- event{userID, kind, from.Clip()}:
	default:
	}
}

// batchSize is how many events are deleted at once.
const batchSize = 1000

// Work records the events of [Service.RecordLater], and deletes old events now and every hour, until ctx ends. Before it returns, it
// records the events that still wait.
func (s *Service) Work(ctx context.Context) {
	var wg sync.WaitGroup
	wg.Go(func() { s.recordQueued(ctx) })
	wg.Go(func() {
		sweep.Hourly(ctx, s.log, "can't delete old events of the security log; next try in an hour", s.SweepNow)
	})
	wg.Wait()
}

func (s *Service) recordQueued(ctx context.Context) {
	for {
		select {
		case e := <-s.queue:
			s.recordOne(ctx, e)
		case <-ctx.Done():
			for {
				select {
				case e := <-s.queue:
					s.recordOne(ctx, e)
				default:
					return
				}
			}
		}
	}
}

// recordTimeout limits the statement that records an event: an event that waits for a lock must not delay the others.
const recordTimeout = 5 * time.Second

// recordOne records an event even if ctx has ended.
func (s *Service) recordOne(ctx context.Context, e event) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout)
	defer cancel()
	err := s.Record(ctx, e.userID, e.kind, e.from)
	if err != nil {
		s.log.WarnContext(ctx, "can't record an event of the security log", "event", string(e.kind), "user", e.userID, "error", err)
	}
}

// SweepNow deletes the events that are older than [Keep], in batches, and the reset codes that have expired. Several servers may sweep
// at the same time. It returns the errors of [postgres.DB.Run]; completed batches stay deleted.
func (s *Service) SweepNow(ctx context.Context) error {
	for {
		var deleted int64
		err := s.db.Run(ctx, func(q *db.Queries) (err error) {
			if _, err = q.DeleteOldResetCodes(ctx); err != nil {
				return err
			}
			deleted, err = q.DeleteOldEvents(ctx, db.DeleteOldEventsParams{Keep: Keep, BatchSize: batchSize})
			return err
		})
		if err != nil || deleted < batchSize {
			return err
		}
	}
}
