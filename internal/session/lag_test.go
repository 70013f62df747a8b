package session

import (
	"log/slog"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
)

func TestAccessTokensAreRejectedWhileTheDatabaseIsSilent(t *testing.T) {
	t.Parallel()
	t.Run("UntilItRespondsAgain", func(t *testing.T) {
		t.Parallel()
		r, proxy, _ := newProxied(t)
		r.MaxLag = 100 * time.Millisecond
		require.NoError(t, r.Load(t.Context()))
		r.LoadTimeout = time.Second

		proxy.SilenceAll()
		pgtest.Eventually(t, func() bool { return r.Check(uuid.New(), time.Now()) != nil })
		requireUnavailable(t, r.Check(uuid.New(), time.Now()))

		proxy.Resume()
		pgtest.Eventually(t, func() bool { return r.Check(uuid.New(), time.Now()) == nil })
	})

	t.Run("ButNotIfOnlyTheListeningConnectionIs", func(t *testing.T) {
		t.Parallel()
		r, proxy, base := newProxied(t)
		require.NoError(t, r.Load(t.Context()))
		run(t, r.listen) // without the poll
		e := env{base: base}
		e.awaitListeners(t, 1)
		first := base.Int(t, `select coalesce(max(pid), 0)`+fromListeners)

		proxy.Silence()

		pgtest.Eventually(t, func() bool { // it has given up the connection, which the proxy keeps open
			return base.Int(t, `select count(*)`+fromListeners+`and pid <> $1`, first) > 0
		})
		require.NoError(t, r.Check(uuid.New(), time.Now()))
	})

	t.Run("AndARequestThatAsksTheDatabaseBelievesIt", func(t *testing.T) {
		t.Parallel()
		r, _, base := newProxied(t)
		require.NoError(t, r.Load(t.Context()))
		ended := uuid.New()
		base.Exec(t, "insert into ended_sessions values ($1, clock_timestamp())", ended)

		requireInvalidToken(t, r.Check(ended, time.Now().Add(2*r.MaxLag)))
		require.NoError(t, r.Check(uuid.New(), time.Now()))
	})

	t.Run("ButNotBeforeTheFirstLoad", func(t *testing.T) {
		t.Parallel()
		r, _, _ := newProxied(t)
		require.NoError(t, r.Check(uuid.New(), time.Now().Add(time.Hour)))
	})
}

// newProxied returns a set that reaches its database through a proxy, and waits long for it.
func newProxied(t *testing.T) (*Revoked, *pgtest.Proxy, *pgtest.Database) {
	t.Helper()
	base := pgtest.New(t)
	proxy, proxied := base.Proxied(t)
	d, err := postgres.Open(t.Context(), proxied.URL+"&connect_timeout=3600")
	require.NoError(t, err)
	t.Cleanup(d.Close)
	d.WaitForever()
	return patient(NewRevoked(d, time.Now, slog.New(slog.DiscardHandler))), proxy, base
}

func requireUnavailable(t *testing.T, err error) {
	t.Helper()
	var e *apperr.Error
	require.ErrorAs(t, err, &e)
	require.Equal(t, apperr.Unavailable, e.Code)
	require.Positive(t, e.RetryAfter)
}
