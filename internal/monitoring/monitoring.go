// Package monitoring tells whether the database answers.
package monitoring

import (
	"context"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

// patience is how long the database may take to answer.
const patience = time.Second

// Service has the use cases of monitoring.
type Service struct {
	DB *postgres.DB
}

// Probe asks the database for the number 1.
//
// It fails with [fault.Unavailable] if that takes more than a second.
func (s *Service) Probe(ctx context.Context) (answer int64, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	err = s.DB.Run(ctx, func(q *db.Queries) (err error) {
		answer, err = q.Probe(ctx)
		return err
	})
	return answer, err
}
