package apitoken

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/activity"
	"github.com/ocipe/ocipe/internal/apperr"
)

func TestATokenIsLookedUpOnceAnHour(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user := e.user(t, "hourly")
	token, secret := e.create(t, user, "recipes:write", "fridge:read", "recipes:write")
	g, statements := e.requireAccepted(t, secret)
	require.Equal(t, []string{"UseAPIToken"}, statements)
	require.Equal(t, []any{user, token.ID, []string{"fridge:read", "recipes:write"}}, []any{g.UserID, g.TokenID, g.Scopes})
	for range 3 {
		_, statements = e.requireAccepted(t, secret)
		require.Empty(t, statements)
	}
	e.ahead.Add(int64(31 * time.Minute)) // the next hour
	_, statements = e.requireAccepted(t, secret)
	require.Equal(t, []string{"UseAPIToken"}, statements)
	_, statements = e.requireAccepted(t, secret)
	require.Empty(t, statements)
}

func TestTheHourOfTheLastUseIsRecordedOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user := e.user(t, "recorded")
	_, secret := e.create(t, user, "fridge:read")
	start := time.Now()
	_, _ = e.requireAccepted(t, secret)
	first := lastUse(t, e, user)
	require.Contains(t, []time.Time{hourOf(start).UTC(), hourOf(time.Now()).UTC()}, first.UTC())
	require.Equal(t, 1, strings.Count(e.logs.String(), "first time"))

	e.base.Exec(t, `update api_tokens set last_used_at = last_used_at - interval '5 hours'`)
	e.grants.InvalidateAll()
	_, _ = e.requireAccepted(t, secret)
	require.False(t, lastUse(t, e, user).Before(first))
	before := e.base.Int(t, `select xmin::text::bigint from api_tokens`)
	e.grants.InvalidateAll()
	_, _ = e.requireAccepted(t, secret)
	if hourOf(start).Equal(hourOf(time.Now())) { // else it was recorded again
		require.Equal(t, before, e.base.Int(t, `select xmin::text::bigint from api_tokens`), "nothing is written twice in an hour")
	}
	require.Equal(t, 1, strings.Count(e.logs.String(), "first time"))
	require.Contains(t, e.logs.String(), "192.0.2.8")
}

func lastUse(t *testing.T, e *env, user int64) time.Time {
	t.Helper()
	tokens, err := e.List(t.Context(), user)
	require.NoError(t, err)
	require.NotNil(t, tokens[0].LastUsedAt)
	return *tokens[0].LastUsedAt
}

func TestParallelFirstUsesRecordOneFirstUse(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	_, secret := e.create(t, e.user(t, "parallel"), "fridge:read")
	done := make(chan error)
	for range 20 {
		go func() {
			_, err := e.Authenticate(t.Context(), secret, activity.Client{})
			done <- err
		}()
	}
	for range 20 {
		assert.NoError(t, <-done)
	}
	require.Equal(t, 1, strings.Count(e.logs.String(), "first time"))
}

func TestARevokedTokenIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user := e.user(t, "revokes")
	token, secret := e.create(t, user, "fridge:read")
	_, _ = e.requireAccepted(t, secret)
	require.NoError(t, e.Revoke(t.Context(), user, token.ID, activity.Client{}))
	e.requireRejected(t, secret)
	require.NoError(t, e.Revoke(t.Context(), user, token.ID, activity.Client{}), "again")
	requireCode(t, apperr.NotFound, e.Revoke(t.Context(), e.user(t, "stranger"), token.ID, activity.Client{}))
	require.EqualValues(t, 1, e.base.Int(t, `select count(*) from ended_sessions`), "the other servers are told")
}

// TestATokenThatIsRevokedDuringItsLookUpIsRefused caches a grant after it has ended.
func TestATokenThatIsRevokedDuringItsLookUpIsRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	_, secret := e.create(t, e.user(t, "races"), "fridge:read")
	g, _ := e.requireAccepted(t, secret)
	e.base.Exec(t, `delete from api_tokens`) // by another server …
	e.Revoked.Add(g.id)                      // … which has notified this one
	e.grants.Set(hashOf(secret), g)          // by a look-up that began before
	e.requireRejected(t, secret)
	_, known := e.grants.GetIfPresent(hashOf(secret))
	require.False(t, known)
}

func TestOtherScopesAreAnotherGrant(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user := e.user(t, "regrants")
	token, secret := e.create(t, user, "fridge:read")
	before, _ := e.requireAccepted(t, secret)
	name := "renamed"
	for _, scopes := range [][]string{nil, {"fridge:read", "fridge:read"}} { // the same
		_, err := e.Update(t.Context(), user, token.ID, &name, scopes)
		require.NoError(t, err)
		same, statements := e.requireAccepted(t, secret)
		require.Empty(t, statements)
		require.Equal(t, before, same)
	}
	updated, err := e.Update(t.Context(), user, token.ID, nil, []string{"grocery:read"})
	require.NoError(t, err)
	require.Equal(t, []string{"grocery:read"}, updated.Scopes)
	require.Equal(t, name, updated.Name)
	after, _ := e.requireAccepted(t, secret)
	require.Equal(t, []string{"grocery:read"}, after.Scopes)
	require.NotEqual(t, before.id, after.id)
	_, err = e.Update(t.Context(), e.user(t, "other"), token.ID, &name, nil)
	requireCode(t, apperr.NotFound, err)
}

func TestAnExpiredTokenIsRefusedAndSweptLater(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user := e.user(t, "expires")
	_, secret := e.create(t, user, "fridge:read")
	_, _ = e.requireAccepted(t, secret)
	e.ahead.Store(int64(24*time.Hour - time.Minute))
	_, _ = e.requireAccepted(t, secret)
	e.ahead.Store(int64(24*time.Hour + time.Second))
	e.requireRejected(t, secret)
	e.requireRejected(t, secret) // from memory

	for age, kept := range map[string]int{"29 days": 1, "31 days": 0} {
		e.base.Exec(t, `delete from api_tokens`)
		_, _ = e.create(t, user, "fridge:read")
		e.base.Exec(t, `update api_tokens set expires_at = now() - $1::interval`, age)
		_, err := e.SweepNow(t.Context())
		require.NoError(t, err)
		tokens, err := e.List(t.Context(), user)
		require.NoError(t, err)
		require.Len(t, tokens, kept, age)
	}
}

func TestTheClientOfATokenIsStoredAsValidText(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	token, _ := e.create(t, e.user(t, "client"), "fridge:read")
	require.Equal(t, activity.Client{UserAgent: "curl/8 ", Address: "192.0.2.7"}, token.Client)
}

func TestADeletedAccountHasNoTokens(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	user := e.user(t, "gone")
	_, _ = e.create(t, user, "fridge:read")
	e.base.Exec(t, `delete from users where id = $1`, user)
	require.EqualValues(t, 0, e.base.Int(t, `select count(*) from api_tokens`))
	require.EqualValues(t, 1, e.base.Int(t, `select count(*) from ended_sessions`), "the other servers are told")
	_, err := e.List(t.Context(), user)
	requireCode(t, apperr.TokenNotValid, err)
	_, _, err = e.Create(t.Context(), user, nil, "late", []string{"fridge:read"}, time.Hour, activity.Client{})
	requireCode(t, apperr.TokenNotValid, err)
}

func TestARememberedTokenIsRejectedWhileItsRevocationCantBeKnown(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	_, secret := e.create(t, e.user(t, "a"), "recipes:read")
	e.Revoked.(*revokedSet).outcome = apperr.New(apperr.Unavailable)
	e.requireAccepted(t, secret) // the database has just said that it is valid

	_, err := e.Authenticate(t.Context(), secret, activity.Client{})
	requireCode(t, apperr.Unavailable, err)
}
