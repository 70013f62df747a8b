package session

import (
	"context"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/sweep"
)

const (
	keepSessions = 30 * 24 * time.Hour
	batchSize    = 1000
)

// SweepNow deletes the sessions that ended more than 30 days ago, in batches by primary key, and returns their number. It
// also deletes the records of revoked sessions that servers no longer need. Several servers may sweep at the same time.
// It returns the errors of [postgres.DB.Run]; completed batches stay deleted.
func (s *Service) SweepNow(ctx context.Context) (deleted int64, err error) {
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		now, err := q.Now(ctx)
		if err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		_, err = q.ForgetEndedSessions(ctx, now.Add(-2*revokedTTL))
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("forget revoked sessions: %w", err)
	}
	for after := (db.ListSessionEndsRow{}); ; {
		n, last, err := s.sweepBatch(ctx, after)
		deleted += n
		if err != nil || last.ID == after.ID {
			return deleted, err
		}
		after = last
	}
}

// sweepBatch sweeps a batch of sessions whose keys are greater than that of after, and returns the last one of the batch.
func (s *Service) sweepBatch(ctx context.Context, after db.ListSessionEndsRow) (deleted int64, last db.ListSessionEndsRow, err error) {
	last = after
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		now, err := q.Now(ctx)
		if err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		rows, err := q.ListSessionEnds(ctx, db.ListSessionEndsParams{AfterUserID: after.UserID, AfterID: after.ID, BatchSize: batchSize})
		if err != nil {
			return fmt.Errorf("list a batch of sessions: %w", err)
		}
		var old db.DeleteSessionsParams
		for _, r := range rows {
			last = r
			if now.Sub(r.EndedAt) > keepSessions {
				old.UserIds, old.Ids = append(old.UserIds, r.UserID), append(old.Ids, r.ID)
			}
		}
		if len(old.Ids) > 0 {
			if deleted, err = q.DeleteSessions(ctx, old); err != nil {
				return fmt.Errorf("delete old sessions: %w", err)
			}
		}
		return nil
	})
	return deleted, last, err
}

// Sweep calls [Service.SweepNow] now and every hour until ctx ends.
func (s *Service) Sweep(ctx context.Context) {
	sweep.Hourly(ctx, s.Log, "can't delete old sessions; next try in an hour", func(ctx context.Context) error {
		deleted, err := s.SweepNow(ctx)
		if err == nil && deleted > 0 {
			s.Log.InfoContext(ctx, "deleted sessions that ended 30 days ago", "sessions", deleted)
		}
		return err
	})
}
