package ocipe_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// expiringServer is a server whose access tokens can expire. The field refreshes determines how refreshes end.
type expiringServer struct {
	mu        sync.Mutex
	valid     int // the number of the access token that the server accepts
	requests  []string
	keys      []string
	refreshes []try
	login     try // how logins end; by default, they fail
}

// RoundTrip responds to one request at a time.
func (s *expiringServer) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requests = append(s.requests, r.Method+" "+r.URL.Path)
	if key := r.Header.Get("Idempotency-Key"); key != "" {
		s.keys = append(s.keys, key)
	}
	if r.Body != nil {
		_ = r.Body.Close()
	}
	end := status(http.StatusUnauthorized, problem("token_not_valid"))
	switch {
	case r.URL.Path == "/api/user/token/" && s.login.end != nil:
		end = s.login.end
	case r.URL.Path == "/api/user/token/refresh/" && len(s.refreshes) > 0:
		end = s.refreshes[0].end
		s.refreshes = s.refreshes[1:]
	case r.URL.Path == "/api/user/token/refresh/":
		s.valid++
		access := fmt.Sprintf(`{"access":"access-%d"}`, s.valid)
		end = status(http.StatusOK, access, "Api-Version", "0.0.0", "Set-Cookie", fmt.Sprintf("refresh_token=refresh-%d", s.valid))
	case r.Header.Get("Authorization") == fmt.Sprintf("Bearer access-%d", s.valid):
		end = success.end
	}
	s.mu.Unlock()
	return end(r)
}

func (s *expiringServer) refreshesSent() int {
	count := 0
	for _, r := range s.requests {
		if r == refreshPath {
			count++
		}
	}
	return count
}

func TestARefreshIsRepeatedForAllCallsThatWaitForIt(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"refused", "reset", "502", "503 unavailable", "503 overloaded"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &expiringServer{refreshes: []try{failure(name)}}
				c, err := ocipe.New("http://cook.example.org", ocipe.WithRefreshToken("refresh-0"), ocipe.WithHTTPClient(&http.Client{Transport: server}))
				if err != nil {
					t.Fatal(err)
				}
				var calls sync.WaitGroup
				for range 20 {
					calls.Go(func() {
						if _, err := c.AddGroceryItemsWithResponse(t.Context(), api.NewGroceryItems{Items: "milk"}); err != nil {
							t.Errorf("the error is %v", err)
						}
					})
				}
				calls.Wait()
				if server.refreshesSent() != 2 || len(server.requests) != 22 {
					t.Errorf("the requests are %v", server.requests)
				}
			})
		})
	}
}

func TestASessionOutlivesARefreshThatFails(t *testing.T) {
	t.Parallel()
	for _, failed := range failures {
		if failed.name == "400" {
			continue // the server's response that there is no refresh token
		}
		t.Run(failed.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server := &expiringServer{refreshes: []try{failed, failed, failed}}
				c, err := ocipe.New("http://cook.example.org", ocipe.WithRefreshToken("refresh-0"), ocipe.WithHTTPClient(&http.Client{Transport: server}))
				if err != nil {
					t.Fatal(err)
				}
				if _, err := c.GetFridgeWithResponse(t.Context(), nil); err == nil || !c.LoggedIn() {
					t.Errorf("the error is %v", err)
				}
				server.refreshes = nil
				if _, err := c.GetFridgeWithResponse(t.Context(), nil); err != nil {
					t.Errorf("the next call returned %v", err)
				}
			})
		})
	}
}

// withExpiredToken returns a client whose access token has expired after its first call.
func withExpiredToken(t *testing.T) (*expiringServer, *ocipe.Client) {
	t.Helper()
	server := &expiringServer{}
	c, err := ocipe.New("http://cook.example.org", ocipe.WithRefreshToken("refresh-0"), ocipe.WithHTTPClient(&http.Client{Transport: server}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.GetFridgeWithResponse(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	server.valid++
	return server, c
}

func TestACallKeepsItsKeyWhenItsTokenHasExpired(t *testing.T) {
	t.Parallel()
	server, c := withExpiredToken(t)
	if _, err := c.CreateRecipeWithResponse(t.Context(), api.RecipeInput{}); err != nil {
		t.Fatal(err)
	}
	if len(server.keys) != 2 || server.keys[0] != server.keys[1] {
		t.Errorf("the keys of the two requests are %v", server.keys)
	}
	if i := slices.Index(server.requests, "POST /api/recipes/"); server.requests[i+1] != refreshPath {
		t.Errorf("the requests are %v", server.requests)
	}
}

func TestALoginOrLogoutThatFailsDoesNotDisturbARefresh(t *testing.T) {
	t.Parallel()
	for name, fails := range map[string]func(*ocipe.Client) error{
		"login":  func(c *ocipe.Client) error { return c.Login(t.Context(), "chiara", "not her password") },
		"logout": func(c *ocipe.Client) error { return c.Logout(t.Context()) },
	} {
		server, c := withExpiredToken(t)
		refreshed := status(http.StatusOK, `{"access":"access-2"}`, "Api-Version", "0.0.0", "Set-Cookie", "refresh_token=refresh-2")
		server.refreshes = []try{{end: func(r *http.Request) (*http.Response, error) {
			if fails(c) == nil {
				t.Errorf("the %s succeeded", name)
			}
			return refreshed(r)
		}}}
		if _, err := c.GetFridgeWithResponse(t.Context(), nil); err != nil {
			t.Errorf("during a failing %s, the call returned %v", name, err)
		}
	}
}

func TestALoginDuringARefreshWins(t *testing.T) {
	t.Parallel()
	server, c := withExpiredToken(t)
	tokens := func(n int) func(*http.Request) (*http.Response, error) {
		access, cookie := fmt.Sprintf(`{"access":"access-%d"}`, n), fmt.Sprintf("refresh_token=refresh-%d", n)
		return status(http.StatusOK, access, "Api-Version", "0.0.0", "Set-Cookie", cookie)
	}
	server.login.end = tokens(3)
	server.refreshes = []try{{end: func(r *http.Request) (*http.Response, error) {
		server.mu.Lock()
		server.valid = 3
		server.mu.Unlock()
		if err := c.Login(t.Context(), "chiara", "her password"); err != nil {
			t.Errorf("the login returned %v", err)
		}
		return tokens(2)(r) // the response was sent before the login
	}}}
	before := server.refreshesSent()
	for range 2 {
		if _, err := c.GetFridgeWithResponse(t.Context(), nil); err != nil {
			t.Errorf("after the login, a call returned %v", err)
		}
	}
	if n := server.refreshesSent() - before; n != 1 {
		t.Errorf("%d refreshes were sent", n)
	}
}

func TestABodyThatCannotBeReadAgainIsNotSentWithANewToken(t *testing.T) {
	t.Parallel()
	server, c := withExpiredToken(t)
	_, err := c.CreateRecipeWithBodyWithResponse(t.Context(), "application/json", io.MultiReader(strings.NewReader("{}")))
	if e, ok := errors.AsType[*ocipe.Error](err); !ok || e.Status != http.StatusUnauthorized || len(server.keys) != 1 {
		t.Errorf("the error is %v, the requests are %v", err, server.requests)
	}
	if _, err := c.GetFridgeWithResponse(t.Context(), nil); err != nil {
		t.Errorf("the next call returned %v", err)
	}
}

func TestAnErrorSaysWhetherTheCallMayHaveSucceeded(t *testing.T) {
	t.Parallel()
	changed := try{end: status(http.StatusPreconditionFailed, problem("precondition_failed"), "X-Request-Id", "3f9c2a7be1d04c58")}
	for name, want := range map[string]bool{"reset": true, "503 unavailable": true, "503 overloaded": false, "refused": false} {
		c, _ := newFaultyClient([]try{failure(name), changed}, ocipe.WithSleep(func(time.Duration) {}))
		var info ocipe.CallInfo
		ctx := ocipe.WithCallInfo(t.Context(), &info)
		_, err := c.UpdateRecipeWithResponse(ctx, 7, &api.UpdateRecipeParams{IfMatch: new(`"1"`)}, api.RecipePatch{})
		e, ok := errors.AsType[*ocipe.Error](err)
		if !ok || e.Status != http.StatusPreconditionFailed || e.Uncertain != want || e.Tries != 2 {
			t.Errorf("after %s, the error is %+v", name, err)
		}
		if info != (ocipe.CallInfo{RequestID: "3f9c2a7be1d04c58", Tries: 2}) {
			t.Errorf("after %s, the call was %+v", name, info)
		}
	}
}
