package ocipe

import (
	"context"
	"time"
)

// Exported for the tests in package ocipe_test.
var (
	Backoff      = backoff
	RetryAfterOf = retryAfterOf
	Operations   = operations
)

// IsIdempotent reports whether an operation has an idempotency key.
func IsIdempotent(operation string) bool { return operations[operation].idempotent }

// IsLong reports whether an operation has no timeouts.
func IsLong(operation string) bool { return operations[operation].long }

// WithSleep calls sleep instead of waiting before a retry.
func WithSleep(sleep func(time.Duration)) Option {
	return func(s *session) {
		s.sleep = func(_ context.Context, d time.Duration) error {
			sleep(d)
			return nil
		}
	}
}
