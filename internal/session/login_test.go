package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
)

const plain = "correct horse battery"

// account creates an account with a password whose hash has weaker parameters than the service's.
func (e env) account(t *testing.T) (user int64, name string) {
	t.Helper()
	weaker := password.NewHasher(password.Params{MemoryKiB: 32, Passes: 1})
	hash, err := weaker.Hash(t.Context(), plain, nil)
	require.NoError(t, err)
	return e.base.Int(t, "insert into users (username, username_key, password_hash) values ('Cook', 'cook', $1) returning id", hash), "Cook"
}

func TestLogin(t *testing.T) {
	t.Parallel()
	t.Run("StartsASession", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		user, name := e.account(t)
		before := e.clock(t)

		tokens, err := e.Login(t.Context(), name, plain, Client{Client: activity.Client{UserAgent: "Browser\x00" + strings.Repeat("ü", 200), Address: "192.0.2.1"}})

		require.NoError(t, err)
		s := e.read(t, tokens.Refresh)
		r := e.row(t, s.SessionID, user)
		require.Equal(t, row{
			gen: 1, genAt: r.servedAt.Truncate(time.Second), servedAt: r.servedAt,
			idleExpiresAt: r.servedAt.Add(month), absoluteExpiresAt: r.servedAt.Add(12 * month),
		}, r)
		require.WithinRange(t, r.servedAt, before, e.clock(t))
		require.Equal(t, r.genAt.Add(month).Unix(), s.ExpiresAt.Unix())
		got, err := e.Authenticate(tokens.Access)
		require.NoError(t, err)
		require.Equal(t, user, got.UserID)
		require.Equal(t, r.genAt.Unix(), got.AuthTime.Unix())
		require.Equal(t, int64(1), e.base.Int(t, `select count(*) from sessions where address = '192.0.2.1'
			and user_agent = 'Browser' || repeat('ü', 124)`))
	})

	t.Run("IssuesNoTokenThatOutlivesTheSession", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		e.Settings.MaxLifetime = time.Minute
		s, tokens := e.login(t, e.user(t))
		end := e.row(t, s.SessionID, s.UserID).absoluteExpiresAt
		require.Equal(t, end, e.row(t, s.SessionID, s.UserID).idleExpiresAt)
		require.Equal(t, end.Unix(), s.ExpiresAt.Unix())
		access, err := e.Tokens.Issuer().VerifyAccess(tokens.Access, time.Now())
		require.NoError(t, err)
		require.Equal(t, end.Unix(), access.ExpiresAt.Unix())
	})

	t.Run("RejectsAWrongPasswordAndAnUnknownNameAlike", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		_, name := e.account(t)
		_, wrong := e.Login(t.Context(), name, plain+"!", Client{})
		_, unknown := e.Login(t.Context(), "nobody", plain, Client{})
		for _, err := range []error{wrong, unknown} {
			require.Equal(t, apperr.New(apperr.NoActiveAccount), err)
		}
		require.Zero(t, e.base.Int(t, "select count(*) from sessions"))
	})

	t.Run("ReplacesAWeakHash", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		_, name := e.account(t)
		for range 2 {
			_, err := e.Login(t.Context(), name, plain, Client{})
			require.NoError(t, err)
		}
		require.Equal(t, int64(1), e.base.Int(t, "select count(*) from users where password_hash like '%m=64,t=1,p=1%'"))
	})

	t.Run("SucceedsIfSeveralReplaceTheHashAtOnce", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		_, name := e.account(t)
		var errs [4]error
		var logins []func()
		for i := range errs {
			logins = append(logins, func() { _, errs[i] = e.Login(t.Context(), name, plain, Client{}) })
		}
		runConcurrently(logins...)
		require.NoError(t, errors.Join(errs[:]...), "the password is right and hasn't changed")
	})

	t.Run("NoticesThatTheHashHasChangedMeanwhile", func(t *testing.T) {
		t.Parallel()
		e := newEnv(t)
		read := db.GetCredentialsRow{ID: e.user(t), PasswordHash: oldHash}
		_, err := e.start(t.Context(), read, "stronger hash, one salt", Client{})
		require.NoError(t, err)
		_, err = e.start(t.Context(), read, "stronger hash, another salt", Client{})
		require.ErrorIs(t, err, errPasswordChanged, "Login tries again")
	})
}
