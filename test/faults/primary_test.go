package faults

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

// TestAFormerPrimaryIsRefused promotes a standby while the primary keeps accepting writes.
func TestAFormerPrimaryIsRefused(t *testing.T) {
	former := startPrimary(t)
	standby := former.addStandby(t)
	url := "postgres://postgres@" + former.address() + "," + standby.address() + "/ocipe?sslmode=disable&target_session_attrs=read-write"
	server := serveOn(t, url, former, 1)[0]
	user := server.User(t, "cook")
	add := func(item string) int {
		return user.Call(t, http.MethodPost, "/api/grocery/list/", map[string]string{"items": item}).StatusCode
	}
	require.Equal(t, http.StatusCreated, add("before"))

	standby.promote(t)
	former.exec(t, "postgres", "alter system reset synchronous_standby_names") // like an operator who hasn't noticed the failover
	former.exec(t, "postgres", "select pg_reload_conf()")

	inNew := func(item string) int64 {
		return standby.int(t, "ocipe", "select count(*) from grocery_items where item = $1", item)
	}
	pgtest.Eventually(t, func() bool { return add("after") == http.StatusCreated && inNew("after") > 0 })
	require.Contains(t, server.Logs.String(), "the database has failed over to a new primary")
	pgtest.Eventually(t, func() bool { return containsText(server.Logs, "a former primary still accepts writes") })

	t.Run("AlsoByAServerThatStarts", func(t *testing.T) {
		d, err := postgres.Open(t.Context(), url)
		require.NoError(t, err)
		defer d.Close()
		require.NoError(t, d.WaitFor(t.Context(), time.Hour, discard))
		where, err := d.Timeline(t.Context())
		require.NoError(t, err)
		require.EqualValues(t, 2, where)
	})
}

// TestAFailoverBehindOneAddress moves an address to the new primary, like a virtual IP. Old connections are silent.
func TestAFailoverBehindOneAddress(t *testing.T) {
	primary := startPrimary(t)
	standby := primary.addStandby(t)
	var current atomic.Pointer[node]
	current.Store(primary)
	proxy := pgtest.NewProxy(t, func() (network, address string) { return "tcp", current.Load().address() })
	server := serveOn(t, "postgres://postgres@"+proxy.Addr+"/ocipe?sslmode=disable", primary, 1)[0]
	l := &ledger{server: server}
	l.client = server.User(t, l.username())
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var load sync.WaitGroup
	load.Go(func() { l.runLoad(ctx, t, 4) })
	start := time.Now()
	pgtest.Eventually(t, func() bool { return l.succeeded(start) > 50 })

	proxy.SilenceAll()
	standby.promote(t)
	current.Store(standby)
	proxy.Resume()
	promoted := time.Now()

	pgtest.Eventually(t, func() bool { return l.succeeded(promoted) > 50 })
	stop()
	load.Wait()
	failing := l.check(t, standby, promoted)
	t.Logf("the last failed response came %v after the promotion", failing.Round(time.Millisecond))
	require.Less(t, failing, failoverLimit+loadSlack)
}

// TestACommitThatNoStandbyConfirmsIsNotAcknowledged stops the standby.
func TestACommitThatNoStandbyConfirmsIsNotAcknowledged(t *testing.T) {
	primary := startPrimary(t)
	standby := primary.addStandby(t)
	logs := &pgtest.Logs{}
	server := serveOn(t, primary.url("ocipe"), primary, 1)[0]
	hurried := server.Replica(t, productionConfig(t, primary.url("ocipe"), logs), func(c *apitest.Config) {
		c.Contract = apitest.WithDeadline(c.Contract, "addGroceryItems", 2)
	})
	user := hurried.User(t, "cook")
	standby.kill()

	a := user.Call(t, http.MethodPost, "/api/grocery/list/", map[string]string{"items": "milk"}).Is(t, http.StatusServiceUnavailable)

	require.NotEmpty(t, a.Header.Get("Retry-After"))
	require.EqualValues(t, 1, primary.int(t, "ocipe", "select count(*) from grocery_items"), "PostgreSQL commits a canceled wait on the primary")
	require.Equal(t, http.StatusOK, user.FridgeStatus(t), "reads go on")
}

// TestTooFewConnections uses a pool of 16 connections with a role that may open only 4.
func TestTooFewConnections(t *testing.T) {
	primary := startPrimary(t)
	primary.exec(t, "ocipe", "create role plain login connection limit 4")
	primary.exec(t, "ocipe", "grant all on all tables in schema public to plain")
	logs := &pgtest.Logs{}
	url := "postgres://plain@" + primary.address() + "/ocipe?sslmode=disable&pool_max_conns=16"
	d, err := postgres.Open(t.Context(), url)
	require.NoError(t, err)
	defer d.Close()
	d.LogTo(textLog(logs))
	var calls sync.WaitGroup
	errs := make(chan error, 16*200)
	for caller := range 16 {
		calls.Go(func() {
			for range 200 {
				errs <- d.Write(t.Context(), int64(caller), func(q *db.Queries) error { _, err := q.Now(t.Context()); return err })
			}
		})
	}
	calls.Wait()
	close(errs)

	for err := range errs {
		require.NoError(t, err)
	}
	require.Contains(t, logs.String(), "pool_max_conns=16")
	require.Equal(t, 1, countText(logs, "accepts fewer connections"), "once")
}
