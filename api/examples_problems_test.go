package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestTheContractsProblemsAreWhatTheServerSays provokes every problem that has an example in the contract, and requires the text of the
// example.
func TestTheContractsProblemsAreWhatTheServerSays(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 1 })
	c := s.User(t, "Amélie") // the only one that this address may register
	stranger := s.Client(t)
	const register, login, refresh = "/api/user/register/", "/api/user/token/", "/api/user/token/refresh/"

	shown := map[string]func() *apitest.Response{
		"BadRequest":          func() *apitest.Response { return stranger.Do(t, http.MethodPost, login, `{"username": "Amélie"}`) },
		"BadRequestWithError": func() *apitest.Response { return c.Call(t, http.MethodPost, "/api/grocery/", `{}`) },
		"InvalidRefresh":      func() *apitest.Response { return stranger.Do(t, http.MethodPost, refresh, `{}`) },
		"InvalidRecipe": func() *apitest.Response {
			return c.Call(t, http.MethodPatch, "/api/recipes/1/", `{"ingredients": [{"name": " "}]}`)
		},
		"InvalidImport": func() *apitest.Response { return c.Call(t, http.MethodPost, "/api/recipes/bulk/", `{}`) },
		"InvalidScaling": func() *apitest.Response {
			toast := addRecipe(t, c, recipeNeeding("Toast", "Bread=2 slices"))
			return c.Call(t, http.MethodGet, fmt.Sprintf("/api/recipes/%d/?servings=2", toast.ID), nil)
		},
		"InvalidQuery": func() *apitest.Response { return c.Call(t, http.MethodGet, "/api/recipes/?limit=0", nil) },
		"InvalidIngredient": func() *apitest.Response {
			return c.Call(t, http.MethodPatch, "/api/fridge/ingredient/1/", `{"name": ""}`)
		},
		"InvalidGroup":    func() *apitest.Response { return c.Call(t, http.MethodPut, "/api/fridge/ingredient/group/Veg", `{}`) },
		"InvalidMealPlan": func() *apitest.Response { return c.Call(t, http.MethodPost, "/api/grocery/plan/", `{}`) },
		"InvalidOverride": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/grocery/plan/overrides/", `{"food": " ", "state": "have"}`)
		},
		"InvalidLines": func() *apitest.Response { return c.Call(t, http.MethodPost, "/api/grocery/list/", `{}`) },
		"InvalidIngredientLines": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/ingredients/parse/", `{}`)
		},
		"InvalidItem": func() *apitest.Response { return c.Call(t, http.MethodPatch, "/api/grocery/list/1/", `{"item": ""}`) },
		"BodyOver2MiB": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/recipes/", strings.Repeat(" ", 2<<20+1))
		},
		"BodyOver16MiB": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/recipes/bulk/", strings.Repeat(" ", 16<<20+1))
		},
		"BodyOver128MiB": func() *apitest.Response {
			r := apitest.Request{Operation: operationsWith(t, func(o apitest.Operation) bool { return o.ID == "importAccount" })[0], URL: importPath}
			return r.SendPadded(t, c, r.Body.MaxBytes+1, true)
		},
		"InvalidExport": func() *apitest.Response {
			file := apitest.Decode[map[string]any](t, c.Call(t, http.MethodGet, exportPath, nil))
			file["recipes"] = []any{json.RawMessage(`{"id":1,"name":"","meat_type":"x","longevity":1,"frequency":"rarely","note":"","state":"used","ingredient_list":[],"added_date":"2026-03-01T18:30:00.123456Z"}`)}
			body, err := json.Marshal(file)
			require.NoError(t, err)
			return c.Call(t, http.MethodPost, importPath, string(body))
		},
		"NotFound":     func() *apitest.Response { return c.Call(t, http.MethodGet, "/api/recipes/1000/", nil) },
		"Unauthorized": func() *apitest.Response { return stranger.Do(t, http.MethodGet, "/api/fridge/", "") },
		"UnsupportedMediaType": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, login, "a", "Content-Type: text/plain")
		},
		"ReauthenticationRequired": func() *apitest.Response {
			later := s.Replica(t, func(c *apitest.Config) { c.ReauthAge = 10 * time.Minute }, clockAhead(11*time.Minute))
			return apitest.ClientOf(t, later.URL).Do(t, http.MethodDelete, "/api/user/me/", "", "Authorization: Bearer "+c.Access)
		},
		"WrongPassword": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/user/reauthenticate/", `{"password": "eggs benedict at ten"}`)
		},
		"PasswordRefused": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/user/password/", `{"old_password": "eggs benedict at ten", "new_password": "soft-boiled at seven"}`)
		},
		"PasswordResetRefused": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, "/api/user/password/reset/", `{"username": "Amélie", "code": "AAAAA-AAAAA", "new_password": "soft-boiled at seven"}`)
		},
		"RequestTimeout": func() *apitest.Response {
			hurried := s.Replica(t, func(c *apitest.Config) { c.BodyWait = shortBodyWait })
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
			limited := s.Replica(t, func(c *apitest.Config) { c.RequestsPerAddress = 1 }).Client(t)
			limited.Do(t, http.MethodPost, "/api/user/logout/", "").Is(t, http.StatusNoContent)
			return limited.Do(t, http.MethodPost, "/api/user/logout/", "")
		},
		"TooManyAttempts": func() *apitest.Response {
			strict := s.Replica(t, func(c *apitest.Config) { c.Attempts.Strangers.Max = 1 }).Client(t)
			strict.Do(t, http.MethodPost, login, apitest.Credentials("Benoît", "eggs benedict at ten")).Is(t, http.StatusUnauthorized)
			return strict.Do(t, http.MethodPost, login, apitest.Credentials("Benoît", "eggs benedict at ten"))
		},
		"TooManyRegistrations": func() *apitest.Response {
			return stranger.Do(t, http.MethodPost, register, apitest.Credentials("Amélies-sister", "eggs benedict at ten"))
		},
		"InvalidAPIToken": func() *apitest.Response {
			return c.Call(t, http.MethodPatch, apiTokensPath+"1/", `{"name": " "}`)
		},
		"KeyInUse": func() *apitest.Response {
			key := newKey()
			release := replicaUser{Server: s}.holdLocks(t, `select pg_advisory_xact_lock($1)`, keyOf(t, key).LockID(1))
			defer release()
			return c.Do(t, http.MethodPost, "/api/grocery/list/", `{"items": "milk"}`, "Authorization: Bearer "+c.Access, key)
		},
		"KeyReused": func() *apitest.Response {
			key, bearer := newKey(), "Authorization: Bearer "+c.Access
			c.Do(t, http.MethodPost, "/api/grocery/list/", `{"items": "milk"}`, bearer, key).Is(t, http.StatusCreated)
			return c.Do(t, http.MethodPost, "/api/grocery/list/", `{"items": "bread"}`, bearer, key)
		},
		"APITokenConflict": func() *apitest.Response {
			fillAPITokens(t, s)
			defer s.Exec(t, `delete from api_tokens`)
			return c.Call(t, http.MethodPost, apiTokensPath, newAPIToken("one more", "recipes:read"))
		},
		"InvalidFood": func() *apitest.Response {
			return c.Call(t, http.MethodPost, foodsPath, `{"name": " "}`)
		},
		"FoodConflict": func() *apitest.Response {
			fillFoods(t, s)
			defer s.Exec(t, `delete from foods`)
			return c.Call(t, http.MethodPost, foodsPath, `{"name": "one more"}`)
		},
		"InsufficientScope": func() *apitest.Response {
			return withAPIToken(t, c, "recipes:read").Call(t, http.MethodDelete, "/api/recipes/", nil)
		},
		"NotModified": func() *apitest.Response {
			tag := c.Call(t, http.MethodGet, "/api/fridge/", nil).Header.Get("ETag")
			return c.Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+c.Access, "If-None-Match: "+tag)
		},
		"PreconditionFailed": func() *apitest.Response {
			c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "Freezer"}`).Is(t, http.StatusCreated)
			return c.Do(t, http.MethodDelete, "/api/fridge/ingredient/1/", "", "Authorization: Bearer "+c.Access, `If-Match: "0-1-0"`)
		},
		"InvalidUndo": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/fridge/journal/1/undo/?part=all", nil)
		},
		"InvalidDays": func() *apitest.Response {
			return c.Call(t, http.MethodGet, "/api/fridge/expiring/?days=36501", nil)
		},
		"InvalidToday": func() *apitest.Response {
			return c.Call(t, http.MethodDelete, "/api/grocery/plan/meals/1/?today=2026-02-30", nil)
		},
		"InvalidCooking": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/recipes/1/cook/", `{"factor": 0}`)
		},
		"InvalidRestock": func() *apitest.Response {
			return c.Call(t, http.MethodPost, "/api/grocery/list/restock/", `{"best_before": "2026-02-30"}`)
		},
		"ChangedSince": func() *apitest.Response { return changedSince(t, s, c) },
		"Stopping": func() *apitest.Response {
			stopping := s.Replica(t, func(c *apitest.Config) { c.Stopping = true })
			return stopping.Client(t).Do(t, http.MethodGet, readyPath, "")
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
	for name, response := range declared {
		require.NotNil(t, shown[name], "add a call that returns %s to this test", name)
		requireExample(t, name, response.Value, shown[name]())
	}
	for name := range shown {
		require.NotNil(t, declared[name], "the contract has no response %s", name)
	}
}

// TestTheExamplesOfErrorsFitTheirOperation checks the examples of problems: that of an invalid input must name a member or parameter of
// its operation, and that of a large body the limit of its operation.
func TestTheExamplesOfErrorsFitTheirOperation(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../openapi.yaml")
	require.NoError(t, err)
	for path, item := range doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if tooLarge := exampleOf(operation, http.StatusRequestEntityTooLarge); tooLarge != nil {
				limit := fmt.Sprintf("The body is larger than %.0f bytes.", operation.RequestBody.Value.Extensions["x-max-body-bytes"])
				require.Equal(t, limit, tooLarge["detail"], "%s %s", method, path)
			}
			for _, e := range errorsOf(exampleOf(operation, http.StatusBadRequest)) {
				first, _, _ := strings.Cut(e, ".")
				require.Contains(t, inputsOf(operation), first, "%s %s: the example of its 400 is for an operation that takes %s; refer to another response, or add one",
					method, path, first)
			}
		}
	}
}

func exampleOf(operation *openapi3.Operation, status int) map[string]any {
	response := operation.Responses.Status(status)
	if response == nil {
		return nil
	}
	example, _ := response.Value.Content["application/problem+json"].Example.(map[string]any)
	return example
}

// errorsOf returns the paths of the field errors in an example.
func errorsOf(example map[string]any) (fields []string) {
	errors, _ := example["errors"].([]any)
	for _, e := range errors {
		fields = append(fields, e.(map[string]any)["field"].(string)) //nolint:forcetypeassert // the contract is linted
	}
	return fields
}

// inputsOf returns the names of the parameters and members that an operation takes.
func inputsOf(operation *openapi3.Operation) (names []string) {
	for _, p := range operation.Parameters {
		names = append(names, p.Value.Name)
	}
	if operation.RequestBody != nil {
		body := operation.RequestBody.Value.Content["application/json"].Schema.Value
		names = slices.AppendSeq(names, maps.Keys(body.Properties))
	}
	return names
}
