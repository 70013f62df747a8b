package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
)

func TestRefresh(t *testing.T) {
	t.Parallel()
	t.Run("MintsTheSameRefreshTokenForARepeatedPresentation", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		s, first := h.login(t, h.user(t))
		next, ok := h.refresh(t, first.Refresh)
		require.True(t, ok)

		h.base.Exec(t, "update sessions set served_at = served_at - interval '20 s' where id = $1", s.SessionID)
		again, ok := h.refresh(t, first.Refresh)

		require.True(t, ok)
		require.NotEqual(t, first.Refresh, next.Refresh)
		require.Equal(t, next.Refresh, again.Refresh, "byte for byte")
		require.NotEqual(t, next.Access, again.Access)
	})

	t.Run("MintsTheSameRefreshTokenWhileTheRingIsFull", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, tokens := h.login(t, h.user(t))
		for range ringSize {
			var ok bool
			tokens, ok = h.refresh(t, tokens.Refresh)
			require.True(t, ok)
		}
		same, ok := h.refresh(t, tokens.Refresh)
		require.True(t, ok)
		require.Equal(t, tokens.Refresh, same.Refresh, "byte for byte")
	})

	t.Run("EndsTheSessionOnReuse", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		s, first := h.login(t, h.user(t))
		second, _ := h.refresh(t, first.Refresh)
		third, _ := h.refresh(t, second.Refresh)
		h.age(t, s.SessionID, grace)

		_, ok := h.refresh(t, first.Refresh)

		require.False(t, ok)
		require.Equal(t, "reuse", h.reason(t, s.SessionID))
		_, ok = h.refresh(t, third.Refresh)
		require.False(t, ok)
		for _, tokens := range []Tokens{first, second, third} {
			_, err := h.Authenticate(tokens.Access)
			requireRefused(t, err)
		}
	})

	t.Run("LogsWhatIsOutOfTheOrdinaryWithoutAnyToken", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		s, first := h.login(t, h.user(t))
		second, _ := h.refresh(t, first.Refresh)
		ordinary := h.logs.String() // that the keys file was made, and nothing of refreshes
		require.Equal(t, 1, strings.Count(ordinary, "\n"), ordinary)

		h.age(t, s.SessionID, grace)
		h.refresh(t, first.Refresh)
		h.refresh(t, h.tokenOf(t, s.SessionID, s.UserID, 9))
		h.refresh(t, second.Refresh)

		lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(h.logs.String(), ordinary)), "\n")
		require.Len(t, lines, 3)
		for i, level := range []string{"INFO", "ERROR", "WARN"} {
			require.Contains(t, lines[i], `"level":"`+level+`"`)
			require.Contains(t, lines[i], s.SessionID.String())
			require.NotContains(t, lines[i], "eyJ")
		}
	})
}

func TestRefreshWithSeveralTokens(t *testing.T) {
	t.Parallel()
	t.Run("CountsTheNewestOfASession", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		s, first := h.login(t, h.user(t))
		second, _ := h.refresh(t, first.Refresh)
		third, _ := h.refresh(t, second.Refresh)
		h.age(t, s.SessionID, time.Hour)

		tokens, err := h.Refresh(t.Context(), []string{first.Refresh, third.Refresh, second.Refresh})

		require.NoError(t, err)
		require.Equal(t, int64(4), h.read(t, tokens.Refresh).Generation)
		require.Empty(t, h.reason(t, s.SessionID))
	})

	t.Run("AnswersTheFirstThatIsAcceptable", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		ended, a := h.login(t, h.user(t))
		h.logout(t, []string{a.Refresh})
		second, b := h.login(t, h.user(t))
		third, c := h.login(t, h.user(t))

		tokens, err := h.Refresh(t.Context(), []string{"garbage", a.Refresh, a.Access, b.Refresh, c.Refresh})

		require.NoError(t, err)
		require.Equal(t, second.SessionID, h.read(t, tokens.Refresh).SessionID)
		require.Equal(t, int64(1), h.row(t, third.SessionID, third.UserID).gen, "the others were not used")
		require.Equal(t, "logout", h.reason(t, ended.SessionID))
	})
}

func TestRefreshRefuses(t *testing.T) {
	t.Parallel()
	t.Run("WhatIsNoTokenWithoutAskingTheDatabase", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, tokens := h.login(t, h.user(t))
		h.DB.Close()

		for _, text := range []string{"", "garbage", tokens.Access, tokens.Refresh + "A", strings.Repeat("a", 1<<20)} {
			_, ok := h.refresh(t, text)
			require.False(t, ok)
		}
		_, err := h.Refresh(t.Context(), nil)
		requireRefused(t, err)

		_, err = h.Refresh(t.Context(), []string{tokens.Refresh})
		f, ok := errors.AsType[*apperr.Error](err)
		require.True(t, ok)
		require.Equal(t, apperr.Unavailable, f.Code, "only a real token reaches the database, and its loss is no logout")
	})

	t.Run("ASessionThatNeverWas", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, ok := h.refresh(t, h.tokenOf(t, uuid.New(), h.user(t), 1))
		require.False(t, ok)
	})

	t.Run("ASessionOfAnotherUser", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		s, tokens := h.login(t, h.user(t))
		before := h.row(t, s.SessionID, s.UserID)

		_, ok := h.refresh(t, h.tokenOf(t, s.SessionID, h.user(t), 1))

		require.False(t, ok)
		require.Equal(t, before, h.row(t, s.SessionID, s.UserID))
		_, ok = h.refresh(t, tokens.Refresh)
		require.True(t, ok)
	})
}

func TestLogout(t *testing.T) {
	t.Parallel()
	t.Run("EndsTheSessionByATokenOfAnyGeneration", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		for gen := range int64(4) { // 0 is no generation: nothing to log out of
			s, tokens := h.login(t, h.user(t))
			h.refresh(t, tokens.Refresh)
			h.age(t, s.SessionID, time.Hour)

			h.logout(t, []string{h.tokenOf(t, s.SessionID, s.UserID, gen)})

			require.Equal(t, gen > 0, h.reason(t, s.SessionID) == "logout")
			_, err := h.Authenticate(tokens.Access)
			require.Equal(t, gen > 0, err != nil)
		}
	})

	t.Run("EndsTheSessionByAnExpiredToken", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		s, tokens := h.login(t, h.user(t))
		h.Clock = func() time.Time { return time.Now().Add(2 * month) }

		h.logout(t, []string{"", "garbage", tokens.Access, tokens.Refresh})

		require.Equal(t, "logout", h.reason(t, s.SessionID))
	})
}
