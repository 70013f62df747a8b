package ocipe_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// serverURL is the URL of the server that the examples call. It is a fake with fixed responses. The tests against a real
// server are in test/sdk/go of the repository.
var serverURL string

func TestMain(m *testing.M) {
	server := httptest.NewServer(fakeServer())
	serverURL = server.URL
	code := m.Run()
	server.Close()
	os.Exit(code)
}

func fakeServer() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /api/user/register/", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusCreated, api.RegistrationDone{})
	})
	mux.HandleFunc("POST /api/user/token/", startSession)
	mux.HandleFunc("POST /api/user/token/refresh/", startSession)
	mux.HandleFunc("POST /api/user/logout/", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusNoContent, nil)
	})
	mux.HandleFunc("POST /api/recipes/", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusCreated, soup)
	})
	mux.HandleFunc("GET /api/recipes/", listRecipes)
	mux.HandleFunc("GET /api/recipes/{id}/", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"2"`)
		respond(w, http.StatusOK, soup)
	})
	mux.HandleFunc("PATCH /api/recipes/{id}/", func(w http.ResponseWriter, r *http.Request) {
		if tag := r.Header.Get("If-Match"); tag != `"2"` {
			respond(w, http.StatusPreconditionFailed, api.Problem{Code: api.ProblemCodePreconditionFailed, Detail: "It has changed."})
			return
		}
		w.Header().Set("ETag", `"3"`)
		respond(w, http.StatusOK, soup)
	})
	mux.HandleFunc("POST /api/user/api-tokens/", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusCreated, api.NewAPIToken{ID: 1, Token: "ocipe_pat_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp"})
	})
	mux.HandleFunc("GET /api/grocery/list/", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer ocipe_pat_0123456789ABCDEFGHIJKLMNOPQRST4PMbyp" {
			respond(w, http.StatusUnauthorized, api.Problem{Code: api.ProblemCodeTokenNotValid})
			return
		}
		respond(w, http.StatusOK, []api.GroceryItem{{ID: 1, Item: "milk"}})
	})
	mux.HandleFunc("POST /api/grocery/", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusOK, api.Plan{GroceryList: []api.PlannedItem{{Name: "leek", Quantity: "2"}}})
	})
	mux.HandleFunc("POST /api/fridge/ingredient/", func(w http.ResponseWriter, _ *http.Request) {
		respond(w, http.StatusBadRequest, api.Problem{
			Code: api.ProblemCodeInvalidInput, Detail: "Some of the input is invalid.",
			Errors: &[]api.FieldError{{Field: "group", Code: api.FieldCodeBlank, Detail: "This text must not be empty."}},
		})
	})
	return mux
}

var soup = api.Recipe{ID: 7, Name: "Leek soup", Longevity: 3, AddedDate: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)}

func startSession(w http.ResponseWriter, _ *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "refresh_token", Value: "a-refresh-token", Path: "/api/user"})
	respond(w, http.StatusOK, api.AccessToken{Access: "an-access-token"})
}

// listRecipes responds with two pages of one recipe each, and with 304 to a client that has this version.
func listRecipes(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"1"`)
	if r.Header.Get("If-None-Match") == `"1"` {
		respond(w, http.StatusNotModified, nil)
		return
	}
	if r.URL.Query().Get("cursor") == "second" {
		respond(w, http.StatusOK, []api.Recipe{{ID: 8, Name: "Toast", Longevity: 2}})
		return
	}
	w.Header().Set("Link", `</api/recipes/?limit=1&cursor=second>; rel="next"`)
	respond(w, http.StatusOK, []api.Recipe{soup})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Api-Version", "0.0.0")
	w.Header().Set("X-Request-Id", "3f9c2a7be1d04c58")
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body) // if this fails, the client reports an error
	}
}
