package throttle_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/throttle"
)

func TestDevices(t *testing.T) {
	t.Parallel()
	g := newGate(t, throttle.DefaultLimits(0))
	ann, ben := g.base.User(t, "ann"), g.base.User(t, "ben")
	isKnown := func(name, device string, session uuid.UUID) (known bool) {
		_, err := g.Try(t.Context(), throttle.Attempt{UsernameKey: name, Address: address(0), Device: device, Session: session},
			func(k bool) (bool, error) { known = k; return true, nil })
		require.NoError(t, err)
		return known
	}

	t.Run("AreThoseOfTheirAccount", func(t *testing.T) {
		token := g.remember(t, ann, "")
		require.True(t, isKnown("ann", token, uuid.Nil))
		require.False(t, isKnown("ben", token, uuid.Nil))
		require.False(t, isKnown("nobody", token, uuid.Nil))
		require.False(t, isKnown("ann", "", uuid.Nil))
		require.Equal(t, token, g.remember(t, ann, token), "the next login keeps it")
	})

	t.Run("ServeAllWhoUseTheBrowser", func(t *testing.T) {
		first := g.remember(t, ann, "")
		second := g.remember(t, ben, first)
		require.NotEqual(t, first, second, "somebody may have planted it")
		require.True(t, isKnown("ann", second, uuid.Nil))
		require.True(t, isKnown("ben", second, uuid.Nil))
	})

	t.Run("LoseTheirStandingAfterTenFailures", func(t *testing.T) {
		a := throttle.Attempt{UsernameKey: "ann", Address: address(0), Device: g.remember(t, ann, "")}
		for range 10 {
			require.Equal(t, wrong, g.mustGuess(t, a, false))
			g.advance(t, time.Hour)
		}
		require.False(t, isKnown("ann", a.Device, uuid.Nil))
	})

	t.Run("AreLiveSessionsToo", func(t *testing.T) {
		var live, ended uuid.UUID
		start := `insert into sessions (user_id, gen, ack, gen_at, served_at, ring_gen, ring_at, created_at, auth_at, idle_expires_at, absolute_expires_at, revoked_at, revoke_reason, user_agent, address)
			values ($1, 1, 0, now(), now(), '{}', '{}', now(), now(), now() + interval '1 day', now() + interval '1 day', case when $2 then now() end, case when $2 then 'logout' end, '', '') returning id`
		require.NoError(t, g.base.Pool.QueryRow(t.Context(), start, ann, false).Scan(&live))
		require.NoError(t, g.base.Pool.QueryRow(t.Context(), start, ann, true).Scan(&ended))
		require.True(t, isKnown("ann", "", live))
		require.False(t, isKnown("ben", "", live))
		require.False(t, isKnown("ann", "", ended))
		a := throttle.Attempt{UsernameKey: "ann", Address: address(0), Session: live}
		for range 10 {
			require.Equal(t, wrong, g.mustGuess(t, a, false))
			g.advance(t, time.Hour)
		}
		require.False(t, isKnown("ann", "", live))
	})
}
