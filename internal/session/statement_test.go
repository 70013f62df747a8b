package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestRefreshIsCheap isn't parallel: new connections of other tests keep PostgreSQL from pruning pages.
func TestRefreshIsCheap(t *testing.T) {
	t.Run("ExecutesOneStatement", func(t *testing.T) {
		base := pgtest.New(t)
		w, wired := base.Through(t, func(string) bool { return false })
		e := open(t, base, wired.Open(t))
		s, tokens := e.login(t, e.user(t))
		count := func(refreshToken string) int {
			return len(w.During(func() {
				next, ok := e.refresh(t, refreshToken)
				require.True(t, ok)
				tokens = next
			}))
		}

		require.Equal(t, 1, count(tokens.Refresh))
		e.age(t, s.SessionID, time.Hour)
		require.Equal(t, 1, count(tokens.Refresh))

		// To show that it counts: a duplicate request takes a transaction.
		spent := tokens.Refresh
		require.Equal(t, 1, count(spent))
		require.Greater(t, count(spent), 4)
	})

	t.Run("UpdatesInPlaceWithoutTouchingAnIndex", func(t *testing.T) {
		const refreshes = 200
		e := newEnv(t)
		s, tokens := e.login(t, e.user(t))
		for range refreshes {
			e.age(t, s.SessionID, time.Hour) // so that the oldest generation may be forgotten
			next, ok := e.refresh(t, tokens.Refresh)
			require.True(t, ok)
			tokens = next
		}
		e.DB.Close() // a backend reports its statistics when it ends

		e.requireHeapOnly(t, s.SessionID.String(), refreshes)
	})
}

// requireHeapOnly waits until PostgreSQL has counted all updates: one for each refresh, and one for each call of age.
func (e env) requireHeapOnly(t *testing.T, session string, refreshes int64) {
	t.Helper()
	e.base.Pool.Reset()
	pgtest.Eventually(t, func() bool {
		return e.base.Int(t, "select n_tup_upd from pg_stat_user_tables where relname = 'sessions'") == 2*refreshes
	})
	hot := e.base.Int(t, "select n_tup_hot_upd from pg_stat_user_tables where relname = 'sessions'")
	// Background processes of PostgreSQL open connections at times.
	require.Greater(t, hot, 2*refreshes*9/10)
	require.Equal(t, int64(1), e.base.Int(t, "select count(*) from sessions where id::text = $1", session))
	// A page holds some 20 versions of the row.
	require.LessOrEqual(t, e.base.Int(t, "select pg_relation_size('sessions')"), int64(10*8192), "no growth")
}
