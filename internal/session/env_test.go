package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/throttle"
	"github.com/ocipe/ocipe/internal/token"
)

const issuer = "http://localhost:8080"

// hasher makes cheap hashes, and tests may wait for them for an hour.
var hasher = password.NewHasher(password.Params{MemoryKiB: 64, Passes: 1, MaxWait: time.Hour})

// env is a service on a new database.
type env struct {
	*Service
	base *pgtest.Database
	logs *bytes.Buffer // read it only while nothing logs
}

func newEnv(t testing.TB) env {
	t.Helper()
	base := pgtest.New(t)
	return newEnvOn(t, base, base.Open(t))
}

// newEnvOn returns a service that uses the given connections.
func newEnvOn(t testing.TB, base *pgtest.Database, d *postgres.DB) env {
	t.Helper()
	logs := &bytes.Buffer{}
	log := slog.New(slog.NewJSONHandler(logs, nil))
	keys := token.File{Path: filepath.Join(t.TempDir(), "keys.json")}
	tokens, err := token.Open(issuer, keys, rand.Reader, log)
	require.NoError(t, err)
	settings := Settings{AccessTTL: 5 * time.Minute, RefreshTTL: month, Grace: grace, MaxLifetime: 12 * month}
	return env{base: base, logs: logs, Service: &Service{
		DB: d, Passwords: hasher, Activity: activity.NewService(d, log), Gate: &throttle.Gate{DB: d, Limits: throttle.DefaultLimits(0), Log: log}, Policy: password.Policy{MinLength: 8}, Tokens: tokens, Settings: settings, Clock: time.Now, Log: log,
		Revoked: NewRevoked(d, time.Now, log),
	}}
}

// oldHash is the password hash of all accounts of [env.user]. No password matches it.
const oldHash = "hash of the old password"

func (e env) user(t testing.TB) int64 {
	t.Helper()
	return e.base.Int(t, `insert into users (username, username_key, password_hash)
		select 'cook ' || n, 'cook ' || n, $1 from (select gen_random_uuid() as n) as new returning id`, oldHash)
}

// login starts a session without checking a password.
func (e env) login(t testing.TB, user int64) (token.Refresh, Tokens) {
	t.Helper()
	tokens, err := e.start(t.Context(), db.GetCredentialsRow{ID: user, PasswordHash: oldHash}, oldHash, Client{})
	require.NoError(t, err)
	return e.read(t, tokens.Refresh), tokens
}

func (e env) logout(t testing.TB, presented []string) {
	t.Helper()
	_, err := e.Logout(t.Context(), presented, activity.Client{})
	require.NoError(t, err)
}

func (e env) read(t testing.TB, refreshToken string) token.Refresh {
	t.Helper()
	r, err := e.Tokens.Issuer().VerifyRefresh(refreshToken, time.Now())
	require.NoError(t, err)
	return r
}

// tokenOf issues a refresh token for any generation of a session.
func (e env) tokenOf(t testing.TB, session uuid.UUID, user, gen int64) string {
	t.Helper()
	text, err := e.Tokens.Issuer().IssueRefresh(token.Refresh{
		UserID: user, SessionID: session, Generation: gen, IssuedAt: time.Now(), ExpiresAt: time.Now().Add(month),
	}, time.Now())
	require.NoError(t, err)
	return text
}

// refresh returns the new tokens and true, or false if the token was rejected. All other errors fail the test.
func (e env) refresh(t testing.TB, refreshToken string) (Tokens, bool) {
	t.Helper()
	tokens, err := e.Refresh(t.Context(), []string{refreshToken}, activity.Client{})
	if err != nil {
		requireInvalidToken(t, err)
	}
	return tokens, err == nil
}

func requireInvalidToken(t testing.TB, err error) {
	t.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.TokenNotValid, e.Code)
}

// clock returns the time of the database.
func (e env) clock(t testing.TB) (at time.Time) {
	t.Helper()
	require.NoError(t, e.base.Pool.QueryRow(t.Context(), "select clock_timestamp()").Scan(&at))
	return at.UTC()
}

// row reads a session. All times are in UTC, so that rows can be compared.
func (e env) row(t testing.TB, session uuid.UUID, user int64) row {
	t.Helper()
	locked, err := db.New(e.base.Pool).LockSession(t.Context(), db.LockSessionParams{SessionID: session, UserID: user})
	require.NoError(t, err)
	r := rowOf(locked)
	for _, at := range []*time.Time{&r.genAt, &r.servedAt, &r.idleExpiresAt, &r.absoluteExpiresAt} {
		*at = at.UTC()
	}
	for i := range r.recent {
		r.recent[i].at = r.recent[i].at.UTC()
	}
	return r
}

// insert writes a session with this state.
func (e env) insert(t testing.TB, user int64, r row) (session uuid.UUID) {
	t.Helper()
	ringGen, ringAt := []int64{}, []time.Time{}
	for _, u := range r.recent {
		ringGen, ringAt = append(ringGen, u.gen), append(ringAt, u.at)
	}
	require.NoError(t, e.base.Pool.QueryRow(t.Context(), `insert into sessions (user_id, gen, ack, gen_at, served_at,
		ring_gen, ring_at, created_at, auth_at, idle_expires_at, absolute_expires_at, revoked_at, revoke_reason, user_agent, address, restored_gen)
		values ($1, $2, $3, $4, $5, $6, $7, $4, $4, $8, $9, case when $10 then $5::timestamptz end, case when $10 then 'logout' end, '', '', nullif($11, 0))
		returning id`,
		user, r.gen, r.newestAccepted, r.genAt, r.servedAt, ringGen, ringAt, r.idleExpiresAt, r.absoluteExpiresAt, r.revoked, r.restoredGen).Scan(&session))
	return session
}

// age makes a session older: it moves its times into the past, except for the times at which it expires.
func (e env) age(t testing.TB, session uuid.UUID, by time.Duration) {
	t.Helper()
	e.base.Exec(t, `update sessions set gen_at = gen_at - $2::interval, served_at = served_at - $2::interval,
		ring_at = array(select at - $2::interval from unnest(ring_at) with ordinality as r (at, n) order by n) where id = $1`, session, by)
}

// reason returns why a session was revoked; empty: it was not, or it is gone.
func (e env) reason(t testing.TB, session uuid.UUID) (text string) {
	t.Helper()
	require.NoError(t, e.base.Pool.QueryRow(context.WithoutCancel(t.Context()),
		"select coalesce((select revoke_reason from sessions where id = $1), '')", session).Scan(&text))
	return text
}

// runConcurrently calls all functions in goroutines that begin together, and waits for them.
func runConcurrently(calls ...func()) {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	for _, call := range calls {
		wg.Go(func() {
			<-begin
			call()
		})
	}
	close(begin)
	wg.Wait()
}

// hasTimeLeft reports whether the test binary has time left, so that a test can fail with its own message.
func hasTimeLeft(t *testing.T) bool {
	deadline, ok := t.Deadline()
	return t.Context().Err() == nil && (!ok || time.Until(deadline) > 10*time.Second)
}

// shortChecks is how many histories rapid plays for each property, unless -rapid.checks is given. `make fuzz` plays many more.
const shortChecks = 100

func TestMain(m *testing.M) {
	if err := flag.Set("rapid.checks", strconv.Itoa(shortChecks)); err != nil {
		panic(err) // rapid defines the flag
	}
	os.Exit(pgtest.Main(m))
}

// rounds returns how often a race is repeated: count in the suite, and more often in proportion to -rapid.checks.
func rounds(t *testing.T, count int) int {
	t.Helper()
	checks, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String())
	require.NoError(t, err)
	return max(1, count*checks/shortChecks)
}
