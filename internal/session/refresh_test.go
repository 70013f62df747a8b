package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/token"
)

func TestRefresh(t *testing.T) {
	t.Parallel()
	t.Run("RevokesTheSessionOnReuse", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		s, first := e.login(t, e.user(t))
		second, _ := e.refresh(t, first.Refresh)
		third, _ := e.refresh(t, second.Refresh)
		e.age(t, s.SessionID, grace)

		_, ok := e.refresh(t, first.Refresh)

		require.False(t, ok)
		require.Equal(t, "reuse", e.reason(t, s.SessionID))
		_, ok = e.refresh(t, third.Refresh)
		require.False(t, ok)
		for _, tokens := range []Tokens{first, second, third} {
			_, err := e.Authenticate(tokens.Access)
			requireInvalidToken(t, err)
		}
	})

	t.Run("LogsUnusualCasesWithoutAnyToken", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		s, first := e.login(t, e.user(t))
		second, _ := e.refresh(t, first.Refresh)
		ordinary := e.logs.String() // the creation of the keys file, and nothing about refreshes
		require.Equal(t, 1, strings.Count(ordinary, "\n"), ordinary)

		e.age(t, s.SessionID, grace)
		e.refresh(t, first.Refresh)
		e.refresh(t, e.tokenOf(t, s.SessionID, s.UserID, 9))
		e.refresh(t, second.Refresh)

		lines := strings.Split(strings.TrimSpace(strings.TrimPrefix(e.logs.String(), ordinary)), "\n")
		require.Len(t, lines, 3)
		for i, want := range [][2]string{{"INFO", "lost a response"}, {"ERROR", "never issued"}, {"WARN", "used again"}} {
			require.Contains(t, lines[i], `"level":"`+want[0]+`"`)
			require.Contains(t, lines[i], want[1])
			require.Contains(t, lines[i], s.SessionID.String())
			require.NotContains(t, lines[i], "eyJ")
		}
	})
}

func TestRefreshWithSeveralTokens(t *testing.T) {
	t.Parallel()
	t.Run("UsesTheNewestOfASession", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		s, first := e.login(t, e.user(t))
		second, _ := e.refresh(t, first.Refresh)
		third, _ := e.refresh(t, second.Refresh)
		e.age(t, s.SessionID, time.Hour)

		tokens, err := e.Refresh(t.Context(), []string{first.Refresh, third.Refresh, second.Refresh}, activity.Client{})

		require.NoError(t, err)
		require.Equal(t, int64(4), e.read(t, tokens.Refresh).Generation)
		require.Empty(t, e.reason(t, s.SessionID))
	})

	t.Run("UsesTheFirstThatIsAccepted", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		ended, a := e.login(t, e.user(t))
		e.logout(t, []string{a.Refresh})
		second, b := e.login(t, e.user(t))
		third, c := e.login(t, e.user(t))

		tokens, err := e.Refresh(t.Context(), []string{"garbage", a.Refresh, a.Access, b.Refresh, c.Refresh}, activity.Client{})

		require.NoError(t, err)
		require.Equal(t, second.SessionID, e.read(t, tokens.Refresh).SessionID)
		require.Equal(t, int64(1), e.row(t, third.SessionID, third.UserID).gen, "the others were not used")
		require.Equal(t, "logout", e.reason(t, ended.SessionID))
	})
}

func TestRefreshRejects(t *testing.T) {
	t.Parallel()
	t.Run("InvalidTokensWithoutAQuery", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		_, tokens := e.login(t, e.user(t))
		e.DB.Close()

		for _, text := range []string{"", "garbage", tokens.Access, tokens.Refresh + "A", strings.Repeat("a", 1<<20)} {
			_, ok := e.refresh(t, text)
			require.False(t, ok)
		}
		_, err := e.Refresh(t.Context(), nil, activity.Client{})
		requireInvalidToken(t, err)

		_, err = e.Refresh(t.Context(), []string{tokens.Refresh}, activity.Client{})
		unavailable, ok := errors.AsType[*apperr.Error](err)
		require.True(t, ok)
		require.Equal(t, apperr.Unavailable, unavailable.Code, "a valid token needs the database, and an outage is not a logout")
	})

	t.Run("AnUnknownSession", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		_, ok := e.refresh(t, e.tokenOf(t, uuid.New(), e.user(t), 1))
		require.False(t, ok)
	})

	t.Run("ASessionOfAnotherUser", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		s, tokens := e.login(t, e.user(t))
		before := e.row(t, s.SessionID, s.UserID)

		_, ok := e.refresh(t, e.tokenOf(t, s.SessionID, e.user(t), 1))

		require.False(t, ok)
		require.Equal(t, before, e.row(t, s.SessionID, s.UserID))
		_, ok = e.refresh(t, tokens.Refresh)
		require.True(t, ok)
	})
}

func TestLogout(t *testing.T) {
	t.Parallel()
	t.Run("AcceptsATokenOfAnyGeneration", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		for gen := range int64(4) { // 0 is not a generation
			s, tokens := e.login(t, e.user(t))
			e.refresh(t, tokens.Refresh)
			e.age(t, s.SessionID, time.Hour)

			e.logout(t, []string{e.tokenOf(t, s.SessionID, s.UserID, gen)})

			require.Equal(t, gen > 0, e.reason(t, s.SessionID) == "logout")
			_, err := e.Authenticate(tokens.Access)
			require.Equal(t, gen > 0, err != nil)
		}
	})

	t.Run("OfAnotherUsersSessionEndsNothing", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		mine, _ := e.login(t, e.user(t))
		theirs, tokens := e.login(t, e.user(t))

		e.logout(t, []string{e.tokenOf(t, theirs.SessionID, mine.UserID, 1)})

		require.Empty(t, e.reason(t, theirs.SessionID))
		_, err := e.Authenticate(tokens.Access)
		require.NoError(t, err)
	})

	t.Run("AcceptsAnExpiredToken", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		s, tokens := e.login(t, e.user(t))
		e.Clock = func() time.Time { return time.Now().Add(2 * month) }

		e.logout(t, []string{"", "garbage", tokens.Access, tokens.Refresh})

		require.Equal(t, "logout", e.reason(t, s.SessionID))
	})
}

// TestRefreshKeepsTheTimeOfTheLogin covers both paths of a refresh: one statement, and the locked row.
func TestRefreshKeepsTheTimeOfTheLogin(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	s, first := e.login(t, e.user(t))
	e.base.Exec(t, "update sessions set auth_at = auth_at - interval '1 hour' where id = $1", s.SessionID)
	login, err := e.Authenticate(first.Access)
	require.NoError(t, err)
	for range 2 {
		tokens, ok := e.refresh(t, first.Refresh)
		require.True(t, ok)
		got, err := e.Authenticate(tokens.Access)
		require.NoError(t, err)
		require.Equal(t, login.AuthTime.Add(-time.Hour), got.AuthTime)
	}
	e.base.Exec(t, "update sessions set auth_at = auth_at + interval '2 hours' where id = $1", s.SessionID)
	tokens, ok := e.refresh(t, first.Refresh)
	require.True(t, ok)
	got, err := e.Authenticate(tokens.Access)
	require.NoError(t, err, "the database's clock was set back")
	require.Equal(t, got.IssuedAt, got.AuthTime)
}

func TestAuthenticateRejectsTokensThatNoServerIssues(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	s, _ := e.login(t, e.user(t))
	now := time.Now().Truncate(time.Second)
	for name, times := range map[string]struct {
		issued, expires time.Duration // from now
		valid           bool
	}{
		"Normal":                   {0, MaxAccessTTL, true},
		"ClockOfTheIssuerAhead":    {clockSkew - time.Second, clockSkew + time.Minute, true},
		"LivesLongerThanAnyOther":  {0, MaxAccessTTL + time.Second, false},
		"LivesForAHundredYears":    {0, 100 * 365 * 24 * time.Hour, false},
		"IssuedTomorrow":           {24 * time.Hour, 24*time.Hour + time.Minute, false},
		"IssuedJustBeyondTheSlack": {clockSkew + time.Minute, clockSkew + 2*time.Minute, false},
	} {
		text, err := e.Tokens.Issuer().IssueAccess(token.Access{
			ID: uuid.New(), UserID: s.UserID, SessionID: s.SessionID, AuthTime: now,
			IssuedAt: now.Add(times.issued), ExpiresAt: now.Add(times.expires),
		}, now)
		require.NoError(t, err)
		_, err = e.Authenticate(text)
		require.Equal(t, times.valid, err == nil, name)
	}
}
