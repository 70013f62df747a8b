package ocipe_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
)

func TestBackoffIsRandomUpToADoublingLimit(t *testing.T) {
	t.Parallel()
	for try, limit := range map[int]time.Duration{
		1: 500 * time.Millisecond, 2: time.Second, 3: 2 * time.Second, 4: 4 * time.Second, 5: 8 * time.Second, 6: 8 * time.Second, 100: 8 * time.Second,
	} {
		shortest, longest := limit, time.Duration(0)
		for range 1000 {
			d := ocipe.Backoff(try)
			shortest, longest = min(shortest, d), max(longest, d)
		}
		if shortest < 0 || shortest > limit/10 || longest < limit*9/10 || longest >= limit {
			t.Errorf("the waits after try %d are from %v to %v; from 0 to %v is expected", try, shortest, longest, limit)
		}
	}
}

func TestRetryAfterIsInSecondsOrADate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, c := range []struct {
		retryAfter, sent string
		want             time.Duration
	}{
		{"", "", 0},
		{"0", "", 0},
		{"7", "", 7 * time.Second},
		{"7", date(time.Hour), 7 * time.Second},
		{"2147483647", "", 2147483647 * time.Second},
		{"99999999999999999999", "", 0},
		{"-7", "", 0},
		{"+7", "", 0},
		{"1.5", "", 0},
		{"soon", "", 0},
		{date(7 * time.Second), "", 7 * time.Second},
		{date(-7 * time.Second), "", 0},
		{date(time.Hour), date(time.Hour - 7*time.Second), 7 * time.Second}, // the server's clock is ahead
		{date(7 * time.Second), "now", 7 * time.Second},
		{"Saturday, 28-Nov-26 12:00:07 GMT", "", 7 * time.Second}, // the obsolete forms of RFC 9110, section 5.6.7
		{"Sat Nov 28 12:00:07 2026", "", 7 * time.Second},
	} {
		h := http.Header{"Retry-After": {c.retryAfter}, "Date": {c.sent}}
		if got := ocipe.RetryAfterOf(h, now); got != c.want {
			t.Errorf("Retry-After %q in a response of %q is %v; %v is expected", c.retryAfter, c.sent, got, c.want)
		}
	}
}
