package session

import (
	"errors"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
)

// passwordUser returns a user whose password is plain, and its hash.
func (e env) passwordUser(t testing.TB) (user int64, hash string) {
	t.Helper()
	hash, err := hasher.Hash(t.Context(), plain, nil)
	require.NoError(t, err)
	user = e.user(t)
	e.base.Exec(t, "update users set password_hash = $2 where id = $1", user, hash)
	return user, hash
}

// loginWith starts a session without checking the password of the hash.
func (e env) loginWith(t testing.TB, user int64, hash string) (uuid.UUID, Tokens) {
	t.Helper()
	tokens, err := e.start(t.Context(), db.GetCredentialsRow{ID: user, PasswordHash: hash}, hash, Client{})
	require.NoError(t, err)
	return e.read(t, tokens.Refresh).SessionID, tokens
}

const newPassword = "soft-boiled at seven"

func codeOf(err error) apperr.Code {
	e, ok := errors.AsType[*apperr.Error](err)
	if !ok {
		return ""
	}
	return e.Code
}

// TestNoRefreshCommitsAcrossAChangeOfThePassword refreshes another session, and that of the caller, while the password changes.
func TestNoRefreshCommitsAcrossAChangeOfThePassword(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	repeatTimes(t, 50, func(t *testing.T) bool {
		user, hash := e.passwordUser(t)
		own, ownTokens := e.loginWith(t, user, hash)
		other, otherTokens := e.loginWith(t, user, hash)
		r := &race{e, e.read(t, otherTokens.Refresh), []string{otherTokens.Refresh}}
		refreshFirst := r.raceAgainst(t, func() error {
			return e.ChangePassword(t.Context(), user, own, plain, newPassword, Client{})
		})
		require.Equal(t, "password", e.reason(t, other))
		r.requireEnded(t)
		_, err := e.Authenticate(otherTokens.Access)
		requireInvalidToken(t, err)

		_, ok := e.refresh(t, ownTokens.Refresh)
		require.True(t, ok, "the session of the caller continues")
		return refreshFirst
	})
}

func TestOfTwoChangesOfThePasswordOneSucceeds(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for range rounds(t, 10) {
		user, hash := e.passwordUser(t)
		var sessions [2]uuid.UUID
		for i := range sessions {
			sessions[i], _ = e.loginWith(t, user, hash)
		}
		var errs [2]error
		change := func(i int) func() {
			return func() {
				yield()
				errs[i] = e.ChangePassword(t.Context(), user, sessions[i], plain, newPassword, Client{})
			}
		}
		runConcurrently(change(0), change(1))
		winner := 0
		if errs[0] != nil {
			winner = 1
		}
		require.NoError(t, errs[winner])
		require.Equal(t, apperr.InvalidInput, codeOf(errs[1-winner]), "its old password is wrong now: %v", errs[1-winner])
		require.Empty(t, e.reason(t, sessions[winner]))
		require.Equal(t, "password", e.reason(t, sessions[1-winner]))
	}
}

func TestNoLoginWithTheOldPasswordSurvivesAChangeOfThePassword(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	repeat(t, func(t *testing.T) (loginFirst bool) {
		user, hash := e.passwordUser(t)
		own, _ := e.loginWith(t, user, hash)
		var login, change error
		runConcurrently(func() {
			yield()
			_, login = e.start(t.Context(), db.GetCredentialsRow{ID: user, PasswordHash: hash}, hash, Client{})
		}, func() { change = e.ChangePassword(t.Context(), user, own, plain, newPassword, Client{}) })
		require.NoError(t, change)
		require.Equal(t, int64(1), e.base.Int(t, "select count(*) from sessions where user_id = $1 and revoked_at is null", user))
		return login == nil
	})
}

func TestReauthenticate(t *testing.T) {
	t.Parallel()
	e := newEnv(t)

	t.Run("RenewsTheTimeOfTheLoginAndNothingElse", func(t *testing.T) {
		t.Parallel()
		user, hash := e.passwordUser(t)
		id, tokens := e.loginWith(t, user, hash)
		e.base.Exec(t, "update sessions set auth_at = auth_at - interval '1 hour' where id = $1", id)
		before := e.row(t, id, user)

		access, err := e.Reauthenticate(t.Context(), user, id, plain, Client{})

		require.NoError(t, err)
		got, err := e.Authenticate(access)
		require.NoError(t, err)
		require.Equal(t, id, got.SessionID)
		require.Equal(t, got.IssuedAt, got.AuthTime)
		require.Equal(t, before, e.row(t, id, user))
		next, ok := e.refresh(t, tokens.Refresh)
		require.True(t, ok)
		refreshed, err := e.Authenticate(next.Access)
		require.NoError(t, err)
		require.Equal(t, got.AuthTime, refreshed.AuthTime)
	})

	t.Run("RefusesAnEndedSession", func(t *testing.T) {
		t.Parallel()
		user, hash := e.passwordUser(t)
		for _, end := range []string{
			"update sessions set revoked_at = now(), revoke_reason = 'logout' where id = $1",
			"update sessions set idle_expires_at = now() where id = $1",
			"update sessions set absolute_expires_at = now() where id = $1",
			"delete from sessions where id = $1",
		} {
			id, _ := e.loginWith(t, user, hash)
			e.base.Exec(t, end, id)
			_, err := e.Reauthenticate(t.Context(), user, id, plain, Client{})
			requireInvalidToken(t, err)
		}
	})

	t.Run("RefusesTheSessionOfAnotherUser", func(t *testing.T) {
		t.Parallel()
		user, hash := e.passwordUser(t)
		id, _ := e.loginWith(t, user, hash)
		other, _ := e.passwordUser(t)
		_, err := e.Reauthenticate(t.Context(), other, id, plain, Client{})
		requireInvalidToken(t, err)
	})

	t.Run("RefusesAWrongPasswordAndADeletedAccount", func(t *testing.T) {
		t.Parallel()
		user, hash := e.passwordUser(t)
		id, _ := e.loginWith(t, user, hash)
		_, err := e.Reauthenticate(t.Context(), user, id, newPassword, Client{})
		require.Equal(t, apperr.NoActiveAccount, codeOf(err))
		require.NoError(t, e.deleteAccount(t, user))
		_, err = e.Reauthenticate(t.Context(), user, id, plain, Client{})
		requireInvalidToken(t, err)
	})

	t.Run("CountsNoPasswordThatHasChangedMeanwhile", func(t *testing.T) {
		t.Parallel()
		repeat(t, func(t *testing.T) (reauthenticatedFirst bool) {
			user, hash := e.passwordUser(t)
			own, _ := e.loginWith(t, user, hash)
			other, _ := e.loginWith(t, user, hash)
			var access string
			var err, change error
			runConcurrently(func() {
				yield()
				access, err = e.Reauthenticate(t.Context(), user, other, plain, Client{})
			}, func() { change = e.ChangePassword(t.Context(), user, own, plain, newPassword, Client{}) })
			require.NoError(t, change)
			require.Equal(t, "password", e.reason(t, other))
			if err != nil {
				require.Contains(t, []apperr.Code{apperr.NoActiveAccount, apperr.TokenNotValid}, codeOf(err), "%v", err)
				return false
			}
			_, err = e.Authenticate(access)
			requireInvalidToken(t, err)
			return true
		})
	})
}

func TestListShowsLiveSessionsTheLastUsedOneFirst(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user, hash := e.passwordUser(t)
	first, tokens := e.loginWith(t, user, hash)
	second, _ := e.loginWith(t, user, hash)
	for _, end := range []string{"revoked_at = now(), revoke_reason = 'logout'", "idle_expires_at = now()", "absolute_expires_at = now()"} {
		ended, _ := e.loginWith(t, user, hash)
		e.base.Exec(t, "update sessions set "+end+" where id = $1", ended)
	}
	e.login(t, e.user(t))
	ids := func() (all []uuid.UUID) {
		sessions, err := e.List(t.Context(), user)
		require.NoError(t, err)
		for _, s := range sessions {
			all = append(all, s.ID)
			row := e.row(t, s.ID, user)
			require.WithinDuration(t, row.servedAt, s.LastUsedAt, 0)
			require.WithinDuration(t, earlier(row.idleExpiresAt, row.absoluteExpiresAt), s.ExpiresAt, 0)
		}
		return all
	}
	require.Equal(t, []uuid.UUID{second, first}, ids())
	_, ok := e.refresh(t, tokens.Refresh)
	require.True(t, ok)
	require.Equal(t, []uuid.UUID{first, second}, ids())
	e.base.Exec(t, "update sessions set absolute_expires_at = clock_timestamp() + interval '1 minute' where id = $1", first)
	require.Equal(t, []uuid.UUID{first, second}, ids())
}
