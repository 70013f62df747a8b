package session

import (
	"math/rand/v2"
	"runtime"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/account"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/token"
)

// tally counts who came first. A test of interleavings proves little where it is always the same one.
type tally struct{ first, second atomic.Int64 }

func newTally(t *testing.T) *tally {
	n := &tally{}
	t.Cleanup(func() {
		require.Positive(t, n.first.Load(), "the end always came first")
		require.Positive(t, n.second.Load(), "the end never came first")
	})
	return n
}

func (n *tally) count(succeeded bool) {
	if succeeded {
		n.first.Add(1)
	} else {
		n.second.Add(1)
	}
}

// contest is one session that is refreshed while something ends it.
type contest struct {
	house
	token.Refresh
	held []string // every refresh token that was ever handed out
}

func (h house) contest(t *testing.T) *contest {
	t.Helper()
	s, tokens := h.login(t, h.user(t))
	return &contest{h, s, []string{tokens.Refresh}}
}

// yield lets others go first, more or less far.
func yield() {
	for range rand.IntN(200) {
		runtime.Gosched()
	}
}

// run refreshes twice at once, with one cookie as two tabs do, while end ends the session.
func (c *contest) run(t *testing.T, n *tally, end func() error) {
	t.Helper()
	var ended error
	var tokens [2]Tokens
	var errs [2]error
	refresh := func(i int) func() {
		return func() { tokens[i], errs[i] = c.Service.Refresh(t.Context(), c.held[:1]) }
	}
	acts := []func(){refresh(0), refresh(1), func() {
		yield()
		ended = end()
	}}
	rand.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	together(acts...)
	require.NoError(t, ended)
	for i, err := range errs {
		if err != nil {
			requireRefused(t, err)
			continue
		}
		c.held = append(c.held, tokens[i].Refresh)
	}
	n.count(len(c.held) > 1)
}

// requireDead fails if any refresh token works that anybody may have.
func (c *contest) requireDead(t *testing.T) {
	t.Helper()
	for gen := int64(1); gen < 5; gen++ {
		c.held = append(c.held, c.tokenOf(t, c.SessionID, c.UserID, gen))
	}
	for _, text := range c.held {
		_, ok := c.refresh(t, text)
		require.False(t, ok)
	}
}

// changePassword is the transaction of [account.Service.ResetPassword], without the cost of a hash.
func (h house) changePassword(t *testing.T, user int64) error {
	return h.DB.Tx(t.Context(), func(q *db.Queries) error {
		if _, err := q.SetPassword(t.Context(), db.SetPasswordParams{UserID: user, PasswordHash: "hash of the new password"}); err != nil {
			return err
		}
		_, err := q.EndSessionsOfUser(t.Context(), db.EndSessionsOfUserParams{UserID: user, Reason: "password"})
		return err
	})
}

func TestNoRefreshCommitsAcross(t *testing.T) {
	t.Parallel()
	t.Run("Logout", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		n := newTally(t)
		workers(t, 400, func(t *testing.T) {
			c := h.contest(t)
			c.run(t, n, func() error {
				_, err := h.Logout(t.Context(), c.held[:1])
				return err
			})
			require.Equal(t, "logout", h.reason(t, c.SessionID))
			c.requireDead(t)
		})
	})

	t.Run("APasswordChange", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		n := newTally(t)
		workers(t, 300, func(t *testing.T) {
			c := h.contest(t)
			c.run(t, n, func() error { return h.changePassword(t, c.UserID) })
			require.Equal(t, "password", h.reason(t, c.SessionID))
			c.requireDead(t)
		})
	})

	t.Run("TheDeletionOfTheAccount", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		accounts := &account.Service{DB: h.DB, Passwords: h.Passwords}
		n := newTally(t)
		workers(t, 200, func(t *testing.T) {
			c := h.contest(t)
			c.run(t, n, func() error { return accounts.Delete(t.Context(), account.User{ID: c.UserID}) })
			require.Zero(t, h.base.Int(t, "select count(*) from sessions where id = $1", c.SessionID))
			require.Equal(t, int64(1), h.base.Int(t, "select count(*) from ended_sessions where session_id = $1", c.SessionID))
			c.requireDead(t)
		})
	})
}

func TestRefreshingOnAndOnEndsWithAPasswordReset(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	accounts := &account.Service{DB: h.DB, Passwords: h.Passwords, Policy: password.Policy{MinLength: 8}}
	workers(t, 20, func(t *testing.T) {
		c := h.contest(t)
		var failed, reset error
		var ended int64
		together(func() {
			for tokens := (Tokens{Refresh: c.held[0]}); failed == nil; {
				if tokens, failed = c.Service.Refresh(t.Context(), []string{tokens.Refresh}); failed == nil {
					c.held = append(c.held, tokens.Refresh)
				}
			}
		}, func() {
			ended, reset = accounts.ResetPassword(t.Context(), account.User{ID: c.UserID}, "correct horse battery")
		})

		require.NoError(t, reset)
		requireRefused(t, failed)
		require.Equal(t, int64(1), ended)
		require.Equal(t, "password", h.reason(t, c.SessionID))
		c.requireDead(t)
	})
}

func TestNoLoginWithTheOldPasswordSurvives(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	survives := func(t *testing.T, n *tally, verified string, end func(user int64) error) {
		user := h.user(t)
		var tokens Tokens
		var login, change error
		together(func() {
			yield()
			tokens, login = h.start(t.Context(), db.GetCredentialsRow{ID: user, PasswordHash: oldHash}, verified, Client{})
		}, func() {
			yield()
			change = end(user)
		})

		require.NoError(t, change)
		require.Zero(t, h.base.Int(t, "select count(*) from sessions where user_id = $1 and revoked_at is null", user))
		n.count(login == nil)
		if login != nil {
			require.ErrorIs(t, login, errChanged)
			return
		}
		_, ok := h.refresh(t, tokens.Refresh)
		require.False(t, ok)
	}
	t.Run("APasswordChange", func(t *testing.T) {
		t.Parallel()
		n := newTally(t)
		workers(t, 100, func(t *testing.T) {
			survives(t, n, oldHash, func(user int64) error { return h.changePassword(t, user) })
		})
	})
	t.Run("APasswordChangeWhileItsHashIsMadeAnew", func(t *testing.T) {
		t.Parallel()
		n := newTally(t)
		workers(t, 100, func(t *testing.T) {
			survives(t, n, "stronger hash of the old password", func(user int64) error { return h.changePassword(t, user) })
		})
	})
	t.Run("TheDeletionOfTheAccount", func(t *testing.T) {
		t.Parallel()
		n := newTally(t)
		accounts := &account.Service{DB: h.DB, Passwords: h.Passwords}
		workers(t, 100, func(t *testing.T) {
			survives(t, n, oldHash, func(user int64) error { return accounts.Delete(t.Context(), account.User{ID: user}) })
		})
	})
}
