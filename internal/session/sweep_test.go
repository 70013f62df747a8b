package session

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// sessions inserts so many sessions of a user that are revoked, idle-expired and absolutely expired that long ago
// (negative: so far ahead).
func (h house) sessions(t *testing.T, user int64, n int, revoked *time.Duration, idle, absolute time.Duration) {
	t.Helper()
	h.base.Exec(t, `insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at,
			idle_expires_at, absolute_expires_at, revoked_at, revoke_reason, user_agent, address)
		select $1, 1, 0, now, now, '{}', '{}', now, now - $3::interval, now - $4::interval,
			now - $5::interval, case when $5::interval is not null then 'logout' end, '', ''
		from (select clock_timestamp() as now) as clock, generate_series(1, $2)`, user, n, idle, absolute, revoked)
}

func TestSweep(t *testing.T) {
	t.Parallel()
	const long, lately = keepSessions + time.Minute, keepSessions - time.Minute
	when := func(d time.Duration) *time.Duration { return &d }

	t.Run("DeletesWhatEndedOver30DaysAgoInBatches", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		old, kept := h.user(t), h.user(t)
		h.sessions(t, old, 800, when(long), -month, -month)
		h.sessions(t, old, 800, nil, long, -month)
		h.sessions(t, old, 900, nil, long, long)
		h.sessions(t, kept, 300, nil, -month, -month)
		h.sessions(t, kept, 300, when(lately), -month, -month)
		h.sessions(t, kept, 300, nil, lately, -month)
		h.sessions(t, kept, 300, nil, lately, lately)

		deleted, err := h.SweepNow(t.Context())

		require.NoError(t, err)
		require.Equal(t, int64(2500), deleted)
		require.Zero(t, h.base.Int(t, "select count(*) from sessions where user_id = $1", old))
		require.Equal(t, int64(1200), h.base.Int(t, "select count(*) from sessions where user_id = $1", kept))
		deleted, err = h.SweepNow(t.Context())
		require.NoError(t, err)
		require.Zero(t, deleted)
	})

	t.Run("AnnouncesNothing", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		user := h.user(t)
		h.sessions(t, user, 10, when(long), -month, -month)
		h.sessions(t, user, 10, nil, long, -month)
		h.sessions(t, user, 10, nil, long, long)
		listener, err := pgx.Connect(t.Context(), h.base.URL)
		require.NoError(t, err)
		defer listener.Close(t.Context()) //nolint:errcheck // it is thrown away
		_, err = listener.Exec(t.Context(), "listen "+channel)
		require.NoError(t, err)

		deleted, err := h.SweepNow(t.Context())

		require.NoError(t, err)
		require.Equal(t, int64(30), deleted)
		require.Zero(t, h.base.Int(t, "select count(*) from ended_sessions"))
		h.base.Exec(t, "select pg_notify($1, 'after the sweep')", channel)
		first, err := listener.WaitForNotification(t.Context())
		require.NoError(t, err)
		require.Equal(t, "after the sweep", first.Payload)
	})

	t.Run("ForgetsEndsThatNoAccessTokenCanOutlive", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		h.base.Exec(t, `insert into ended_sessions
			select gen_random_uuid(), clock_timestamp() - $1::interval * n from generate_series(0, 1) as n`,
			2*keep+time.Second)

		_, err := h.SweepNow(t.Context())

		require.NoError(t, err)
		require.Equal(t, int64(1), h.base.Int(t, "select count(*) from ended_sessions"))
	})

	t.Run("MayRunOnSeveralServersAtOnce", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		h.sessions(t, h.user(t), 2500, nil, long, long)
		var deleted [3]int64
		var errs [3]error
		var sweeps []func()
		for i := range deleted {
			sweeps = append(sweeps, func() { deleted[i], errs[i] = h.SweepNow(t.Context()) })
		}

		together(sweeps...)

		for _, err := range errs {
			require.NoError(t, err)
		}
		require.Equal(t, int64(2500), deleted[0]+deleted[1]+deleted[2])
		require.Zero(t, h.base.Int(t, "select count(*) from sessions"))
	})
}
