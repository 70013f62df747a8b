// Package sweep runs deletions of old data every hour.
package sweep

import (
	"context"
	"log/slog"
	"time"
)

// Hourly calls sweep now and every hour until ctx ends. If sweep returns an error, Hourly logs the message failed as a warning: the
// next call may succeed.
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
