package faults

import (
	"context"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// failoverLimit is the maximum time after a promotion until every server serves again.
const failoverLimit = 5 * time.Second

// TestAFailoverLosesNothing makes the primary fail while two servers are under load, and promotes its synchronous standby.
func TestAFailoverLosesNothing(t *testing.T) {
	for name, take := range map[string]func(*node, *pgtest.Proxy){
		"OfAKilledPrimary":       func(n *node, _ *pgtest.Proxy) { n.kill() },
		"OfAFrozenPrimary":       func(n *node, _ *pgtest.Proxy) { n.signal(syscall.SIGSTOP) },
		"OfAnUnreachablePrimary": func(_ *node, p *pgtest.Proxy) { p.SilenceAll() },
	} {
		if testing.Short() && name != "OfAFrozenPrimary" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			primary := startPrimary(t)
			standby := primary.addStandby(t)
			proxy := pgtest.NewProxy(t, func() (network, address string) { return "tcp", primary.address() })
			url := "postgres://postgres@" + proxy.Addr + "," + standby.address() + "/ocipe?sslmode=disable&target_session_attrs=read-write"
			servers := serveOn(t, url, primary, 2)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			var ledgers []*ledger
			var load sync.WaitGroup
			for _, s := range servers {
				l := &ledger{server: s}
				l.client = s.User(t, l.username())
				ledgers = append(ledgers, l)
				load.Go(func() { l.runLoad(ctx, t, 4) })
			}
			start := time.Now()
			pgtest.Eventually(t, func() bool { return ledgers[0].succeeded(start) > 50 && ledgers[1].succeeded(start) > 50 })

			take(primary, proxy)
			standby.promote(t)
			promoted := time.Now()
			for _, l := range ledgers {
				pgtest.Eventually(t, func() bool { return l.succeeded(promoted) > 50 })
			}
			stop()
			load.Wait()

			for _, l := range ledgers {
				failing := l.check(t, standby, promoted)
				t.Logf("%s: the last failed response came %v after the promotion", l.server.URL, failing.Round(time.Millisecond))
				require.Less(t, failing, failoverLimit+loadSlack)
				require.Equal(t, http.StatusOK, l.client.Refresh(t).StatusCode, "no session is lost")
			}
			require.Contains(t, servers[0].Logs.String(), "the database has failed over to a new primary")
		})
	}
}
