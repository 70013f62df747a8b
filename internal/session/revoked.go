package session

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
)

const (
	channel = "ocipe_ended_sessions"
	// pollEvery limits the delay if a notification is lost.
	pollEvery = 2 * time.Second
	// overlap is how far a poll looks back before the last one: ended_at is set before the transaction commits.
	overlap = time.Minute
	// slack covers the difference between the clocks of servers.
	slack = time.Minute
	// keep is how long a revoked session is remembered: until its last access token has expired.
	keep = MaxAccessTTL + slack
)

// Revoked is the set of sessions that were revoked or deleted recently: those whose access tokens would still be valid.
// Create it with [NewRevoked]. It is safe for concurrent use, except that Load and Follow must not overlap.
type Revoked struct {
	db    *postgres.DB
	clock func() time.Time
	log   *slog.Logger

	since time.Time // start of the next Load, by the database's clock; used only by Load

	restored atomic.Int64 // when the database was restored last, in seconds since 1970; 0: never

	mu       sync.RWMutex
	sessions map[uuid.UUID]time.Time // when to forget it
}

// NewRevoked returns an empty set.
func NewRevoked(d *postgres.DB, clock func() time.Time, log *slog.Logger) *Revoked {
	return &Revoked{db: d, clock: clock, log: log, sessions: map[uuid.UUID]time.Time{}}
}

// Add adds a session, and keeps it for the maximum lifetime of an access token.
func (r *Revoked) Add(session uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sessions[session] = r.clock().Add(keep)
}

// AddAll adds several sessions.
func (r *Revoked) AddAll(sessions []uuid.UUID) {
	for _, session := range sessions {
		r.Add(session)
	}
}

// Has reports whether the set has this session.
func (r *Revoked) Has(session uuid.UUID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.sessions[session]
	return ok
}

// PredatesRestore reports whether an access token issued at that time is older than the last restore of the database. Its account or
// its session may be missing since. Clients refresh then, which shows whether the session was restored.
func (r *Revoked) PredatesRestore(issuedAt time.Time) bool {
	return issuedAt.Unix() < r.restored.Load()
}

// Load adds the sessions that were revoked since the last call, reads the time of the last restore, and forgets those whose last access token has expired.
// Call it once before serving; Follow calls it from then on. It returns the errors of [postgres.DB.Run].
func (r *Revoked) Load(ctx context.Context) error {
	return r.db.Run(ctx, func(q *db.Queries) error {
		clock, err := q.GetClock(ctx)
		if err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		r.restored.Store(clock.RestoredAt.Unix())
		since := r.since
		if since.IsZero() {
			since = clock.Now.Add(-keep)
		}
		rows, err := q.ListEndedSessions(ctx, since)
		if err != nil {
			return fmt.Errorf("list the revoked sessions: %w", err)
		}
		r.remember(rows)
		r.since = clock.Now.Add(-overlap)
		return nil
	})
}

func (r *Revoked) remember(rows []db.EndedSession) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	maps.DeleteFunc(r.sessions, func(_ uuid.UUID, until time.Time) bool { return until.Before(now) })
	for _, row := range rows {
		if _, known := r.sessions[row.SessionID]; !known {
			r.sessions[row.SessionID] = now.Add(keep)
		}
	}
}

// Follow keeps the set up to date until ctx ends: with notifications at once, and with a query every 2 s in case one is
// lost.
func (r *Revoked) Follow(ctx context.Context) {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { r.listen(ctx) })
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	failing := false
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		err := r.Load(ctx)
		if err != nil && ctx.Err() == nil && !failing {
			r.log.WarnContext(ctx, "can't query the revoked sessions", "error", err)
		}
		failing = err != nil
	}
}

// listen adds the sessions of notifications, and reconnects whenever the connection is lost.
func (r *Revoked) listen(ctx context.Context) {
	failing := false
	for ctx.Err() == nil {
		err := r.db.Listen(ctx, channel, func() { failing = false }, func(payload string) {
			if id, err := uuid.Parse(payload); err == nil {
				r.Add(id)
			}
		})
		if ctx.Err() != nil || errors.Is(err, postgres.ErrNoNotifications) { // Follow's queries are enough
			return
		}
		if !failing { // log it once
			r.log.WarnContext(ctx, "lost the connection that listens for revoked sessions; polling instead", "error", err)
		}
		failing = true
		select {
		case <-ctx.Done():
		case <-time.After(pollEvery):
		}
	}
}
