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
)

const (
	soon   = time.Second     // how late a notification may be
	atMost = 3 * time.Second // how late an end may be noticed whatever is lost
	often  = 5 * time.Millisecond
)

// replica is another server on the same database.
func (h house) replica(t *testing.T, clock func() time.Time) *Ended {
	t.Helper()
	return NewEnded(h.base.Open(t), clock, slog.New(slog.DiscardHandler))
}

// run runs something of the server until the test is over.
func run(t *testing.T, what func(context.Context)) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	var wg sync.WaitGroup
	wg.Go(func() { what(ctx) })
	t.Cleanup(func() {
		stop()
		wg.Wait()
	})
}

const listeners = `select count(*) from pg_stat_activity where datname = current_database() and query like 'listen %' and state = 'idle'`

// awaitListeners waits until so many replicas hear notifications.
func (h house) awaitListeners(t *testing.T, n int64) {
	t.Helper()
	require.Eventually(t, func() bool { return h.base.Int(t, listeners) == n }, 10*time.Second, often)
}

func TestEndedSessionsAreHeardOf(t *testing.T) {
	t.Parallel()
	t.Run("ByEveryReplicaAtOnce", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		a, b := h.replica(t, time.Now), h.replica(t, time.Now)
		run(t, a.listen) // without the poll
		run(t, b.listen)
		h.awaitListeners(t, 2)
		for name, end := range map[string]func(token string, s uuid.UUID, user int64){
			"logout":   func(token string, _ uuid.UUID, _ int64) { h.logout(t, []string{token}) },
			"refresh":  func(token string, s uuid.UUID, _ int64) { h.reuse(t, token, s) },
			"password": func(_ string, _ uuid.UUID, user int64) { require.NoError(t, h.changePassword(t, user)) },
			"deletion": func(_ string, _ uuid.UUID, user int64) {
				_, err := db.New(h.base.Pool).DeleteUser(t.Context(), user)
				require.NoError(t, err)
			},
			"the operator's own SQL": func(_ string, s uuid.UUID, _ int64) {
				h.base.Exec(t, "update sessions set revoked_at = now(), revoke_reason = 'operator' where id = $1", s)
			},
		} {
			s, tokens := h.login(t, h.user(t))
			require.False(t, a.Has(s.SessionID) || b.Has(s.SessionID))

			end(tokens.Refresh, s.SessionID, s.UserID)

			require.Eventually(t, func() bool { return a.Has(s.SessionID) && b.Has(s.SessionID) }, soon, often, name)
		}
	})

	t.Run("ByTheServiceThatEndsThemBeforeItAnswers", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, tokens := h.login(t, h.user(t))
		user, err := h.Authenticate(tokens.Access)
		require.NoError(t, err)
		require.Positive(t, user)

		h.logout(t, []string{tokens.Refresh})

		_, err = h.Authenticate(tokens.Access)
		requireRefused(t, err)
	})

	t.Run("ByThePollWhenANotificationIsLost", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		other := h.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))
		run(t, other.Follow)
		h.awaitListeners(t, 1)
		session := uuid.New()

		h.base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp())", session)

		require.Eventually(t, func() bool { return other.Has(session) }, atMost, often)
	})

	t.Run("WhileTheListeningConnectionIsAwayAndAfterwards", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		other := h.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))
		run(t, other.Follow)
		h.awaitListeners(t, 1)

		h.base.Exec(t, "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen %'")
		h.awaitListeners(t, 0)
		_, tokens := h.login(t, h.user(t))
		s := h.read(t, tokens.Refresh)
		h.logout(t, []string{tokens.Refresh})
		require.Eventually(t, func() bool { return other.Has(s.SessionID) }, atMost, often)

		h.awaitListeners(t, 1) // it came back by itself
	})
}

// reuse makes a session end by a spent token.
func (h house) reuse(t *testing.T, first string, s uuid.UUID) {
	t.Helper()
	second, ok := h.refresh(t, first)
	require.True(t, ok)
	_, ok = h.refresh(t, second.Refresh)
	require.True(t, ok)
	h.age(t, s, time.Hour)
	_, ok = h.refresh(t, first)
	require.False(t, ok)
}

func TestEndedSessionsAreLoaded(t *testing.T) {
	t.Parallel()
	t.Run("ByANewReplicaBeforeItServes", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		gone, _ := h.login(t, h.user(t))
		_, err := db.New(h.base.Pool).DeleteUser(t.Context(), gone.UserID)
		require.NoError(t, err)
		out, tokens := h.login(t, h.user(t))
		h.logout(t, []string{tokens.Refresh})
		alive, _ := h.login(t, h.user(t))

		other := h.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))

		require.True(t, other.Has(gone.SessionID))
		require.True(t, other.Has(out.SessionID))
		require.False(t, other.Has(alive.SessionID))
	})

	t.Run("ButNotThoseThatEndedLongAgo", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		lately, longAgo := uuid.New(), uuid.New()
		h.base.Exec(t, `insert into ended_sessions values
			($1, clock_timestamp() - $3::interval), ($2, clock_timestamp() - $3::interval - interval '2 min')`,
			lately, longAgo, MaxAccessTTL)

		other := h.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))

		require.True(t, other.Has(lately), "an access token of it may live on another server's clock")
		require.False(t, other.Has(longAgo))
	})

	t.Run("WhenTheTransactionCommitsLongAfterItEndedThem", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		other := h.replica(t, time.Now)
		require.NoError(t, other.Load(t.Context()))
		session := uuid.New()
		h.base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp() - interval '20 s')", session)

		require.NoError(t, other.Load(t.Context()))

		require.True(t, other.Has(session))
	})

	t.Run("AndForgottenAfterTheLifetimeOfAnAccessToken", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		clock := time.Now()
		other := h.replica(t, func() time.Time { return clock })
		told, read := uuid.New(), uuid.New()
		other.Add(told)
		h.base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp())", read)
		require.NoError(t, other.Load(t.Context()))
		h.base.Exec(t, "update ended_sessions set ended_at = ended_at - $1::interval", MaxAccessTTL)

		clock = clock.Add(MaxAccessTTL)
		require.NoError(t, other.Load(t.Context()))
		require.True(t, other.Has(told) && other.Has(read), "an access token of them may live")

		clock = clock.Add(slack + time.Second)
		require.NoError(t, other.Load(t.Context()))
		require.False(t, other.Has(told) || other.Has(read))
	})
}
