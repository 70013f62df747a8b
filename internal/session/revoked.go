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
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/postgres"
)

const (
	channel = "ocipe_ended_sessions"
	// overlap is how far before the last poll a poll looks back: ended_at is set before the transaction commits.
	overlap = time.Minute
	// clockSkew covers the difference between the clocks of servers.
	clockSkew = time.Minute
	// revokedTTL is how long a revoked session is remembered: until its last access token has expired.
	revokedTTL = MaxAccessTTL + clockSkew
)

// maxLag is the default of [Revoked.MaxLag]. ADR 16 has the reasons for it.
const maxLag = 3 * time.Second

// Revoked is the set of sessions and grants that ended recently: those whose tokens could otherwise still be accepted.
// Create it with [NewRevoked]. It is safe for concurrent use.
type Revoked struct {
	// MaxLag is how long access tokens may still be accepted after their session has ended on another server. Set it before the
	// first use.
	MaxLag time.Duration
	// LoadTimeout limits [Revoked.Load]. Set it before the first use.
	LoadTimeout time.Duration

	db    *postgres.DB
	clock func() time.Time
	log   *slog.Logger
	start time.Time

	upToDate atomic.Int64 // when the set was last complete, in nanoseconds after start; 0: it was never loaded

	loadMu   sync.Mutex
	since    time.Time // start of the next Load, by the database's clock; zero: it loads everything
	failedAt time.Time // of the last Load, if it failed
	lagging  bool      // tokens are being rejected; this was logged

	restored atomic.Int64 // when the database was restored last, in seconds since 1970; 0: never

	mu  sync.RWMutex
	ids map[uuid.UUID]time.Time // the sessions and grants, and when to forget each
}

// NewRevoked returns an empty set.
func NewRevoked(d *postgres.DB, clock func() time.Time, log *slog.Logger) *Revoked {
	return &Revoked{MaxLag: maxLag, LoadTimeout: loadTimeout, db: d, clock: clock, log: log, start: clock(), ids: map[uuid.UUID]time.Time{}}
}

// Add adds a session, and keeps it for the maximum lifetime of an access token.
func (r *Revoked) Add(id uuid.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids[id] = r.clock().Add(revokedTTL)
}

// AddAll adds several sessions.
func (r *Revoked) AddAll(ids []uuid.UUID) {
	for _, id := range ids {
		r.Add(id)
	}
}

// Has reports whether the set has this session.
func (r *Revoked) Has(id uuid.UUID) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, ok := r.ids[id]
	return ok
}

// PredatesRestore reports whether an access token issued at that time is older than the last restore of the database. Its account or
// session may be missing now. The client then refreshes, which shows whether the session was restored.
func (r *Revoked) PredatesRestore(issuedAt time.Time) bool {
	return issuedAt.Unix() < r.restored.Load()
}

// Check returns an error if the session has ended, or if that is unknown. It may miss a session that ended on another server at most
// MaxLag before now. If the set is older than MaxLag, Check queries the database, for up to LoadTimeout.
//
// It returns [apperr.TokenNotValid] if the set has the session, and [apperr.Unavailable] if the database doesn't respond. If the set
// was never loaded, Check doesn't query the database.
func (r *Revoked) Check(id uuid.UUID, now time.Time) error {
	current := r.isCurrent(now) // before Has: the set may become current in between
	if r.Has(id) {
		return apperr.New(apperr.TokenNotValid)
	}
	if current {
		return nil
	}
	if err := r.catchUp(now); err != nil {
		return err
	}
	if r.Has(id) {
		return apperr.New(apperr.TokenNotValid)
	}
	return nil
}

// isCurrent reports whether the set has every session that ended more than MaxLag before now.
func (r *Revoked) isCurrent(now time.Time) bool {
	at := r.upToDate.Load()
	return at == 0 || now.Sub(r.start)-time.Duration(at) <= r.MaxLag
}

// errLagging is the cause of the error of [Revoked.Check].
var errLagging = errors.New("it is unknown which sessions have ended: the database doesn't respond")

func (r *Revoked) catchUp(now time.Time) error {
	r.loadMu.Lock()
	defer r.loadMu.Unlock()
	if r.isCurrent(now) { // another request has loaded them
		return nil
	}
	if now.Sub(r.failedAt) >= loadTimeout && r.load(context.Background()) == nil { // not the request's context: others wait, too
		return nil
	}
	if !r.lagging {
		r.lagging = true
		silent := now.Sub(r.start) - time.Duration(r.upToDate.Load())
		r.log.Warn("the database doesn't say which sessions have ended; rejecting access tokens with 503 until it does", "silent_ms", silent.Milliseconds())
	}
	return apperr.Busy(apperr.Unavailable, apperr.RetrySoon, errLagging)
}

// Load adds the sessions that were revoked since the last call, forgets those whose last access token has expired, and reads the
// time of the last restore. Call it once before serving; Follow calls it from then on. It returns the errors of [postgres.DB.Run],
// and [apperr.Unavailable] or [apperr.Overloaded] if it takes longer than LoadTimeout.
func (r *Revoked) Load(ctx context.Context) error {
	r.loadMu.Lock()
	defer r.loadMu.Unlock()
	return r.load(ctx)
}

// load must be called with loadMu locked.
func (r *Revoked) load(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, r.LoadTimeout)
	defer cancel()
	at := r.clock()
	err := r.db.Run(ctx, func(q *db.Queries) error {
		clock, err := q.GetClock(ctx)
		if err != nil {
			return fmt.Errorf("read the clock: %w", err)
		}
		r.restored.Store(clock.RestoredAt.Unix())
		since := r.since
		if since.IsZero() {
			since = clock.Now.Add(-revokedTTL)
		}
		rows, err := q.ListEndedSessions(ctx, since)
		if err != nil {
			return fmt.Errorf("list the revoked sessions: %w", err)
		}
		r.remember(rows)
		r.since = clock.Now.Add(-overlap)
		return nil
	})
	if err != nil {
		r.since, r.failedAt = time.Time{}, r.clock() // the next database may have another clock
		return err
	}
	r.failedAt, r.lagging = time.Time{}, false
	r.setUpToDate(at)
	return nil
}

// setUpToDate records that the set was complete at this time.
func (r *Revoked) setUpToDate(at time.Time) {
	after := max(1, int64(at.Sub(r.start)))
	for {
		before := r.upToDate.Load()
		if before >= after || r.upToDate.CompareAndSwap(before, after) {
			return
		}
	}
}

func (r *Revoked) remember(rows []db.EndedSession) {
	r.mu.Lock()
	defer r.mu.Unlock()
	now := r.clock()
	maps.DeleteFunc(r.ids, func(_ uuid.UUID, until time.Time) bool { return until.Before(now) })
	for _, row := range rows {
		if _, known := r.ids[row.SessionID]; !known {
			r.ids[row.SessionID] = now.Add(revokedTTL)
		}
	}
}
