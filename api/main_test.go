package api_test

import (
	"os"
	"testing"
	"time"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/session"
)

func TestMain(m *testing.M) { os.Exit(apitest.Main(m)) }

// expired sets the clock of a server ahead so far that all current access tokens have expired.
var expired = clockAhead(session.MaxAccessTTL + time.Second)

// clockAhead sets the clock of a server ahead.
func clockAhead(by time.Duration) func(*apitest.Config) {
	return func(c *apitest.Config) { c.Clock = func() time.Time { return time.Now().Add(by) } }
}

// stopClock stops the clock of a server.
func stopClock(c *apitest.Config) {
	now := time.Now()
	c.Clock = func() time.Time { return now }
}
