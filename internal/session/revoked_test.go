package session

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// replica returns the set of another server on the same database.
func (e env) replica(t *testing.T, clock func() time.Time) *Revoked {
	t.Helper()
	return patient(NewRevoked(e.base.Open(t), clock, slog.New(slog.DiscardHandler)))
}

// patient lets the set wait long for the database, so that tests don't fail on a busy machine.
func patient(r *Revoked) *Revoked {
	r.LoadTimeout = time.Hour
	return r
}

// run calls f, which ends with its context, until the test is over.
func run(t *testing.T, f func(context.Context)) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { f(ctx) })
	t.Cleanup(func() {
		stop()
		wg.Wait()
	})
}

// fromListeners selects the connections that listen for notifications.
const fromListeners = ` from pg_stat_activity where datname = current_database() and query like '%notify ocipe_echo%' and pid <> pg_backend_pid() `

const listeners = `select count(*)` + fromListeners + `and state = 'idle'`

// awaitListeners waits until n replicas listen for notifications.
func (e env) awaitListeners(t *testing.T, n int64) {
	t.Helper()
	pgtest.Eventually(t, func() bool { return e.base.Int(t, listeners) == n })
}

// endListeners ends the connections that listen, and waits until they have ended.
func (e env) endListeners(t *testing.T) {
	t.Helper()
	const end = `select coalesce(array_agg(pid) filter (where pg_terminate_backend(pid)), '{}')` + fromListeners
	var pids []int32
	require.NoError(t, e.base.Pool.QueryRow(t.Context(), end).Scan(&pids))
	pgtest.Eventually(t, func() bool {
		return e.base.Int(t, `select count(*) from pg_stat_activity where pid = any($1)`, pids) == 0
	})
}

func TestRevokedSessionsAreNoticed(t *testing.T) {
	t.Parallel()
	t.Run("ByEveryReplicaAtOnce", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		a, b := e.replica(t, time.Now), e.replica(t, time.Now)
		run(t, a.listen) // without the poll
		run(t, b.listen)
		e.awaitListeners(t, 2)
		for name, revoke := range map[string]func(token string, s uuid.UUID, user int64){
			"logout":   func(token string, _ uuid.UUID, _ int64) { e.logout(t, []string{token}) },
			"refresh":  func(token string, s uuid.UUID, _ int64) { e.reuse(t, token, s) },
			"password": func(_ string, _ uuid.UUID, user int64) { require.NoError(t, e.resetPassword(t, user)) },
			"deletion": func(_ string, _ uuid.UUID, user int64) {
				err := db.New(e.base.Pool).DeleteUser(t.Context(), user)
				require.NoError(t, err)
			},
			"the operator's own SQL": func(_ string, s uuid.UUID, _ int64) {
				e.base.Exec(t, "update sessions set revoked_at = now(), revoke_reason = 'operator' where id = $1", s)
			},
		} {
			s, tokens := e.login(t, e.user(t))
			require.False(t, a.Has(s.SessionID) || b.Has(s.SessionID))

			revoke(tokens.Refresh, s.SessionID, s.UserID)
			t.Log(name) // printed if the next line never returns

			pgtest.Eventually(t, func() bool { return a.Has(s.SessionID) && b.Has(s.SessionID) })
		}
	})

	t.Run("ByPollingIfANotificationIsLost", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		other := e.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))
		run(t, other.Follow)
		e.awaitListeners(t, 1)
		session := uuid.New()

		e.base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp())", session)

		pgtest.Eventually(t, func() bool { return other.Has(session) })
	})

	t.Run("WhileTheListeningConnectionIsLostAndAfterwards", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		other := e.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))
		run(t, other.Follow)
		e.awaitListeners(t, 1)

		e.endListeners(t)
		_, tokens := e.login(t, e.user(t))
		s := e.read(t, tokens.Refresh)
		e.logout(t, []string{tokens.Refresh})
		pgtest.Eventually(t, func() bool { return other.Has(s.SessionID) })

		e.awaitListeners(t, 1) // it has reconnected
	})
}

// reuse presents a spent token, which revokes the session.
func (e env) reuse(t *testing.T, first string, s uuid.UUID) {
	t.Helper()
	second, ok := e.refresh(t, first)
	require.True(t, ok)
	_, ok = e.refresh(t, second.Refresh)
	require.True(t, ok)
	e.age(t, s, time.Hour)
	_, ok = e.refresh(t, first)
	require.False(t, ok)
}

func TestRevokedSessionsAreLoaded(t *testing.T) {
	t.Parallel()
	t.Run("ByANewServer", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		gone, _ := e.login(t, e.user(t))
		err := db.New(e.base.Pool).DeleteUser(t.Context(), gone.UserID)
		require.NoError(t, err)
		out, tokens := e.login(t, e.user(t))
		e.logout(t, []string{tokens.Refresh})
		alive, _ := e.login(t, e.user(t))

		other := e.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))

		require.True(t, other.Has(gone.SessionID))
		require.True(t, other.Has(out.SessionID))
		require.False(t, other.Has(alive.SessionID))
	})

	t.Run("ButNotThoseThatWereRevokedLongAgo", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		recent, longAgo := uuid.New(), uuid.New()
		e.base.Exec(t, `insert into ended_sessions values
			($1, clock_timestamp() - $3::interval), ($2, clock_timestamp() - $3::interval - interval '2 min')`,
			recent, longAgo, MaxAccessTTL)

		other := e.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))

		require.True(t, other.Has(recent), "its access token may still be valid by another server's clock")
		require.False(t, other.Has(longAgo))
	})

	t.Run("IfTheTransactionCommitsLate", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		other := e.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))
		session := uuid.New()
		e.base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp() - interval '20 s')", session)

		require.NoError(t, other.Load(t.Context()))

		require.True(t, other.Has(session))
	})

	t.Run("AndForgottenOnceTheirAccessTokensHaveExpired", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		clock := time.Now()
		other := e.replica(t, func() time.Time { return clock })
		added, loaded := uuid.New(), uuid.New()
		other.Add(added)
		e.base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp())", loaded)
		require.NoError(t, other.Load(t.Context()))
		e.base.Exec(t, "update ended_sessions set ended_at = ended_at - $1::interval", MaxAccessTTL)

		clock = clock.Add(MaxAccessTTL)
		require.NoError(t, other.Load(t.Context()))
		require.True(t, other.Has(added) && other.Has(loaded), "their access tokens may still be valid")

		clock = clock.Add(clockSkew + time.Second)
		require.NoError(t, other.Load(t.Context()))
		require.False(t, other.Has(added) || other.Has(loaded))
	})
}
