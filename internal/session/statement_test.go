package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestRefreshIsCheap runs alone: connections that others are just making keep PostgreSQL from tidying pages.
func TestRefreshIsCheap(t *testing.T) {
	t.Run("ExecutesOneStatement", func(t *testing.T) {
		base := pgtest.New(t)
		w, wired := base.Through(t, func(string) bool { return false })
		h := open(t, base, wired.Open(t))
		s, tokens := h.login(t, h.user(t))
		count := func(refreshToken string) int {
			return len(w.During(func() {
				next, ok := h.refresh(t, refreshToken)
				require.True(t, ok)
				tokens = next
			}))
		}

		require.Equal(t, 1, count(tokens.Refresh))
		h.age(t, s.SessionID, time.Hour)
		require.Equal(t, 1, count(tokens.Refresh))

		// The wire does count: a doubled request goes the slow way.
		spent := tokens.Refresh
		require.Equal(t, 1, count(spent))
		require.Greater(t, count(spent), 4)
	})

	t.Run("UpdatesInPlaceWithoutTouchingAnIndex", func(t *testing.T) {
		const refreshes = 200
		h := newHouse(t)
		s, tokens := h.login(t, h.user(t))
		for range refreshes {
			h.age(t, s.SessionID, time.Hour) // so that the ring has room
			next, ok := h.refresh(t, tokens.Refresh)
			require.True(t, ok)
			tokens = next
		}
		h.DB.Close() // a backend hands in its numbers when it ends

		h.requireHeapOnly(t, s.SessionID.String(), refreshes)
	})
}

// requireHeapOnly waits until the updates are counted: one for each refresh, and one for each time the row was aged.
func (h house) requireHeapOnly(t *testing.T, session string, refreshes int64) {
	t.Helper()
	h.base.Pool.Reset()
	require.Eventually(t, func() bool {
		return h.base.Int(t, "select n_tup_upd from pg_stat_user_tables where relname = 'sessions'") == 2*refreshes
	}, 10*time.Second, 50*time.Millisecond)
	hot := h.base.Int(t, "select n_tup_hot_upd from pg_stat_user_tables where relname = 'sessions'")
	// PostgreSQL itself opens connections now and then.
	require.Greater(t, hot, 2*refreshes*9/10)
	require.Equal(t, int64(1), h.base.Int(t, "select count(*) from sessions where id::text = $1", session))
	// A page holds some 20 versions of the row.
	require.LessOrEqual(t, h.base.Int(t, "select pg_relation_size('sessions')"), int64(10*8192), "no growth")
}
