package apitoken

import (
	"bytes"
	"crypto/rand"
	"errors"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// env is a service on a new database, with its own clock.
type env struct {
	*Service
	base     *pgtest.Database
	recorder *pgtest.Recorder
	logs     *bytes.Buffer
	ahead    atomic.Int64 // of the clock
}

// newEnv returns a service whose clock begins half an hour past a full hour, so that the hour doesn't end during the test: then a token
// is looked up again.
func newEnv(t testing.TB) *env {
	t.Helper()
	e := &env{base: pgtest.New(t), logs: &bytes.Buffer{}}
	now := time.Now()
	e.ahead.Store(int64(hourOf(now).Add(30 * time.Minute).Sub(now)))
	recorder, recorded := e.base.Recorded(t, func(string) bool { return false })
	e.recorder = recorder
	e.Service = New(Service{
		DB: recorded.Open(t), Revoked: &revokedSet{}, Log: slog.New(slog.NewTextHandler(e.logs, nil)), Random: rand.Reader,
		Clock: func() time.Time { return time.Now().Add(time.Duration(e.ahead.Load())) },
	})
	t.Cleanup(e.Close)
	return e
}

// revokedSet is a set that only this server adds to.
type revokedSet struct {
	ids     sync.Map
	outcome error // of Check
}

func (s *revokedSet) Add(id uuid.UUID) { s.ids.Store(id, true) }

func (s *revokedSet) Has(id uuid.UUID) bool {
	_, ok := s.ids.Load(id)
	return ok
}

func (s *revokedSet) Check(uuid.UUID, time.Time) error { return s.outcome }

// user returns the id of a new user.
func (e *env) user(t testing.TB, name string) int64 {
	t.Helper()
	return e.base.Int(t, `with u as (insert into users (username, username_key, password_hash) values ($1, $1, '') returning id)
		insert into user_versions (user_id) select id from u returning user_id`, name)
}

func (e *env) create(t testing.TB, user int64, scopes ...string) (Token, string) {
	t.Helper()
	token, secret, err := e.Create(t.Context(), user, nil, "script", scopes, 24*time.Hour, activity.Client{UserAgent: "curl\x00/8 \xff", Address: "192.0.2.7"})
	require.NoError(t, err)
	return token, secret
}

// requireAccepted requires that a token is valid. It returns its grant, and the statements that found it.
func (e *env) requireAccepted(t testing.TB, secret string) (g *Grant, statements []string) {
	t.Helper()
	statements = e.recorder.Statements(func() {
		var err error
		g, err = e.Authenticate(t.Context(), secret, activity.Client{Address: "192.0.2.8"})
		require.NoError(t, err)
	})
	return g, statements
}

func (e *env) requireRejected(t testing.TB, secret string) {
	t.Helper()
	_, err := e.Authenticate(t.Context(), secret, activity.Client{})
	requireCode(t, apperr.TokenNotValid, err)
}

func requireCode(t testing.TB, code apperr.Code, err error) {
	t.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, code, e.Code)
}
