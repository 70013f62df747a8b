package faults

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestRollingRestartsBehindAProxyLoseNothing restarts and kills three replicas one after the other, while users write through a proxy with
// the configuration in deploy/. During a restart no request fails. After a kill, only requests that were in progress may fail. Every
// acknowledged write must exist once.
func TestRollingRestartsBehindAProxyLoseNothing(t *testing.T) {
	t.Parallel()
	for name, proxy := range map[string]struct {
		start func(*testing.T, []string) string
		delay string
		pause time.Duration // after a start, before the next replica
	}{
		"HAProxy": {startHAProxy, "5s", 0},
		// It has no health checks that would notice the announcement, and doesn't use a replica for up to two seconds after a failure.
		"Nginx": {startNginx, "0s", 2 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fleet := startFleet(t, proxy.delay)
			fleet.pause = proxy.pause
			load := startFridgeLoad(t, proxy.start(t, fleet.addresses))
			load.progress(t)

			rounds := 3
			if testing.Short() {
				rounds = 1
			}
			for range rounds {
				for i := range fleet.servers {
					fleet.restart(t, i)
					load.progress(t)
				}
			}
			require.Empty(t, load.failures(), "a restart fails no request")

			for i := range fleet.servers {
				if testing.Short() && i > 0 {
					break
				}
				dead := fleet.kill(t, i)
				load.progress(t)
				for _, f := range load.failures() {
					require.True(t, f.began.Before(dead), "began after the end of the replica: %v", f)
				}
				fleet.launch(t, i)
				load.progress(t)
				load.forget()
			}
			load.check(t)
		})
	}
}

// requestFailure is a failed request.
type requestFailure struct {
	began       time.Time
	description string
}

// String describes the failure.
func (f requestFailure) String() string {
	return fmt.Sprintf("%s: %s", f.began.Format(time.StampMilli), strings.TrimSpace(f.description))
}
