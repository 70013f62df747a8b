package api_test

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/apitoken"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestAPITokens(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	one, two := servers[0], servers[1]

	t.Run("AreShownOnceAndStoredAsAHash", func(t *testing.T) {
		user := one.User(t, "discreet")
		made := createAPIToken(t, user, "fridge:read")
		require.Equal(t, http.StatusOK, fridgeStatus(t, one, made.Token))
		random := made.Token[len(apitoken.Prefix) : len(made.Token)-6]
		for _, path := range []string{apiTokensPath, fmt.Sprintf("%s%d/", apiTokensPath, made.ID)} {
			require.NotContains(t, user.Call(t, http.MethodGet, path, nil).Is(t, http.StatusOK).Text, random)
		}
		sum := sha256.Sum256([]byte(made.Token))
		require.Contains(t, rowsOfToken(t, one, made.ID), hex.EncodeToString(sum[:]))
		for table, rows := range everyRow(t, one) {
			require.NotContains(t, rows, random, table)
		}
		require.NotContains(t, one.Logs.String(), random)
		require.Contains(t, one.Logs.String(), fmt.Sprintf(`"api_token":%d`, made.ID), "the log names the token by its id")
	})

	t.Run("ShowTheHourOfTheirLastUse", func(t *testing.T) {
		user := one.User(t, "hourly")
		made := createAPIToken(t, user, "fridge:read")
		get := func() models.APIToken {
			return apitest.Decode[[]models.APIToken](t, user.Call(t, http.MethodGet, apiTokensPath, nil).Is(t, http.StatusOK))[0]
		}
		require.Nil(t, get().LastUsedAt)
		before := time.Now().UTC().Truncate(time.Hour)
		require.Equal(t, http.StatusOK, fridgeStatus(t, one, made.Token))
		used := get().LastUsedAt
		require.NotNil(t, used)
		require.Contains(t, []time.Time{before, before.Add(time.Hour)}, used.UTC())
		require.Equal(t, []string{"127.0.0.1", "Go-http-client"}, []string{get().Address, get().Client})
	})

	t.Run("AreRevokedEverywhere", func(t *testing.T) {
		user := one.User(t, "revokes")
		made := createAPIToken(t, user, "fridge:read")
		for _, s := range servers {
			require.Equal(t, http.StatusOK, fridgeStatus(t, s, made.Token))
		}
		user.Call(t, http.MethodDelete, fmt.Sprintf("%s%d/", apiTokensPath, made.ID), nil).Is(t, http.StatusNoContent)
		require.Equal(t, http.StatusUnauthorized, fridgeStatus(t, one, made.Token), "here at once")
		pgtest.Eventually(t, func() bool { return fridgeStatus(t, two, made.Token) == http.StatusUnauthorized })
	})

	t.Run("GetOtherScopesEverywhere", func(t *testing.T) {
		user := one.User(t, "narrows")
		made := createAPIToken(t, user, "fridge:read", "grocery:read")
		for _, s := range servers {
			require.Equal(t, http.StatusOK, fridgeStatus(t, s, made.Token))
		}
		patch := func(body string) {
			user.Call(t, http.MethodPatch, fmt.Sprintf("%s%d/", apiTokensPath, made.ID), body).Is(t, http.StatusOK)
		}
		patch(`{"scopes": ["grocery:read"]}`)
		require.Equal(t, http.StatusForbidden, fridgeStatus(t, one, made.Token), "here at once")
		pgtest.Eventually(t, func() bool { return fridgeStatus(t, two, made.Token) == http.StatusForbidden })
		patch(`{"scopes": ["fridge:read"], "name": "wider"}`)
		require.Equal(t, http.StatusOK, fridgeStatus(t, one, made.Token), "here at once")
		pgtest.Eventually(t, func() bool { return fridgeStatus(t, two, made.Token) == http.StatusOK })
	})

	t.Run("EndWithTheAccount", func(t *testing.T) {
		user := one.User(t, "leaves")
		made := createAPIToken(t, user, "fridge:read")
		for _, s := range servers {
			require.Equal(t, http.StatusOK, fridgeStatus(t, s, made.Token))
		}
		one.Exec(t, `delete from users where username = 'leaves'`)
		for _, s := range servers {
			pgtest.Eventually(t, func() bool { return fridgeStatus(t, s, made.Token) == http.StatusUnauthorized })
		}
		user.Call(t, http.MethodGet, apiTokensPath, nil).Is(t, http.StatusUnauthorized)
	})

	t.Run("Expire", func(t *testing.T) {
		user := one.User(t, "brief")
		made := createAPIToken(t, user, "fridge:read")
		for name, c := range map[string]struct {
			ahead  time.Duration
			status int
		}{"Before": {30*24*time.Hour - time.Minute, http.StatusOK}, "After": {30*24*time.Hour + time.Second, http.StatusUnauthorized}} {
			later := one.Replica(t, clockAhead(c.ahead))
			require.Equal(t, c.status, fridgeStatus(t, later, made.Token), name)
			require.Equal(t, c.status, fridgeStatus(t, later, made.Token), "%s, from memory", name)
		}
		user.Call(t, http.MethodGet, fmt.Sprintf("%s%d/", apiTokensPath, made.ID), nil).Is(t, http.StatusOK)
	})

	t.Run("SurviveAnotherName", func(t *testing.T) {
		user := one.User(t, "renames")
		made := createAPIToken(t, user, "fridge:read")
		path := fmt.Sprintf("%s%d/", apiTokensPath, made.ID)
		a := user.Call(t, http.MethodPatch, path, `{"name": " cron "}`).Is(t, http.StatusOK)
		require.Equal(t, "cron", apitest.Decode[models.APIToken](t, a).Name)
		user.Call(t, http.MethodPatch, path, `{}`).Is(t, http.StatusOK)
		user.Call(t, http.MethodPatch, path, `{"scopes": ["fridge:read", "FRIDGE:READ"]}`).Is(t, http.StatusOK)
		require.Equal(t, http.StatusOK, fridgeStatus(t, two, made.Token))
		require.EqualValues(t, 0, one.Int(t, `select count(*) from ended_sessions e join api_tokens t on t.grant_id = e.session_id`))
	})
}

// TestAnAPITokenThatWasUsedBeforeCostsNoStatement counts the statements that reach PostgreSQL.
func TestAnAPITokenThatWasUsedBeforeCostsNoStatement(t *testing.T) {
	t.Parallel()
	recorder, database, _ := newRecorded(t)
	s := apitest.Serve(t, database)
	script := withAPIToken(t, s.User(t, "thrifty"), "fridge:read")
	get := func(token string) []string {
		return recorder.Statements(func() { fridgeStatus(t, s, token) })
	}
	require.Equal(t, []string{"UseAPIToken", "ListFridgeItems"}, get(script.Access))
	for range 3 {
		require.Equal(t, []string{"ListFridgeItems"}, get(script.Access))
	}
	for name, invalid := range map[string]string{
		"typing error": script.Access[:len(script.Access)-1] + "!", "cut off": script.Access[:40], "prefix": apitoken.Prefix,
		"another kind": "ocipe_xxx_" + script.Access[10:], "long": apitoken.Prefix + strings.Repeat("0", 10_000),
	} {
		require.Empty(t, get(invalid), name)
	}
	unknown := unknownAPIToken()
	require.Equal(t, []string{"UseAPIToken"}, get(unknown))
	require.Equal(t, []string{"UseAPIToken"}, get(unknown), "unknown tokens aren't remembered: anybody can make them")
}

// unknownAPIToken returns a token with a valid checksum that was never created.
func unknownAPIToken() string {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	random := (rand.Text() + rand.Text())[:30]
	sum, text := crc32.ChecksumIEEE([]byte(random)), ""
	for range 6 {
		text = digits[sum%62:][:1] + text
		sum /= 62
	}
	return apitoken.Prefix + random + text
}

func TestInvalidAPITokensAreRefused(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	for _, token := range []string{apitoken.Prefix, apitoken.Prefix + "garbage", unknownAPIToken(), strings.ToUpper(unknownAPIToken())} {
		a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+token).Is(t, http.StatusUnauthorized)
		require.Equal(t, "token_not_valid", a.Problem(t).Code)
		require.Equal(t, `Bearer realm="api", error="invalid_token"`, a.Header.Get("WWW-Authenticate"))
	}
}

func TestAnAPITokenNeedsNameScopesAndExpiry(t *testing.T) {
	t.Parallel()
	user := apitest.Shared(t)[0].User(t, "token-rules")
	for body, fields := range map[string][]string{
		`{}`: {"expires_in_days:required", "name:required", "scopes:required"},
		`{"name": " ", "scopes": [], "expires_in_days": 0}`:                                              {"name:blank", "scopes:too_few", "expires_in_days:too_small"},
		`{"name": "n", "scopes": ["recipes:read"], "expires_in_days": 366}`:                              {"expires_in_days:too_large"},
		`{"name": "n", "scopes": ["recipes:read"], "expires_in_days": null}`:                             {"expires_in_days:not_an_integer"},
		`{"name": "n", "scopes": ["recipes:read", "account:write", "*", ""], "expires_in_days": 1}`:      {"scopes.1:not_allowed", "scopes.2:not_allowed", "scopes.3:blank"},
		`{"name": "n", "scopes": "recipes:read", "expires_in_days": 1}`:                                  {"scopes:not_an_array"},
		`{"name": "` + strings.Repeat("n", 101) + `", "scopes": ["recipes:read"], "expires_in_days": 1}`: {"name:too_long"},
	} {
		a := user.Call(t, http.MethodPost, apiTokensPath, body).Is(t, http.StatusBadRequest)
		require.ElementsMatch(t, fields, a.Problem(t).Fields(), body)
	}
	a := user.Call(t, http.MethodPost, apiTokensPath, `{"name": "year", "scopes": ["Recipes:Write", "fridge:read", "fridge:read"], "expires_in_days": "365"}`)
	made := apitest.Decode[models.NewAPIToken](t, a.Is(t, http.StatusCreated))
	require.Equal(t, models.Scopes{"fridge:read", "recipes:write"}, made.Scopes)
	require.Equal(t, 365*24*time.Hour, made.ExpiresAt.Sub(made.CreatedAt))
}

func TestAnAccountHasAMaximumOfAPITokens(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	user := s.User(t, "collector")
	fillAPITokens(t, s)
	refused := user.Call(t, http.MethodPost, apiTokensPath, newAPIToken("more", "recipes:read")).Is(t, http.StatusConflict)
	require.Equal(t, "too_many_api_tokens", refused.Problem(t).Code)
	list := apitest.Decode[[]models.APIToken](t, user.Call(t, http.MethodGet, apiTokensPath, nil).Is(t, http.StatusOK))
	require.Len(t, list, apitoken.MaxTokens)

	user.Call(t, http.MethodDelete, fmt.Sprintf("%s%d/", apiTokensPath, list[0].ID), nil).Is(t, http.StatusNoContent)
	var created atomic.Int64
	creations := make([]func(testing.TB), 20)
	for i := range creations {
		creations[i] = func(t testing.TB) {
			a := user.Call(t, http.MethodPost, apiTokensPath, newAPIToken("race", "recipes:read"))
			if a.StatusCode == http.StatusCreated {
				created.Add(1)
				return
			}
			assert.Equal(t, http.StatusConflict, a.StatusCode)
		}
	}
	apitest.AtOnce(t, creations...)
	require.EqualValues(t, 1, created.Load(), "one place was free")
	require.EqualValues(t, apitoken.MaxTokens, s.Int(t, `select count(*) from api_tokens`))
	s.User(t, "another-collector").Call(t, http.MethodPost, apiTokensPath, newAPIToken("mine", "recipes:read")).Is(t, http.StatusCreated)
}
