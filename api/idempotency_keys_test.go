package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/idempotency"
	"github.com/ocipe/ocipe/internal/token"
)

func TestInvalidKeys(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	u.each(t, func(t *testing.T, r apitest.Request) {
		before := everyRow(t, u.Server)
		for value, code := range map[string]string{`""`: "blank", "a b": "invalid_characters", `"a`: "invalid_characters", strings.Repeat("k", 256): "too_long"} {
			a := r.Send(t, u.Client, idempotency.Header+": "+value).Is(t, http.StatusBadRequest)
			require.Equal(t, []string{idempotency.Header + ":" + code}, a.Problem(t).Fields())
		}
		require.Equal(t, before, everyRow(t, u.Server))
	})
	require.Equal(t, []string{"Idempotency-Key:blank", "name:required"},
		u.Do(t, http.MethodPost, "/api/fridge/ingredient/", `{"group": "g"}`, "Authorization: Bearer "+u.Access, idempotency.Header+`: ""`).Problem(t).Fields())
	u.Do(t, http.MethodPost, "/api/ingredients/parse/", `{"lines": ["1 leek"]}`, "Authorization: Bearer "+u.Access, idempotency.Header+`: ""`).Is(t, http.StatusOK)
}

func TestKeysBelongToTheirUser(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	stranger := u.Server.Kitchen(t, "stranger", "palimpsest")
	u.each(t, func(t *testing.T, r apitest.Request) {
		if !r.NeedsToken {
			return
		}
		key := newKey()
		r.Succeed(t, u.Client, key)
		own := stranger.Prepare(t, r.Operation)

		first := own.Succeed(t, stranger.Client, key)

		require.Empty(t, first.Header.Get("Idempotent-Replayed"))
		requireReplay(t, first, own.Succeed(t, stranger.Client, key))
	})
	require.Positive(t, u.Server.Int(t, `select count(*) from idempotency_keys where user_id = $1`, u.id))
	u.Call(t, http.MethodDelete, "/api/user/me/", nil).Is(t, http.StatusNoContent)
	require.Zero(t, u.Server.Int(t, `select count(*) from idempotency_keys where user_id = $1`, u.id), "they are deleted with the account")
}

func TestKeysAreForgottenAfterADay(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	add := func(key string) *apitest.Response {
		return u.Do(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "g"}`, "Authorization: Bearer "+u.Access, key).Is(t, http.StatusCreated)
	}
	old, young := newKey(), newKey()
	add(old)
	u.Server.Exec(t, `update idempotency_keys set created_at = created_at - interval '24 hours'`)
	add(young)

	require.Empty(t, add(old).Header.Get("Idempotent-Replayed"), "also before it is deleted")
	requireReplay(t, add(old), add(old))

	u.Server.Exec(t, `update idempotency_keys set created_at = created_at - interval '24 hours' where key_hash = sha256($1::bytea)`, []byte(keyOf(t, old).Text))
	require.NoError(t, u.Server.Config.DB.DeleteOldKeys(t.Context()))
	require.EqualValues(t, 1, u.Server.Int(t, `select count(*) from idempotency_keys`))
	require.Equal(t, "true", add(young).Header.Get("Idempotent-Replayed"))
	require.EqualValues(t, 3, u.Server.Int(t, `select count(*) from fridge_items`))
}

// TestARepeatedRegistration checks that the response reveals nothing to somebody who has the key but not the password.
func TestARepeatedRegistration(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 2 })
	c, key := s.Client(t), newKey()
	register := func(name, password string) *apitest.Response {
		return c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials(name, password), key)
	}
	first := register("Zoe", apitest.Password).Is(t, http.StatusCreated)
	c.Register(t, "last")

	requireReplay(t, first, register("Zoe", apitest.Password))
	for _, guess := range []string{"eggs benedict at ten", "eggs benedict at one"} {
		require.Equal(t, "idempotency_key_reused", register("Zoe", guess).Is(t, http.StatusUnprocessableEntity).Problem(t).Code)
	}
	require.Equal(t, "too_many_registrations", register("Zoe", apitest.Password).Is(t, http.StatusTooManyRequests).Problem(t).Code, "after too many guesses")
	require.EqualValues(t, 1, s.Int(t, `select count(*) from registration_keys`))
	s.Exec(t, `delete from users where username = 'Zoe'`)
	require.Zero(t, s.Int(t, `select count(*) from registration_keys`))
}

// TestARepeatedAPITokenIsStoredEncrypted looks for the secret in the database.
func TestARepeatedAPITokenIsStoredEncrypted(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	key := newKey()
	create := func(c *apitest.Client) *apitest.Response {
		return c.Do(t, http.MethodPost, apiTokensPath, apiTokenText("script"), "Authorization: Bearer "+u.Access, key)
	}
	secret := apitest.Decode[struct{ Token string }](t, create(u.Client).Is(t, http.StatusCreated)).Token
	require.NotEmpty(t, secret)
	for table, rows := range everyRow(t, u.Server) {
		require.NotContains(t, rows, secret, table)
		require.NotContains(t, rows, fmt.Sprintf("%x", secret), table)
		require.NotContains(t, rows, keyOf(t, key).Text, table)
	}
	replaced := u.Server.Replica(t, func(c *apitest.Config) { c.Keys, c.NewKeys = token.File{Path: t.TempDir() + "/keys.json"}, true })
	c := cookieless(t, replaced)
	c.Login(t, "known")

	a := c.Do(t, http.MethodPost, apiTokensPath, apiTokenText("script"), "Authorization: Bearer "+c.Access, key)

	require.Contains(t, a.Is(t, http.StatusUnprocessableEntity).Problem(t).Detail, "its keys were replaced")
}
