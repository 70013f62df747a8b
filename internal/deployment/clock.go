package deployment

import (
	"context"
	"time"
)

const (
	// WarnSkew is the smallest difference between the clocks of a server and its database that is logged as a warning.
	WarnSkew = 10 * time.Second
	// DefaultMaxSkew is the default of [Service.MaxSkew]. Package session allows for the same difference: it rejects tokens from
	// further ahead, and forgets a revoked session this long after its last access token has expired.
	DefaultMaxSkew = time.Minute
)

// clockState is how far the clocks are apart.
type clockState int

const (
	clocksAgree clockState = iota
	clocksDiffer
	clocksTooFarApart
)

// skew returns how far the server's clock is ahead of the database's. The database's clock was read between the server's times before
// and after; if its time lies between them, skew is 0.
func skew(before, database, after time.Time) time.Duration {
	switch {
	case database.Before(before):
		return before.Sub(database)
	case database.After(after):
		return after.Sub(database)
	}
	return 0
}

// clockProblem logs a change of the state of the clocks, and returns the problem if they are too far apart.
func (s *Service) clockProblem(ctx context.Context, ahead time.Duration) *Problem {
	limit := s.MaxSkew
	if limit == 0 {
		limit = DefaultMaxSkew
	}
	state, before := clocksAgree, s.clockState
	switch {
	case ahead.Abs() > limit:
		state = clocksTooFarApart
	case ahead.Abs() >= WarnSkew:
		state = clocksDiffer
	}
	s.clockState = state
	switch {
	case state == clocksTooFarApart:
		return problemf("this server's clock is %s the database's; at most %v are allowed. Access tokens would be rejected, or live too "+
			"long. Synchronize both clocks, with chrony or systemd-timesyncd", describeSkew(ahead, limit), limit)
	case state == clocksDiffer && before == clocksAgree:
		s.Log.WarnContext(ctx, "the clock of this server and the database's differ: access tokens live too short or too long. Synchronize both, with "+
			"chrony or systemd-timesyncd", "ahead_s", ahead.Round(time.Second).Seconds(), "limit_s", limit.Seconds())
	case state == clocksAgree && before == clocksDiffer:
		s.Log.InfoContext(ctx, "the clocks of this server and of the database agree again")
	}
	return nil
}

// describeSkew describes a difference without its exact size, so that the text of a problem stays the same while it lasts.
func describeSkew(ahead, unit time.Duration) string {
	size := ahead.Abs().Truncate(unit)
	if ahead > 0 {
		return size.String() + " or more ahead of"
	}
	return size.String() + " or more behind"
}
