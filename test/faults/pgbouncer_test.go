package faults

import (
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

const transactions = "the connection pooler pools transactions"

// TestPgBouncer runs clients with each mode of PgBouncer. They check every response against the contract, which has no 500.
func TestPgBouncer(t *testing.T) {
	t.Parallel()

	t.Run("PoolsTransactions", func(t *testing.T) {
		t.Parallel()
		for name, more := range map[string]string{"LastUsedFirst": "", "RoundRobin": "server_round_robin = 1"} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				b := newBouncer(t)
				b.start(t, "transaction", 4, more)
				keys := "KEYS_FILE=" + filepath.Join(t.TempDir(), "keys.json")
				one := startInProcessServer(t, "DATABASE_URL="+b.url(), keys)
				require.NotEmpty(t, one.url, one.logs)
				two := startInProcessServer(t, "DATABASE_URL="+b.url(), keys)
				require.NotEmpty(t, two.url, two.logs)
				require.Equal(t, 1, strings.Count(one.logs.String(), transactions), one.logs)

				planWeeks(t, one, two)

				c := apitest.ClientOf(t, one.url)
				c.Register(t, "leaves")
				c.Login(t, "leaves")
				elsewhere := apitest.ClientOf(t, two.url)
				elsewhere.Access = c.Access
				require.Equal(t, http.StatusOK, elsewhere.FridgeStatus(t))
				c.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
				pgtest.Eventually(t, func() bool { return elsewhere.FridgeStatus(t) == http.StatusUnauthorized }, "the other server polls")
				require.Zero(t, listeners(t, b), "nobody listens through the pooler")
			})
		}
	})

	t.Run("PoolsSessions", func(t *testing.T) {
		t.Parallel()
		b := newBouncer(t)
		b.start(t, "session", 80, "")
		s := startInProcessServer(t, "DATABASE_URL="+b.url(), "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"))
		require.NotEmpty(t, s.url, s.logs)

		planWeeks(t, s)

		require.NotContains(t, s.logs.String(), transactions)
		pgtest.Eventually(t, func() bool { return listeners(t, b) == 1 }, "the server listens")
	})

	t.Run("ChangesItsModeBehindTheServersBack", func(t *testing.T) {
		t.Parallel()
		b := newBouncer(t)
		b.start(t, "session", 80, "")
		s := startInProcessServer(t, "DATABASE_URL="+b.url(), "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"))
		require.NotEmpty(t, s.url, s.logs)
		b.stop(t)
		b.start(t, "transaction", 2, "")
		c := apitest.ClientOf(t, s.url)
		pgtest.Eventually(t, func() bool {
			return c.Do(t, http.MethodGet, "/api/monitoring/db/", "").StatusCode == http.StatusOK
		}, "the server is connected again")

		planWeeks(t, s)

		require.Equal(t, 1, strings.Count(s.logs.String(), transactions), s.logs)
	})

	t.Run("PoolsStatements", func(t *testing.T) {
		t.Parallel()
		b := newBouncer(t)
		b.start(t, "statement", 4, "")
		s := startInProcessServer(t, "DATABASE_URL="+b.url(), "KEYS_FILE="+filepath.Join(t.TempDir(), "keys.json"))
		require.Empty(t, s.url)
		require.ErrorContains(t, <-s.ended, "set pool_mode=transaction or session")
	})
}

// planWeeks lets several users plan a week at once, each at one of the servers. No call may fail with a 5xx.
func planWeeks(t *testing.T, servers ...*inProcessServer) {
	t.Helper()
	var users sync.WaitGroup
	for n := range 8 {
		name := fmt.Sprintf("user-%d", n)
		c := apitest.ClientOf(t, servers[n%len(servers)].url)
		c.Register(t, name)
		c.Login(t, name)
		users.Go(func() {
			t.Run(name, func(t *testing.T) {
				plan := apitest.PlanAWeek(t, c.ClientWithResponses)
				for range 3 {
					c.Refresh(t).Is(t, http.StatusOK)
				}
				apitest.RequireWeekData(t, c.ClientWithResponses, plan)
			})
		})
	}
	users.Wait()
	for _, s := range servers {
		require.NotContains(t, s.logs.String(), `"status":5`)
	}
}

// listeners counts the sessions that listen, by their last statement.
func listeners(t *testing.T, b *bouncer) (n int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), b.pg.URL())
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // nothing is pending
	require.NoError(t, conn.QueryRow(t.Context(), `select count(*) from pg_stat_activity
		where pid <> pg_backend_pid() and (query ilike '%listen %' or query ilike 'notify %')`).Scan(&n))
	return n
}
