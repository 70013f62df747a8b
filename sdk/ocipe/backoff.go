package ocipe

import (
	"context"
	"math/rand/v2"
	"net/http"
	"strconv"
	"time"
)

// The wait before a retry is random, from zero to a limit that starts at firstBackoff and doubles with each retry.
const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 8 * time.Second
)

// backoff returns the time to wait after a try; the first try has number 1. The time is random from zero to the limit, so that clients
// that failed at the same time don't retry at the same time.
func backoff(try int) time.Duration {
	limit := maxBackoff
	if doublings := try - 1; doublings < 4 {
		limit = firstBackoff << doublings
	}
	return rand.N(limit) //nolint:gosec // G404: it spreads load; nobody gains from guessing it
}

// retryAfterOf returns the time to wait that a response asks for, in seconds or as a date (RFC 9110, section 10.2.3). It is 0 if the
// response doesn't ask, or if the date has passed. The date is relative to the header Date of the response, because the clocks of client
// and server may differ.
func retryAfterOf(h http.Header, now time.Time) time.Duration {
	value := h.Get("Retry-After")
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	date, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return max(0, date.Sub(now))
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}
