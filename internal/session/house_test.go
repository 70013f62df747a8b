package session

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/password"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/postgres"
	"github.com/ocipe/ocipe/internal/token"
)

const issuer = "http://localhost:8080"

// hasher makes cheap hashes, which any number of tests may wait for.
var hasher = password.NewHasher(password.Params{MemoryKiB: 64, Passes: 1, MaxWait: time.Hour})

// house is a service on a database of its own.
type house struct {
	*Service
	base *pgtest.Database
	logs *bytes.Buffer // read it when nothing goes on
}

func newHouse(t testing.TB) house {
	t.Helper()
	base := pgtest.New(t)
	return open(t, base, base.Open(t))
}

// open is a service that reaches its database in its own way.
func open(t testing.TB, base *pgtest.Database, d *postgres.DB) house {
	t.Helper()
	logs := &bytes.Buffer{}
	log := slog.New(slog.NewJSONHandler(logs, nil))
	keys := token.File{Path: filepath.Join(t.TempDir(), "keys.json")}
	tokens, err := token.Open(issuer, keys, rand.Reader, time.Now, log)
	require.NoError(t, err)
	settings := Settings{AccessTTL: 5 * time.Minute, RefreshTTL: month, Grace: grace, Max: 12 * month}
	return house{base: base, logs: logs, Service: &Service{
		DB: d, Passwords: hasher, Tokens: tokens, Settings: settings, Clock: time.Now, Log: log,
		Ended: NewEnded(d, time.Now, log),
	}}
}

// oldHash is the password hash of every account made by [house.user]; no password has it.
const oldHash = "hash of the old password"

func (h house) user(t testing.TB) int64 {
	t.Helper()
	return h.base.Int(t, `insert into users (username, username_key, password_hash)
		select 'cook ' || n, 'cook ' || n, $1 from (select gen_random_uuid() as n) as new returning id`, oldHash)
}

// login starts a session as after a password check, which would cost a hash.
func (h house) login(t testing.TB, user int64) (token.Refresh, Tokens) {
	t.Helper()
	tokens, err := h.start(t.Context(), db.GetCredentialsRow{ID: user, PasswordHash: oldHash}, oldHash, Client{})
	require.NoError(t, err)
	return h.read(t, tokens.Refresh), tokens
}

func (h house) logout(t testing.TB, presented []string) {
	t.Helper()
	_, err := h.Logout(t.Context(), presented)
	require.NoError(t, err)
}

func (h house) read(t testing.TB, refreshToken string) token.Refresh {
	t.Helper()
	r, err := h.Tokens.Issuer().VerifyRefresh(refreshToken, time.Now())
	require.NoError(t, err)
	return r
}

// tokenOf mints the refresh token of any generation of a session.
func (h house) tokenOf(t testing.TB, session uuid.UUID, user, gen int64) string {
	t.Helper()
	text, err := h.Tokens.Issuer().MintRefresh(token.Refresh{
		UserID: user, SessionID: session, Generation: gen, IssuedAt: time.Now(), ExpiresAt: time.Now().Add(month),
	}, time.Now())
	require.NoError(t, err)
	return text
}

// refresh returns the new tokens, and whether there are any; it fails the test for any other failure than a refusal.
func (h house) refresh(t testing.TB, refreshToken string) (Tokens, bool) {
	t.Helper()
	tokens, err := h.Refresh(t.Context(), []string{refreshToken})
	if err != nil {
		requireRefused(t, err)
	}
	return tokens, err == nil
}

func requireRefused(t testing.TB, err error) {
	t.Helper()
	f, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.TokenNotValid, f.Code)
}

func (h house) clock(t testing.TB) (at time.Time) {
	t.Helper()
	require.NoError(t, h.base.Pool.QueryRow(t.Context(), "select clock_timestamp()").Scan(&at))
	return at.UTC()
}

// row reads a session; all times are in UTC, so that rows can be compared.
func (h house) row(t testing.TB, session uuid.UUID, user int64) row {
	t.Helper()
	locked, err := db.New(h.base.Pool).LockSession(t.Context(), db.LockSessionParams{SessionID: session, UserID: user})
	require.NoError(t, err)
	r := rowOf(locked)
	for _, at := range []*time.Time{&r.genAt, &r.servedAt, &r.idleExpiresAt, &r.absoluteExpiresAt} {
		*at = at.UTC()
	}
	for i := range r.ring {
		r.ring[i].at = r.ring[i].at.UTC()
	}
	return r
}

// insert writes a session as the row says.
func (h house) insert(t testing.TB, user int64, r row) (session uuid.UUID) {
	t.Helper()
	ringGen, ringAt := []int64{}, []time.Time{}
	for _, u := range r.ring {
		ringGen, ringAt = append(ringGen, u.gen), append(ringAt, u.at)
	}
	require.NoError(t, h.base.Pool.QueryRow(t.Context(), `insert into sessions (user_id, gen, ack, gen_at, served_at,
		ring_gen, ring_at, created_at, idle_expires_at, absolute_expires_at, revoked_at, revoke_reason, user_agent, address)
		values ($1, $2, $3, $4, $5, $6, $7, $4, $8, $9, case when $10 then $5::timestamptz end, case when $10 then 'logout' end, '', '')
		returning id`,
		user, r.gen, r.ack, r.genAt, r.servedAt, ringGen, ringAt, r.idleExpiresAt, r.absoluteExpiresAt, r.revoked).Scan(&session))
	return session
}

// age moves all that the session remembers into the past.
func (h house) age(t testing.TB, session uuid.UUID, by time.Duration) {
	t.Helper()
	h.base.Exec(t, `update sessions set gen_at = gen_at - $2::interval, served_at = served_at - $2::interval,
		ring_at = array(select at - $2::interval from unnest(ring_at) with ordinality as r (at, n) order by n) where id = $1`, session, by)
}

// reason is why a session was revoked; empty: it was not.
func (h house) reason(t testing.TB, session uuid.UUID) (text string) {
	t.Helper()
	require.NoError(t, h.base.Pool.QueryRow(context.WithoutCancel(t.Context()),
		"select coalesce(revoke_reason, '') from sessions where id = $1", session).Scan(&text))
	return text
}

// together releases all at once and waits for them.
func together(acts ...func()) {
	var wg sync.WaitGroup
	release := make(chan struct{})
	for _, act := range acts {
		wg.Go(func() {
			<-release
			act()
		})
	}
	close(release)
	wg.Wait()
}

// workers runs so many rounds of a test, a few at a time.
func workers(t *testing.T, rounds int, round func(t *testing.T)) {
	t.Helper()
	const atOnce = 4
	for n := range atOnce {
		t.Run(fmt.Sprintf("Worker%d", n+1), func(t *testing.T) {
			t.Parallel()
			for range rounds / atOnce {
				round(t)
			}
		})
	}
}
