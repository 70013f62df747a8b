// Package monitoring checks whether the database responds.
package monitoring

import (
	"context"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

const probeTimeout = time.Second

// Service has the use cases of monitoring. DB is required.
type Service struct {
	DB *postgres.DB
}

// Probe runs a statement that returns 1.
//
// It returns [apperr.Unavailable] if that takes longer than a second or the database can't be reached, and
// [apperr.Overloaded] if no connection becomes free in time.
func (s *Service) Probe(ctx context.Context) (one int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, probeTimeout)
	defer cancel()
	err = s.DB.Run(ctx, func(q *db.Queries) (err error) {
		one, err = q.Probe(ctx)
		return err
	})
	return one, err
}
