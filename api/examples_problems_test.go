package api_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestTheContractsProblemsAreWhatTheServerSays provokes every problem that the contract shows, and expects the example
// word for word.
func TestTheContractsProblemsAreWhatTheServerSays(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 1 })
	c := s.User(t, "Amélie") // the one that this address may make
	stranger := s.Client(t)
	const register, login, refresh = "/api/user/register/", "/api/user/token/", "/api/user/token/refresh/"

	shown := map[string]func() *apitest.Response{
		"BadRequest":          func() *apitest.Response { return stranger.Do(t, http.MethodPost, login, `{"username": "Amélie"}`) },
		"BadRequestWithError": func() *apitest.Response { return c.Call(t, http.MethodPost, "/api/grocery/", `{}`) },
		"NotFound":            func() *apitest.Response { return c.Call(t, http.MethodGet, "/api/recipes/1/", nil) },
		"Unauthorized":        func() *apitest.Response { return stranger.Do(t, http.MethodGet, "/api/fridge/", "") },
		"UnsupportedMediaType": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, login, "a", "Content-Type: text/plain")
		},
		"RequestTimeout": func() *apitest.Response {
			hurried := s.Replica(t, func(c *apitest.Config) { c.BodyWait = hurry })
			return sendUnfinished(t, hurried.Client(t), http.MethodPost, login, `{"username": `)
		},
		"BodyTooLarge": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, login, strings.Repeat(" ", 1<<20+1))
		},
		"CrossSite": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, login, `{}`, "Origin: https://elsewhere.example.org")
		},
		"WrongCredentials": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, login, apitest.Credentials("Amélie", "eggs benedict at ten"))
		},
		"RefreshRefused": func() *apitest.Response { return stranger.Do(t, http.MethodPost, refresh, `{"refresh": "expired"}`) },
		"RegistrationRefused": func() *apitest.Response {
			return s.Replica(t, func(c *apitest.Config) { c.RegistrationsPerHour = 0 }).Client(t).
				Do(t, http.MethodPost, register, apitest.Credentials("amélie", "eggs benedict at ten"))
		},
		"TooManyRequests": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, register, apitest.Credentials("Amélies-sister", "eggs benedict at ten"))
		},
		"NotModified": func() *apitest.Response {
			tag := c.Call(t, http.MethodGet, "/api/fridge/", nil).Header.Get("ETag")
			return c.Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+c.Access, "If-None-Match: "+tag)
		},
		"PreconditionFailed": func() *apitest.Response {
			c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "Freezer"}`).Is(t, http.StatusCreated)
			return c.Do(t, http.MethodDelete, "/api/fridge/ingredient/1/", "", "Authorization: Bearer "+c.Access, `If-Match: "0-1-0"`)
		},
		"Unavailable": func() *apitest.Response {
			away := apitest.Start(t)
			setAllowed(t, away, false)
			return away.Client(t).Do(t, http.MethodGet, "/api/monitoring/db/", "")
		},
	}
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(t, err)
	declared := doc.Components.Responses
	require.ElementsMatch(t, slices.Collect(maps.Keys(declared)), slices.Collect(maps.Keys(shown)), "the problems of the contract")
	for name, provoke := range shown {
		requireExample(t, name, declared[name].Value, provoke())
	}
}
