package throttle

import (
	"context"
	"fmt"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/sweep"
)

const (
	// DeviceTTL is how long a device is remembered without a login. Browsers don't keep cookies longer (RFC 6265bis, section 5.5).
	DeviceTTL = 400 * 24 * time.Hour

	unknownNameTTL = 7 * 24 * time.Hour // of names without an account
)

// SweepNow deletes failures of names without an account after a week, expired failures of networks, and devices after [DeviceTTL].
// Several servers may sweep at the same time. It returns the errors of [postgres.DB.Run].
func (g *Gate) SweepNow(ctx context.Context) (deleted int64, err error) {
	for _, sweep := range []func(*db.Queries, time.Time) (int64, error){
		func(q *db.Queries, now time.Time) (int64, error) {
			return q.SweepLoginFailures(ctx, now.Add(-unknownNameTTL))
		},
		func(q *db.Queries, now time.Time) (int64, error) { return q.SweepLoginNetworks(ctx, now) },
		func(q *db.Queries, now time.Time) (int64, error) {
			return q.SweepLoginDevices(ctx, now.Add(-DeviceTTL))
		},
	} {
		err := g.DB.Run(ctx, func(q *db.Queries) error {
			now, err := q.Now(ctx)
			if err != nil {
				return fmt.Errorf("read the clock: %w", err)
			}
			n, err := sweep(q, now)
			deleted += n
			return err
		})
		if err != nil {
			return deleted, fmt.Errorf("delete old failures: %w", err)
		}
	}
	return deleted, nil
}

// Sweep calls [Gate.SweepNow] now and every hour until ctx ends.
func (g *Gate) Sweep(ctx context.Context) {
	sweep.Hourly(ctx, g.Log, "can't delete old failures of logins; next try in an hour", func(ctx context.Context) error {
		deleted, err := g.SweepNow(ctx)
		if err == nil && deleted > 0 {
			g.Log.InfoContext(ctx, "deleted old failures of logins", "rows", deleted)
		}
		return err
	})
}
