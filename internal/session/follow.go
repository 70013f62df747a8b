package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/internal/postgres"
)

const (
	// pollInterval limits the delay if a notification is lost. The sum of pollInterval and loadTimeout is at most maxLag.
	pollInterval = 2 * time.Second
	loadTimeout  = time.Second // the default of [Revoked.LoadTimeout]
	// reconnectDelay is the pause before reconnecting for notifications.
	reconnectDelay = 500 * time.Millisecond
)

// Follow keeps the set up to date until ctx ends: with notifications, and with a query every 2 s in case a notification is lost.
func (r *Revoked) Follow(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { r.listen(ctx) })
	tick := time.NewTicker(pollInterval)
	defer tick.Stop()
	failing := false
	for {
		err := r.Load(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			r.log.WarnContext(ctx, "can't query the revoked sessions", "error", err)
		}
		failing = err != nil
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// listen adds the sessions that notifications name, and reconnects whenever the connection is lost or silent.
func (r *Revoked) listen(ctx context.Context) {
	failing, complete := false, false
	listener := postgres.Listener{
		Channel: channel, Clock: r.clock,
		Receive: func(payload string) {
			if id, err := uuid.Parse(payload); err == nil {
				r.Add(id)
			}
		},
		UpToDate: func(at time.Time) {
			failing = false
			if !complete { // sessions may have ended before it listened
				complete = r.Load(ctx) == nil
			} else {
				r.setUpToDate(at)
			}
		},
	}
	for ctx.Err() == nil {
		complete = false
		err := r.db.Listen(ctx, listener)
		if ctx.Err() != nil || errors.Is(err, postgres.ErrNoNotifications) { // Follow's queries are enough
			return
		}
		if !failing { // log it once
			r.log.WarnContext(ctx, "lost the connection that listens for revoked sessions; polling instead", "error", err)
		}
		failing = true
		select {
		case <-ctx.Done():
		case <-time.After(reconnectDelay):
		}
	}
}
