package session

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

const (
	channel = "ocipe_ended_sessions"
	// pollEvery bounds how late an end is noticed when a notification is lost.
	pollEvery = 2 * time.Second
	// overlap is how far a poll looks back beyond the last one: an end is dated before its transaction commits.
	overlap = time.Minute
	// slack is how much longer an end is remembered than the last access token lives: clocks differ.
	slack = time.Minute
	keep  = MaxAccessTTL + slack
)

// Ended are the sessions that ended within the longest lifetime of an access token: the few whose access
// tokens are to be refused. Create it with [NewEnded].
type Ended struct {
	db    *postgres.DB
	clock func() time.Time
	log   *slog.Logger

	since time.Time // by the database's clock: from here on the next Load asks; used by Load alone

	mu       sync.RWMutex
	sessions map[uuid.UUID]time.Time // until when to remember
}

// NewEnded returns an empty set.
func NewEnded(d *postgres.DB, clock func() time.Time, log *slog.Logger) *Ended {
	return &Ended{db: d, clock: clock, log: log, sessions: map[uuid.UUID]time.Time{}}
}

// Add remembers that a session has ended.
func (e *Ended) Add(session uuid.UUID) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sessions[session] = e.clock().Add(keep)
}

// Has tells whether the session ended within the longest lifetime of an access token.
func (e *Ended) Has(session uuid.UUID) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	_, ok := e.sessions[session]
	return ok
}

// Load reads what has ended since the last call, and drops the sessions whose last access token has expired. Call
// it once before serving; Follow calls it from then on.
func (e *Ended) Load(ctx context.Context) error {
	return e.db.Run(ctx, func(q *db.Queries) error {
		now, err := q.Now(ctx)
		if err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		since := e.since
		if since.IsZero() {
			since = now.Add(-keep)
		}
		rows, err := q.ListEndedSessions(ctx, since)
		if err != nil {
			return fmt.Errorf("list the ended sessions: %w", err)
		}
		e.remember(rows)
		e.since = now.Add(-overlap)
		return nil
	})
}

func (e *Ended) remember(rows []db.EndedSession) {
	e.mu.Lock()
	defer e.mu.Unlock()
	now := e.clock()
	maps.DeleteFunc(e.sessions, func(_ uuid.UUID, until time.Time) bool { return until.Before(now) })
	for _, r := range rows {
		if _, known := e.sessions[r.SessionID]; !known {
			e.sessions[r.SessionID] = now.Add(keep)
		}
	}
}

// Follow keeps the set up to date until ctx ends: by notification at once, and by a poll every 2 s
// where a notification is lost.
func (e *Ended) Follow(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { e.listen(ctx) })
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	wasAway := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := e.Load(ctx)
		if err != nil && ctx.Err() == nil && !wasAway {
			e.log.WarnContext(ctx, "can't ask which sessions have ended", "error", err)
		}
		wasAway = err != nil
	}
}

// listen hears the notifications, connecting again as often as it takes.
func (e *Ended) listen(ctx context.Context) {
	wasAway := false
	for ctx.Err() == nil {
		err := e.db.Listen(ctx, channel, func() { wasAway = false }, func(payload string) {
			if id, err := uuid.Parse(payload); err == nil {
				e.Add(id)
			}
		})
		if ctx.Err() != nil {
			return
		}
		if !wasAway { // said once
			e.log.WarnContext(ctx, "lost the connection that listens for ended sessions; the poll goes on", "error", err)
		}
		wasAway = true
		select {
		case <-ctx.Done():
		case <-time.After(pollEvery):
		}
	}
}
