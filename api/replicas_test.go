package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestReplicas(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	one, two := servers[0], servers[1]

	t.Run("AHundredParallelRefreshesAllSucceedWithOneToken", func(t *testing.T) {
		user := one.User(t, "parallel")
		token := user.RefreshToken(t)
		answers := make([]*apitest.Response, 100)
		refreshes := make([]func(testing.TB), len(answers))
		for i := range answers {
			c := cookieless(t, []*apitest.Server{one, two}[i%2])
			refreshes[i] = func(t testing.TB) {
				answers[i] = c.Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token)
			}
		}
		apitest.AtOnce(t, refreshes...)

		for _, a := range answers {
			require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
			require.Equal(t, answers[0].RefreshCookie().Value, a.RefreshCookie().Value, "byte for byte")
			require.Equal(t, http.StatusOK, fridgeStatus(t, two, a.Access(t)))
		}
		require.EqualValues(t, 2, one.Int(t, `select gen from sessions`), "one rotation")
	})

	t.Run("ALogoutEndsAccessTokensOnTheOtherServer", func(t *testing.T) {
		user := one.User(t, "leaves")
		require.Equal(t, http.StatusOK, fridgeStatus(t, two, user.Access))

		require.Equal(t, http.StatusNoContent, user.Do(t, http.MethodPost, "/api/user/logout/", "").StatusCode)

		require.Equal(t, http.StatusUnauthorized, user.FridgeStatus(t), "here at once")
		pgtest.Eventually(t, func() bool { return fridgeStatus(t, two, user.Access) == http.StatusUnauthorized })
	})

	t.Run("ADeletedAccountIsOutEverywhere", func(t *testing.T) {
		user := one.User(t, "deleted")
		one.Exec(t, `delete from users`)
		pgtest.Eventually(t, func() bool { return user.FridgeStatus(t) == http.StatusUnauthorized })
		require.Equal(t, http.StatusUnauthorized, user.Refresh(t).StatusCode)
	})

	t.Run("AStartingServerKnowsWhatHasEnded", func(t *testing.T) {
		user := one.User(t, "early")
		require.Equal(t, http.StatusNoContent, user.Do(t, http.MethodPost, "/api/user/logout/", "").StatusCode)
		require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, one.Replica(t), user.Access))
	})
}

// TestRefreshRules walks through the rules of refresh tokens over HTTP, each with the row aged by SQL.
func TestRefreshRules(t *testing.T) {
	t.Parallel()
	const hour = `update sessions set served_at = served_at - interval '1 hour', gen_at = gen_at - interval '1 hour',
		ring_at = array(select at - interval '1 hour' from unnest(ring_at) with ordinality as r(at, n) order by n)`
	server := apitest.Start(t)
	fresh := func(t *testing.T) *apitest.Server { // in which there are no sessions
		t.Helper()
		server.Exec(t, `delete from sessions`)
		return server
	}
	present := func(t *testing.T, s *apitest.Server, token string) *apitest.Response {
		t.Helper()
		return cookieless(t, s).Do(t, http.MethodPost, refreshPath, "", "Cookie: refresh_token="+token)
	}
	generation := func(t *testing.T, a *apitest.Response) float64 {
		t.Helper()
		require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
		return claimsOf(t, a.RefreshCookie().Value)["gen"].(float64)
	}

	t.Run("ASecondTabGetsTheSameToken", func(t *testing.T) {
		s := fresh(t)
		first := s.User(t, "tabs").RefreshToken(t)
		a, b := present(t, s, first), present(t, s, first)
		require.Equal(t, a.RefreshCookie().Value, b.RefreshCookie().Value)
	})

	t.Run("ALostAnswerIsRecoveredHoweverLate", func(t *testing.T) {
		s := fresh(t)
		first := s.User(t, "lost").RefreshToken(t)
		require.EqualValues(t, 2, generation(t, present(t, s, first)))
		s.Exec(t, hour)
		burned := present(t, s, first) // the answer with generation 2 was lost
		require.EqualValues(t, 3, generation(t, burned))
		require.Contains(t, s.Logs.String(), "lost a response")
		require.EqualValues(t, 4, generation(t, present(t, s, burned.RefreshCookie().Value)))
	})

	t.Run("ASlowTabIsAnsweredWithinTheGrace", func(t *testing.T) {
		s := fresh(t)
		first := s.User(t, "slow").RefreshToken(t)
		second := present(t, s, first).RefreshCookie().Value
		third := present(t, s, second).RefreshCookie().Value
		require.Equal(t, third, present(t, s, first).RefreshCookie().Value)
	})

	t.Run("ReuseEndsTheSessionAndItsAccessTokens", func(t *testing.T) {
		s := fresh(t)
		user := s.User(t, "stolen")
		first := user.RefreshToken(t)
		user.Refresh(t)
		user.Refresh(t)
		require.Equal(t, http.StatusOK, user.FridgeStatus(t))
		s.Exec(t, hour)

		thief := present(t, s, first)

		require.Equal(t, http.StatusUnauthorized, thief.StatusCode)
		require.Equal(t, -1, thief.RefreshCookie().MaxAge)
		require.Equal(t, http.StatusUnauthorized, user.FridgeStatus(t))
		require.Equal(t, http.StatusUnauthorized, user.Refresh(t).StatusCode)
		require.EqualValues(t, 1, s.Int(t, `select count(*) from sessions where revoke_reason = 'reuse'`))
		require.Contains(t, s.Logs.String(), "used again")
	})

	t.Run("AGenerationFromTheFutureIsAnAlarm", func(t *testing.T) {
		s := fresh(t)
		user := s.User(t, "restored")
		user.Refresh(t)
		newer := user.RefreshToken(t)
		s.Exec(t, `update sessions set gen = 1, ack = 0, ring_gen = '{}', ring_at = '{}'`) // a backup is restored
		require.Equal(t, http.StatusUnauthorized, present(t, s, newer).StatusCode)
		require.Contains(t, s.Logs.String(), "never issued")
		require.EqualValues(t, 0, s.Int(t, `select count(*) from sessions where revoked_at is not null`))
	})

	t.Run("NineQuickRefreshesStayWithinTheRing", func(t *testing.T) {
		s := fresh(t)
		user := s.User(t, "quick")
		first := user.RefreshToken(t)
		for range 9 {
			require.Equal(t, http.StatusOK, user.Refresh(t).StatusCode)
		}
		require.EqualValues(t, 9, s.Int(t, `select gen from sessions`), "the ninth changed nothing")
		require.Equal(t, http.StatusOK, present(t, s, first).StatusCode, "so that the first is still known")
	})

	t.Run("WithoutGraceEverySecondUseIsReuse", func(t *testing.T) {
		t.Parallel()
		s := apitest.Start(t, func(c *apitest.Config) { c.Sessions.Grace = 0 })
		first := s.User(t, "strict").RefreshToken(t)
		require.Equal(t, http.StatusOK, present(t, s, first).StatusCode)
		require.Equal(t, http.StatusUnauthorized, present(t, s, first).StatusCode)
		require.EqualValues(t, 1, s.Int(t, `select count(*) from sessions where revoke_reason = 'reuse'`))
	})

	t.Run("AnExpiredSessionIsOver", func(t *testing.T) {
		for _, column := range []string{"idle_expires_at", "absolute_expires_at"} {
			s := fresh(t)
			user := s.User(t, "over."+column)
			s.Exec(t, `update sessions set `+column+` = now()`)
			require.Equal(t, http.StatusUnauthorized, user.Refresh(t).StatusCode)
			require.EqualValues(t, 0, s.Int(t, `select count(*) from sessions where revoked_at is not null`))
		}
	})

	t.Run("AnExpiredTokenIsRefusedAndItsAccessTokenWithIt", func(t *testing.T) {
		t.Parallel()
		s := apitest.Start(t, func(c *apitest.Config) { c.Sessions.RefreshTTL = time.Minute })
		user := s.User(t, "brief")
		later := s.Replica(t, clockAhead(2*time.Minute))
		require.Equal(t, http.StatusUnauthorized, present(t, later, user.RefreshToken(t)).StatusCode)
		require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, later, user.Access))
	})

	t.Run("NoTokenOutlivesItsSession", func(t *testing.T) {
		t.Parallel()
		s := apitest.Start(t, func(c *apitest.Config) { c.Sessions.Max = 10 * time.Second })
		user := s.User(t, "short")
		for _, token := range []string{user.Access, user.RefreshToken(t)} {
			c := claimsOf(t, token)
			require.InDelta(t, 10, c["exp"].(float64)-c["iat"].(float64), 1)
		}
	})
}
