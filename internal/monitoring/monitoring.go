// Package monitoring checks whether the database responds.
package monitoring

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

// probeTimeout is the default of [Service.Timeout]. It leaves 0.1 s for the response. The contract says that it takes at most a second.
const probeTimeout = 900 * time.Millisecond

// Service has the use cases of monitoring. DB is required.
type Service struct {
	DB      *postgres.DB
	Timeout time.Duration // of a probe; 0: 0.9 s
}

// Probe runs a statement that returns 1.
//
// It returns [apperr.Unavailable] if that takes longer than Timeout or the database can't be reached, and
// [apperr.Overloaded] if there are too many other calls.
func (s *Service) Probe(ctx context.Context) (one int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, probeTimeout))
	defer cancel()
	err = s.DB.Run(ctx, func(q *db.Queries) (err error) {
		one, err = q.Probe(ctx)
		return err
	})
	if errors.Is(err, context.DeadlineExceeded) { // before the statement was sent
		err = apperr.Busy(apperr.Unavailable, apperr.RetrySoon, err)
	}
	return one, err
}
