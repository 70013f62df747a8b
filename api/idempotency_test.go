package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/idempotency"
)

// takesKey reports whether an operation takes an idempotency key.
func takesKey(o apitest.Operation) bool {
	return slices.ContainsFunc(o.In("header"), func(p *openapi3.Parameter) bool { return p.Name == idempotency.Header })
}

// newKey returns a header line with a new key.
func newKey() string { return idempotency.Header + ": " + uuid.NewString() }

// keyOf returns the key in a header line.
func keyOf(t *testing.T, line string) *idempotency.Key {
	t.Helper()
	_, text, _ := strings.Cut(line, ": ")
	key, err := idempotency.Parse([]string{text})
	require.NoError(t, err)
	return key
}

// apiTokenText returns the body of a request that creates a token.
func apiTokenText(name string) string {
	return fmt.Sprintf(`{"name": %q, "scopes": ["recipes:read"], "expires_in_days": 30}`, name)
}

// requireReplay requires that again is a replay of the response first.
func requireReplay(t testing.TB, first, again *apitest.Response) {
	t.Helper()
	require.Equal(t, "true", again.Header.Get("Idempotent-Replayed"), "the handler must pass request.Of(r).Key to the use case")
	require.Equal(t, first.StatusCode, again.StatusCode, again.Text)
	require.Equal(t, first.Text, again.Text)
	for _, name := range []string{"ETag", "Location", "Content-Type", "Cache-Control", "Ignored-Members"} {
		require.Equal(t, first.Header.Get(name), again.Header.Get(name), name)
	}
}

// keyedUser is a user of two servers, with a request for every operation that takes a key.
type keyedUser struct {
	*apitest.Kitchen
	other *apitest.Server // another replica
	id    int64
}

func newKeyedUser(t *testing.T) keyedUser {
	t.Helper()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 0 })
	k := s.Kitchen(t, "known", textToEscape)
	return keyedUser{k, s.Replica(t), s.Int(t, `select id from users where username = 'known'`)}
}

// each runs a test for every operation that takes a key.
func (u keyedUser) each(t *testing.T, test func(t *testing.T, r apitest.Request)) {
	t.Helper()
	for _, o := range operationsWith(t, takesKey) {
		t.Run(o.ID, func(t *testing.T) { test(t, u.Prepare(t, o)) })
	}
}

// otherClient returns a client of the same user at the other server.
func (u keyedUser) otherClient(t *testing.T) *apitest.Client {
	t.Helper()
	c := cookieless(t, u.other)
	c.Access = u.Access
	return c
}

func TestARepeatedRequestHasOneEffect(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	u.each(t, func(t *testing.T, r apitest.Request) {
		key := newKey()
		first := r.Succeed(t, u.Client, key)
		require.Empty(t, first.Header.Get("Idempotent-Replayed"))
		before := everyRow(t, u.Server)

		_, text, _ := strings.Cut(key, ": ")
		requireReplay(t, first, r.Succeed(t, u.Client, key))
		requireReplay(t, first, r.Succeed(t, u.otherClient(t), key))
		requireReplay(t, first, r.Succeed(t, u.Client, idempotency.Header+`: "`+text+`"`))
		require.Equal(t, before, everyRow(t, u.Server))

		u.Server.Exec(t, `delete from recipes`)
		u.Server.Exec(t, `delete from fridge_items`)
		requireReplay(t, first, r.Succeed(t, u.Client, key))
	})
}

func TestAKeyIsForOneRequest(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	requireReused := func(t *testing.T, a *apitest.Response) {
		require.Equal(t, "idempotency_key_reused", a.Is(t, http.StatusUnprocessableEntity).Problem(t).Code)
	}
	u.each(t, func(t *testing.T, r apitest.Request) {
		key := newKey()
		r.Succeed(t, u.Client, key)
		another := r
		another.Text += " "
		if r.HasID() { // the same request for another resource
			another = u.Prepare(t, r.Operation)
			another.Text = r.Text
		}
		if r.ID == "registerUser" { // only its username and password are compared
			another.Text = apitest.Credentials("another-name", apitest.Password)
		}
		before := everyRow(t, u.Server)

		requireReused(t, another.Send(t, u.Client, key))
		requireReused(t, another.Send(t, u.otherClient(t), key))
		require.Equal(t, before, everyRow(t, u.Server))

		if r.NeedsToken {
			other := u.Prepare(t, operationsWith(t, func(o apitest.Operation) bool {
				return o.NeedsToken && takesKey(o) && o.ID != r.ID
			})[0])
			requireReused(t, other.Send(t, u.Client, key))
		}
		r.URL += "?on_error=skip"
		if r.ID == "importRecipes" {
			requireReused(t, r.Send(t, u.Client, key))
		}
	})
}

func TestAKeyInUse(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	u.each(t, func(t *testing.T, r apitest.Request) {
		key, owner := newKey(), u.id
		if !r.NeedsToken {
			owner = 0
		}
		release := replicaUser{Server: u.Server}.holdLocks(t, `select pg_advisory_xact_lock($1)`, keyOf(t, key).LockID(owner)) // as another server would

		a := r.Send(t, u.Client, key).Is(t, http.StatusConflict)

		require.Equal(t, "idempotency_key_in_use", a.Problem(t).Code)
		require.Equal(t, "2", a.Header.Get("Retry-After"))
		release()
		require.Empty(t, r.Succeed(t, u.Client, key).Header.Get("Idempotent-Replayed"))
	})
}

// TestAKeyInUseOnTheSameServer repeats a call that waits for a lock. The repetition must not wait.
func TestAKeyInUseOnTheSameServer(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	add := u.Prepare(t, operationsWith(t, func(o apitest.Operation) bool { return o.ID == "addFridgeIngredient" })[0])
	key, held := newKey(), replicaUser{Server: u.Server}
	release, calls := held.holdLocks(t, `select from user_versions for update`), apitest.Concurrently(t)
	first := held.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return add.Send(t, u.Client, key) })

	for _, c := range []*apitest.Client{u.Client, u.otherClient(t)} {
		add.Send(t, c, key).Is(t, http.StatusConflict)
	}

	release()
	calls.Wait()
	requireReplay(t, (*first).Is(t, http.StatusCreated), add.Send(t, u.Client, key))
	require.EqualValues(t, 1, u.Server.Int(t, `select count(*) from fridge_items`))
}

func TestAFailedRequestLeavesTheKeyUnused(t *testing.T) {
	t.Parallel()
	u := newKeyedUser(t)
	recipe := u.Prepare(t, operationsWith(t, func(o apitest.Operation) bool { return o.ID == "planGroceries" })[0])
	for name, failure := range map[string]struct{ path, invalid, valid string }{
		"OfTheContract":     {"/api/fridge/ingredient/", `{"name": "leek"}`, `{"name": "leek", "group": "g"}`},
		"OfTheUseCase":      {"/api/grocery/list/", `{"items": "\n"}`, `{"items": "milk"}`},
		"OfTheEffect":       {"/api/grocery/", `{"recipe_ids": [999999999]}`, recipe.Text},
		"OfALimit":          {apiTokensPath, apiTokenText("one more"), apiTokenText("the last")},
		"OfTheRegistration": {"/api/user/register/", apitest.Credentials("known", apitest.Password), apitest.Credentials("unknown", apitest.Password)},
	} {
		t.Run(name, func(t *testing.T) {
			key, bearer := newKey(), "Authorization: Bearer "+u.Access
			if name == "OfALimit" {
				fillAPITokens(t, u.Server)
			}
			require.GreaterOrEqual(t, u.Do(t, http.MethodPost, failure.path, failure.invalid, bearer, key).StatusCode, 400)
			u.Server.Exec(t, `delete from api_tokens`)

			a := u.Do(t, http.MethodPost, failure.path, failure.valid, bearer, key)

			require.Less(t, a.StatusCode, 300, a.Text)
			require.Empty(t, a.Header.Get("Idempotent-Replayed"))
		})
	}
}
