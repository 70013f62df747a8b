package ocipe

import (
	"context"
	"time"
)

// The tests of package ocipe_test use these.
var (
	Backoff      = backoff
	RetryAfterOf = retryAfterOf
)

// WithSleep calls sleep instead of waiting before a retry.
func WithSleep(sleep func(time.Duration)) Option {
	return func(s *session) {
		s.sleep = func(_ context.Context, d time.Duration) error {
			sleep(d)
			return nil
		}
	}
}
