package api_test

import (
	"net/http"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

const sessionsPath = "/api/user/sessions/"

func listSessions(t *testing.T, c *apitest.Client) []models.Session {
	t.Helper()
	return apitest.Decode[[]models.Session](t, c.Call(t, http.MethodGet, sessionsPath, nil).Is(t, http.StatusOK))
}

func TestSessions(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	s, two := servers[0], servers[1]
	login := func(t *testing.T, at *apitest.Server, name string) *apitest.Client {
		c := at.Client(t)
		c.Agent = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
		c.Login(t, name)
		return c
	}

	t.Run("AreListed", func(t *testing.T) {
		c := s.User(t, "lister")
		other := login(t, two, "lister")
		s.User(t, "somebody")

		list := listSessions(t, c)

		require.Len(t, list, 2)
		require.Equal(t, other.SessionID(t), list[0].ID, "the last used one is the first")
		require.Equal(t, c.SessionID(t), list[1].ID)
		require.Equal(t, []bool{false, true}, []bool{list[0].Current, list[1].Current})
		require.Equal(t, "Firefox on Linux", list[0].Client)
		require.Equal(t, "Go-http-client", list[1].Client)
		require.Equal(t, "127.0.0.1", list[0].Address)
		require.Equal(t, list[0].CreatedAt, list[0].LastUsedAt)
		require.True(t, list[0].ExpiresAt.After(list[0].CreatedAt.AddDate(0, 0, 29)))
		require.True(t, listSessions(t, other)[0].Current)

		c.Refresh(t).Is(t, http.StatusOK)
		list = listSessions(t, c)
		require.Equal(t, c.SessionID(t), list[0].ID)
		require.True(t, list[0].LastUsedAt.After(list[0].CreatedAt))
	})

	t.Run("EndOneByOne", func(t *testing.T) {
		c := s.User(t, "ender")
		other := login(t, two, "ender")

		a := c.Call(t, http.MethodDelete, sessionsPath+other.SessionID(t)+"/", nil).Is(t, http.StatusNoContent)

		require.Nil(t, a.RefreshCookie())
		require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, s, other.Access), "here at once")
		pgtest.Eventually(t, func() bool { return other.FridgeStatus(t) == http.StatusUnauthorized })
		other.Refresh(t).Is(t, http.StatusUnauthorized)
		require.Len(t, listSessions(t, c), 1)
		c.Call(t, http.MethodDelete, sessionsPath+other.SessionID(t), nil).Is(t, http.StatusNoContent) // again
	})

	t.Run("EndWithTheirCookie", func(t *testing.T) {
		c := s.User(t, "own-ender")

		c.Call(t, http.MethodDelete, sessionsPath+c.SessionID(t)+"/", nil).Is(t, http.StatusNoContent)

		require.Empty(t, c.RefreshToken(t))
		require.Equal(t, http.StatusUnauthorized, c.FridgeStatus(t))
	})

	t.Run("OfOthersCannotBeEnded", func(t *testing.T) {
		c, victim := s.User(t, "attacker"), s.User(t, "victim")
		for _, id := range []string{victim.SessionID(t), uuid.NewString(), uuid.Nil.String(), "x", "1"} {
			c.Call(t, http.MethodDelete, sessionsPath+id+"/", nil).Is(t, http.StatusNotFound)
		}
		require.Equal(t, http.StatusOK, victim.FridgeStatus(t))
		victim.Refresh(t).Is(t, http.StatusOK)
	})

	t.Run("EndAllButTheCurrentOne", func(t *testing.T) {
		c, stranger := s.User(t, "sweeper"), s.User(t, "stranger")
		others := []*apitest.Client{login(t, s, "sweeper"), login(t, two, "sweeper")}

		c.Call(t, http.MethodDelete, sessionsPath, nil).Is(t, http.StatusNoContent)

		require.Equal(t, http.StatusUnauthorized, others[0].FridgeStatus(t), "here at once")
		pgtest.Eventually(t, func() bool { return others[1].FridgeStatus(t) == http.StatusUnauthorized })
		for _, other := range others {
			other.Refresh(t).Is(t, http.StatusUnauthorized)
		}
		require.Equal(t, http.StatusOK, c.FridgeStatus(t))
		c.Refresh(t).Is(t, http.StatusOK)
		require.Len(t, listSessions(t, c), 1)
		require.Equal(t, http.StatusOK, stranger.FridgeStatus(t))
		c.Call(t, http.MethodDelete, sessionsPath, nil).Is(t, http.StatusNoContent) // again
	})

	t.Run("AreReadWithoutAWrite", func(t *testing.T) {
		c := s.User(t, "reader")
		before := everyRow(t, s)
		listSessions(t, c)
		getAccount(t, c)
		require.Equal(t, before, everyRow(t, s))
	})
}
