package faults

import (
	"net/http"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// lockNodeTable locks a table until release is called.
func lockNodeTable(t *testing.T, n *node, table string) (release func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), n.url("ocipe"))
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "begin; lock table "+table+" in access exclusive mode")
	require.NoError(t, err)
	release = sync.OnceFunc(func() { _ = conn.Close(t.Context()) })
	t.Cleanup(release)
	return release
}

// TestALockedTableLeavesConnectionsToOthers lets 40 users read a locked table repeatedly, while other users use other tables.
func TestALockedTableLeavesConnectionsToOthers(t *testing.T) {
	primary := startPrimary(t)
	server := serveOn(t, primary.url("ocipe"), primary, 1)[0]
	var readers, others []*apitest.Client
	for i := range 40 {
		readers = append(readers, server.User(t, "reader"+strconv.Itoa(i)))
	}
	for i := range 8 {
		others = append(others, server.User(t, "other"+strconv.Itoa(i)))
	}
	release := lockNodeTable(t, primary, "recipes")
	stop := make(chan struct{})
	var reading sync.WaitGroup
	for _, r := range readers {
		reading.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				a := r.Call(t, http.MethodGet, "/api/recipes/", nil)
				assert.Equal(t, http.StatusServiceUnavailable, a.StatusCode, a.Text)
			}
		})
	}
	pgtest.Eventually(t, func() bool {
		return primary.int(t, "ocipe", "select count(*) from pg_stat_activity where wait_event_type = 'Lock'") >= 16
	})

	slowest := time.Duration(0)
	for round := range 5 {
		for _, o := range others {
			began := time.Now()
			o.Call(t, http.MethodGet, "/api/fridge/", nil).Is(t, http.StatusOK)
			o.Call(t, http.MethodPost, "/api/grocery/list/", map[string]string{"items": "milk " + strconv.Itoa(round)}).Is(t, http.StatusCreated)
			o.Refresh(t).Is(t, http.StatusOK)
			slowest = max(slowest, time.Since(began))
		}
	}
	t.Logf("the slowest of three calls took %v", slowest.Round(time.Millisecond))
	close(stop)
	reading.Wait()
	release()
	pgtest.Eventually(t, func() bool {
		return readers[0].Call(t, http.MethodGet, "/api/recipes/", nil).StatusCode == http.StatusOK
	})
}

// TestAWriteThatWasGivenUpDoesNotHappenLater makes writes wait for a lock for longer than their deadlines.
func TestAWriteThatWasGivenUpDoesNotHappenLater(t *testing.T) {
	primary := startPrimary(t)
	server := serveOn(t, primary.url("ocipe"), primary, 1)[0]
	hurried := server.Replica(t, productionConfig(t, primary.url("ocipe"), server.Logs), func(c *apitest.Config) {
		c.Contract = apitest.WithDeadline(c.Contract, "addGroceryItems", 2)
	})
	user := hurried.User(t, "cook")
	release := lockNodeTable(t, primary, "grocery_items")

	for range 6 {
		user.Call(t, http.MethodPost, "/api/grocery/list/", map[string]string{"items": "milk"}).Is(t, http.StatusServiceUnavailable)
	}
	require.Zero(t, primary.int(t, "ocipe", "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"), "it is canceled on the server")

	release()
	user.Call(t, http.MethodPost, "/api/grocery/list/", map[string]string{"items": "bread"}).Is(t, http.StatusCreated)
	require.EqualValues(t, 1, primary.int(t, "ocipe", "select count(*) from grocery_items"))
}
