// Package sweep repeats the deletion of what is no longer needed.
package sweep

import (
	"context"
	"log/slog"
	"time"
)

// Hourly calls sweep now and every hour until ctx ends. If it returns an error, failed is logged as a warning: the next call may
// succeed.
func Hourly(ctx context.Context, log *slog.Logger, failed string, sweep func(context.Context) error) {
	tick := time.NewTicker(time.Hour)
	defer tick.Stop()
	for {
		if err := sweep(ctx); err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, failed, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
