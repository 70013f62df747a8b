package apitoken

import (
	"context"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/sweep"
)

const (
	keepExpired = 30 * 24 * time.Hour
	batchSize   = 1000
)

// SweepNow deletes the tokens that expired more than 30 days ago, in batches, and returns their number. Several servers may sweep at
// the same time. It returns the errors of [postgres.DB.Run]; completed batches stay deleted.
func (s *Service) SweepNow(ctx context.Context) (deleted int64, err error) {
	for {
		var batch int64
		err := s.DB.Run(ctx, func(q *db.Queries) (err error) {
			batch, err = q.DeleteExpiredAPITokens(ctx, db.DeleteExpiredAPITokensParams{Kept: keepExpired, BatchSize: batchSize})
			return err
		})
		deleted += batch
		if err != nil || batch < batchSize {
			return deleted, err
		}
	}
}

// Sweep calls [Service.SweepNow] now and every hour until ctx ends.
func (s *Service) Sweep(ctx context.Context) {
	sweep.Hourly(ctx, s.Log, "can't delete old API tokens; next try in an hour", func(ctx context.Context) error {
		deleted, err := s.SweepNow(ctx)
		if err == nil && deleted > 0 {
			s.Log.InfoContext(ctx, "deleted API tokens that expired 30 days ago", "tokens", deleted)
		}
		return err
	})
}
