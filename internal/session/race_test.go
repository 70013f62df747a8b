package session

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/token"
)

// race is one session that is refreshed while something else happens to it.
type race struct {
	env
	token.Refresh
	tokens []string // every refresh token that was ever sent
}

func (e env) race(t *testing.T) *race {
	t.Helper()
	s, tokens := e.login(t, e.user(t))
	return &race{e, s, []string{tokens.Refresh}}
}

// accounts returns the service that changes passwords and deletes accounts.
func (e env) accounts() *account.Service {
	return &account.Service{DB: e.DB, Passwords: e.Passwords, Policy: password.Policy{MinLength: 8}}
}

func (e env) resetPassword(t *testing.T, user int64) error {
	_, err := e.accounts().ResetPassword(t.Context(), account.User{ID: user}, plain)
	return err
}

func (e env) deleteAccount(t *testing.T, user int64) error {
	return e.accounts().Delete(t.Context(), account.User{ID: user})
}

// repeat runs several rounds of a race, a few at a time. It goes on until each side was first at least once: otherwise the race proves
// nothing. round reports which side was first.
func repeat(t *testing.T, round func(t *testing.T) (refreshFirst bool)) {
	t.Helper()
	repeatTimes(t, 20, round)
}

// repeatTimes is [repeat] with the number of rounds in the suite.
func repeatTimes(t *testing.T, count int, round func(t *testing.T) (refreshFirst bool)) {
	t.Helper()
	atLeast := int64(rounds(t, count))
	var done, refreshFirst, endFirst atomic.Int64
	const atOnce = 4
	for n := range atOnce {
		t.Run(fmt.Sprintf("Worker%d", n+1), func(t *testing.T) {
			t.Parallel()
			for done.Add(1) <= atLeast || refreshFirst.Load() == 0 || endFirst.Load() == 0 {
				require.True(t, hasTimeLeft(t), "the same side is always first: %d and %d", refreshFirst.Load(), endFirst.Load())
				if round(t) {
					refreshFirst.Add(1)
				} else {
					endFirst.Add(1)
				}
			}
		})
	}
}

// yield lets other goroutines run first for a random time.
func yield() {
	for range rand.IntN(200) {
		runtime.Gosched()
	}
}

// raceAgainst refreshes twice at once with the same token, as two tabs do, while end ends the session. It reports whether a
// refresh succeeded.
func (r *race) raceAgainst(t *testing.T, end func() error) (refreshFirst bool) {
	t.Helper()
	var ended error
	var tokens [2]Tokens
	var errs [2]error
	refresh := func(i int) func() {
		return func() { tokens[i], errs[i] = r.Service.Refresh(t.Context(), r.tokens[:1], activity.Client{}) }
	}
	calls := []func(){refresh(0), refresh(1), func() {
		yield()
		ended = end()
	}}
	rand.Shuffle(len(calls), func(i, j int) { calls[i], calls[j] = calls[j], calls[i] })
	runConcurrently(calls...)
	require.NoError(t, ended)
	for i, err := range errs {
		if err != nil {
			requireInvalidToken(t, err)
			continue
		}
		r.tokens = append(r.tokens, tokens[i].Refresh)
	}
	return len(r.tokens) > 1
}

// requireEnded fails if any refresh token that somebody may have still works.
func (r *race) requireEnded(t *testing.T) {
	t.Helper()
	for gen := int64(1); gen < 5; gen++ {
		r.tokens = append(r.tokens, r.tokenOf(t, r.SessionID, r.UserID, gen))
	}
	for _, text := range r.tokens {
		_, ok := r.refresh(t, text)
		require.False(t, ok)
	}
}

func TestNoRefreshCommitsAcross(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for name, c := range map[string]struct {
		reason string // of the session; empty: it is deleted
		end    func(t *testing.T, r *race) error
	}{
		"Logout": {"logout", func(t *testing.T, r *race) error {
			_, err := e.Logout(t.Context(), r.tokens[:1], activity.Client{})
			return err
		}},
		"APasswordReset":          {"password", func(t *testing.T, r *race) error { return e.resetPassword(t, r.UserID) }},
		"TheDeletionOfTheAccount": {"", func(t *testing.T, r *race) error { return e.deleteAccount(t, r.UserID) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repeat(t, func(t *testing.T) bool {
				r := e.race(t)
				refreshFirst := r.raceAgainst(t, func() error { return c.end(t, r) })
				require.Equal(t, c.reason, e.reason(t, r.SessionID))
				require.Equal(t, int64(1), e.base.Int(t, "select count(*) from ended_sessions where session_id = $1", r.SessionID))
				r.requireEnded(t)
				return refreshFirst
			})
		})
	}
}

func TestNoLoginWithTheOldPasswordSurvives(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for name, c := range map[string]struct {
		hash string // of the account after the login
		end  func(t *testing.T, user int64) error
	}{
		"APasswordReset":                       {oldHash, e.resetPassword},
		"APasswordResetWhileTheHashIsReplaced": {"stronger hash of the old password", e.resetPassword},
		"TheDeletionOfTheAccount":              {oldHash, e.deleteAccount},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			repeat(t, func(t *testing.T) (loginFirst bool) {
				user := e.user(t)
				var tokens Tokens
				var login, end error
				runConcurrently(func() {
					yield()
					tokens, login = e.start(t.Context(), db.GetCredentialsRow{ID: user, PasswordHash: oldHash}, c.hash, Client{})
				}, func() {
					yield()
					end = c.end(t, user)
				})

				require.NoError(t, end)
				require.Zero(t, e.base.Int(t, "select count(*) from sessions where user_id = $1 and revoked_at is null", user))
				if login != nil {
					require.ErrorIs(t, login, errPasswordChanged)
					return false
				}
				_, ok := e.refresh(t, tokens.Refresh)
				require.False(t, ok)
				return true
			})
		})
	}
}
