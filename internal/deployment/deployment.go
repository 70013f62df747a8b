// Package deployment checks that a server and its database belong together: that the server has the keys of the database, that
// their clocks agree, and that the program supports the schema.
package deployment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

// checkEvery is the interval of the checks while the server runs. A rotated key is announced for twice as long before it signs.
const checkEvery = token.AnnounceFor / 2

// Service checks a server. All fields are required.
type Service struct {
	DB    *postgres.DB
	Clock func() time.Time
	Log   *slog.Logger
	// MaxSkew is the maximum difference between the clocks of the server and the database. If they differ by more, the server isn't
	// ready. Zero means [DefaultMaxSkew].
	MaxSkew time.Duration

	clockState clockState // of the last check; only one goroutine checks at a time
	announced  string     // a key that the server lacks and that doesn't sign yet; it was logged
	problem    atomic.Pointer[Problem]
}

// Problem says why the server must not serve.
type Problem struct{ text string }

// Error says what is wrong and what to do.
func (p *Problem) Error() string { return p.text }

func problemf(format string, args ...any) *Problem { return &Problem{fmt.Sprintf(format, args...)} }

// Ready returns nil, or the [Problem] that the last check found. It takes nanoseconds.
func (s *Service) Ready() error {
	if p := s.problem.Load(); p != nil {
		return p
	}
	return nil
}

// CheckClock compares the server's clock with that of the database, and logs a warning if they differ by [WarnSkew] or more.
//
// It returns a [Problem] if they differ by more than MaxSkew, and the errors of [postgres.DB.Run].
func (s *Service) CheckClock(ctx context.Context) error {
	found, err := s.readState(ctx)
	if err != nil {
		return err
	}
	return problemOrNil(s.clockProblem(ctx, found.skew))
}

// problemOrNil avoids a non-nil error that holds a nil pointer.
func problemOrNil(p *Problem) error {
	if p == nil {
		return nil
	}
	return p
}

// state has the values that a check reads.
type state struct {
	now           time.Time // the database's
	skew          time.Duration
	oldestProgram int64 // see postgres.Schema
	keys          []db.SigningKey
}

func (s *Service) readState(ctx context.Context) (found state, err error) {
	err = s.DB.Run(ctx, func(q *db.Queries) error {
		before := s.Clock()
		d, err := q.GetDeployment(ctx)
		if err != nil {
			return fmt.Errorf("read the clock and the schema: %w", err)
		}
		found.now, found.oldestProgram, found.skew = d.Now, d.OldestProgram, skew(before, d.Now, s.Clock())
		if found.keys, err = q.ListSigningKeys(ctx); err != nil {
			return fmt.Errorf("list the keys: %w", err)
		}
		return nil
	})
	return found, err
}

// Follow repeats the checks until ctx ends. It logs each change, and adds the keys of a rotation to the database.
func (s *Service) Follow(ctx context.Context, keys func() token.Keys) {
	tick := time.NewTicker(checkEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.Check(ctx, keys())
		}
	}
}

// Check checks once, and logs changes since the last check. An unavailable database doesn't count as a problem: other checks find it.
func (s *Service) Check(ctx context.Context, keys token.Keys) {
	limited, cancel := context.WithTimeout(ctx, checkEvery)
	defer cancel()
	found, err := s.readState(limited)
	if err == nil {
		err = s.check(limited, found, keys)
	}
	if p, ok := errors.AsType[*Problem](err); ok || err == nil {
		s.setProblem(ctx, p)
		return
	}
	s.Log.DebugContext(ctx, "can't check the deployment", "error", err)
}

// check returns the first problem, or an error of the database.
func (s *Service) check(ctx context.Context, found state, keys token.Keys) error {
	skewed := s.clockProblem(ctx, found.skew)
	if known := postgres.SchemaVersion(); found.oldestProgram > known {
		return problemf("the schema was migrated to a version that needs a program with schema version %d or newer; this program has %d: "+
			"upgrade this server", found.oldestProgram, known)
	}
	if skewed != nil {
		return skewed
	}
	if p := s.keysProblem(ctx, found, keys); p != nil {
		return p
	}
	if hasAllKeys(found.keys, keys) {
		return nil
	}
	_, err := s.saveKeys(ctx, keys, false)
	return err
}

// setProblem stores the problem. It logs a new problem, and the end of the last one.
func (s *Service) setProblem(ctx context.Context, p *Problem) {
	before := s.problem.Swap(p)
	switch {
	case p != nil && (before == nil || before.text != p.text):
		s.Log.ErrorContext(ctx, "this server doesn't belong to its database, and isn't ready", "error", p)
	case p == nil && before != nil:
		s.Log.InfoContext(ctx, "this server is ready again", "was", before)
	}
}

// Skew returns how far the server's clock is ahead of the database's.
func (s *Service) Skew(ctx context.Context) (time.Duration, error) {
	found, err := s.readState(ctx)
	return found.skew, err
}

// CheckKeys returns a [Problem] if a server with these keys doesn't belong to the database, and the errors of [postgres.DB.Run]. It
// changes nothing.
func (s *Service) CheckKeys(ctx context.Context, keys token.Keys) error {
	found, err := s.readState(ctx)
	if err != nil {
		return err
	}
	return problemOrNil(s.keysProblem(ctx, found, keys))
}
