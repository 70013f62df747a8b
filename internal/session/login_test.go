package session

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
)

const plain = "correct horse battery"

// account makes an account with a password whose hash has weaker parameters than the service's.
func (h house) account(t *testing.T) (user int64, name string) {
	t.Helper()
	weaker := password.NewHasher(password.Params{MemoryKiB: 32, Passes: 1})
	hash, err := weaker.Hash(t.Context(), plain, nil)
	require.NoError(t, err)
	return h.base.Int(t, "insert into users (username, username_key, password_hash) values ('Cook', 'cook', $1) returning id", hash), "Cook"
}

func TestLogin(t *testing.T) {
	t.Parallel()
	t.Run("StartsASessionThatIsKeptAsPromised", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		user, name := h.account(t)

		tokens, err := h.Login(t.Context(), name, plain, Client{UserAgent: "Browser\x00" + strings.Repeat("ü", 200), Address: "192.0.2.1"})

		require.NoError(t, err)
		s := h.read(t, tokens.Refresh)
		r := h.row(t, s.SessionID, user)
		require.Equal(t, row{
			gen: 1, genAt: r.servedAt.Truncate(time.Second), servedAt: r.servedAt,
			idleExpiresAt: r.servedAt.Add(month), absoluteExpiresAt: r.servedAt.Add(12 * month),
		}, r)
		require.WithinDuration(t, h.clock(t), r.servedAt, 5*time.Second)
		require.Equal(t, r.genAt.Add(month).Unix(), s.ExpiresAt.Unix())
		got, err := h.Authenticate(tokens.Access)
		require.NoError(t, err)
		require.Equal(t, user, got)
		require.Equal(t, int64(1), h.base.Int(t, `select count(*) from sessions where address = '192.0.2.1'
			and user_agent = 'Browser' || repeat('ü', 124)`))
	})

	t.Run("EndsNoLaterThanTheSession", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		h.Settings.Max = time.Minute
		s, tokens := h.login(t, h.user(t))
		end := h.row(t, s.SessionID, s.UserID).absoluteExpiresAt
		require.Equal(t, end, h.row(t, s.SessionID, s.UserID).idleExpiresAt)
		require.Equal(t, end.Unix(), s.ExpiresAt.Unix())
		access, err := h.Tokens.Issuer().VerifyAccess(tokens.Access, time.Now())
		require.NoError(t, err)
		require.Equal(t, end.Unix(), access.ExpiresAt.Unix())
	})

	t.Run("RefusesAWrongPasswordAndAnUnknownNameAlike", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, name := h.account(t)
		_, wrong := h.Login(t.Context(), name, plain+"!", Client{})
		_, unknown := h.Login(t.Context(), "nobody", plain, Client{})
		for _, err := range []error{wrong, unknown} {
			f, ok := errors.AsType[*apperr.Error](err)
			require.True(t, ok)
			require.Equal(t, apperr.New(apperr.NoActiveAccount), f)
		}
		require.Zero(t, h.base.Int(t, "select count(*) from sessions"))
	})

	t.Run("MakesAWeakHashAnewAndLetsTheUserInAgain", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, name := h.account(t)
		for range 2 {
			_, err := h.Login(t.Context(), name, plain, Client{})
			require.NoError(t, err)
		}
		require.Equal(t, int64(1), h.base.Int(t, "select count(*) from users where password_hash like '%m=64,t=1,p=1%'"))
	})

	t.Run("SucceedsForAllThatMakeTheHashAnewAtOnce", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		_, name := h.account(t)
		var errs [4]error
		var logins []func()
		for i := range errs {
			logins = append(logins, func() { _, errs[i] = h.Login(t.Context(), name, plain, Client{}) })
		}
		together(logins...)
		require.NoError(t, errors.Join(errs[:]...), "the password was right, and nobody has changed it")
	})

	t.Run("TellsThatTheHashHasChangedMeanwhile", func(t *testing.T) {
		t.Parallel()
		h := newHouse(t)
		read := db.GetCredentialsRow{ID: h.user(t), PasswordHash: oldHash}
		_, err := h.start(t.Context(), read, "stronger hash, one salt", Client{})
		require.NoError(t, err)
		_, err = h.start(t.Context(), read, "stronger hash, another salt", Client{})
		require.ErrorIs(t, err, errChanged, "so that the login is tried once more")
	})
}
