package session

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
)

// sessions inserts n sessions of a user. revoked, idle and absolute say how long ago they were revoked or expired. Negative
// durations are in the future.
func (e env) sessions(t *testing.T, user int64, n int, revoked *time.Duration, idle, absolute time.Duration) {
	t.Helper()
	e.base.Exec(t, `insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at,
			idle_expires_at, absolute_expires_at, revoked_at, revoke_reason, user_agent, address)
		select $1, 1, 0, now, now, '{}', '{}', now, now, now - $3::interval, now - $4::interval,
			now - $5::interval, case when $5::interval is not null then 'logout' end, '', ''
		from (select clock_timestamp() as now) as clock, generate_series(1, $2)`, user, n, idle, absolute, revoked)
}

func TestSweep(t *testing.T) {
	t.Parallel()
	const long, recently = keepSessions + time.Minute, keepSessions - time.Minute
	when := func(d time.Duration) *time.Duration { return &d }

	t.Run("DeletesWhatEndedOver30DaysAgoInBatches", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		old, kept := e.user(t), e.user(t)
		e.sessions(t, old, 800, when(long), -month, -month)
		e.sessions(t, old, 800, nil, long, -month)
		e.sessions(t, old, 900, nil, long, long)
		e.sessions(t, kept, 300, nil, -month, -month)
		e.sessions(t, kept, 300, when(recently), -month, -month)
		e.sessions(t, kept, 300, nil, recently, -month)
		e.sessions(t, kept, 300, nil, recently, recently)

		deleted, err := e.SweepNow(t.Context())

		require.NoError(t, err)
		require.Equal(t, int64(2500), deleted)
		require.Zero(t, e.base.Int(t, "select count(*) from sessions where user_id = $1", old))
		require.Equal(t, int64(1200), e.base.Int(t, "select count(*) from sessions where user_id = $1", kept))
		deleted, err = e.SweepNow(t.Context())
		require.NoError(t, err)
		require.Zero(t, deleted)
	})

	t.Run("SendsNoNotification", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		user := e.user(t)
		e.sessions(t, user, 10, when(long), -month, -month)
		e.sessions(t, user, 10, nil, long, -month)
		e.sessions(t, user, 10, nil, long, long)
		listener, err := pgx.Connect(t.Context(), e.base.URL)
		require.NoError(t, err)
		defer listener.Close(t.Context()) //nolint:errcheck // not used any more
		_, err = listener.Exec(t.Context(), "listen "+channel)
		require.NoError(t, err)

		deleted, err := e.SweepNow(t.Context())

		require.NoError(t, err)
		require.Equal(t, int64(30), deleted)
		require.Zero(t, e.base.Int(t, "select count(*) from ended_sessions"))
		e.base.Exec(t, "select pg_notify($1, 'after the sweep')", channel)
		first, err := listener.WaitForNotification(t.Context())
		require.NoError(t, err)
		require.Equal(t, "after the sweep", first.Payload)
	})

	t.Run("DeletesRecordsThatNoServerNeedsAnyMore", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		e.base.Exec(t, `insert into ended_sessions
			select gen_random_uuid(), clock_timestamp() - $1::interval * n from generate_series(0, 1) as n`,
			2*revokedTTL+time.Second)

		_, err := e.SweepNow(t.Context())

		require.NoError(t, err)
		require.Equal(t, int64(1), e.base.Int(t, "select count(*) from ended_sessions"))
	})

	t.Run("MayRunOnSeveralServersAtOnce", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		e.sessions(t, e.user(t), 2500, nil, long, long)
		var deleted [3]int64
		var errs [3]error
		var sweeps []func()
		for i := range deleted {
			sweeps = append(sweeps, func() { deleted[i], errs[i] = e.SweepNow(t.Context()) })
		}

		runConcurrently(sweeps...)

		for _, err := range errs {
			require.NoError(t, err)
		}
		require.Equal(t, int64(2500), deleted[0]+deleted[1]+deleted[2])
		require.Zero(t, e.base.Int(t, "select count(*) from sessions"))
	})
}

// TestRefreshExecutesOneStatement counts the statements that reach PostgreSQL. TestHeapOnly of internal/postgres shows that it
// touches no index.
func TestRefreshExecutesOneStatement(t *testing.T) {
	t.Parallel()
	base := pgtest.New(t)
	recorder, recorded := base.Recorded(t, func(string) bool { return false })
	e := newEnvOn(t, base, recorded.Open(t))
	s, tokens := e.login(t, e.user(t))
	count := func(refreshToken string) int {
		return len(recorder.Statements(func() {
			next, ok := e.refresh(t, refreshToken)
			require.True(t, ok)
			tokens = next
		}))
	}

	require.Equal(t, 1, count(tokens.Refresh))
	e.age(t, s.SessionID, time.Hour)
	require.Equal(t, 1, count(tokens.Refresh))

	// This shows that count counts: a duplicate request takes a transaction.
	spent := tokens.Refresh
	require.Equal(t, 1, count(spent))
	require.Greater(t, count(spent), 4)
}
