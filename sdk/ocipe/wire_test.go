package ocipe_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

const refreshPath = "/api/user/token/refresh/"

// wire counts what goes to the server, and may get in the way.
type wire struct {
	refreshes, logins, calls atomic.Int32

	interfere func(*http.Request) *http.Response // nil: the request goes on

	mu   sync.Mutex
	last string // the access token that came by
	dead string
}

// expire makes an expired token of the last access token: the server won't know it.
func (w *wire) expire() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = w.last
}

// RoundTrip sends the request.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	if token := r.Header.Get("Authorization"); token != "" {
		w.last = token
		if token == w.dead {
			r.Header.Set("Authorization", token+"expired")
		}
	}
	w.mu.Unlock()
	switch r.URL.Path {
	case refreshPath:
		w.refreshes.Add(1)
	case "/api/user/token/":
		w.logins.Add(1)
	default:
		w.calls.Add(1)
	}
	if w.interfere != nil {
		if res := w.interfere(r); res != nil {
			return res, nil
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// newClient makes an account and a client of it that is not logged in.
func newClient(t *testing.T, s *apitest.Server, options ...ocipe.Option) (*ocipe.Client, *wire) {
	t.Helper()
	s.Client(t).Register(t, "Amélie")
	w := &wire{}
	c, err := ocipe.New(s.URL, append([]ocipe.Option{ocipe.WithHTTPClient(&http.Client{Transport: w})}, options...)...)
	require.NoError(t, err)
	return c, w
}

// logIn logs in and makes a call with the token.
func logIn(t *testing.T, c *ocipe.Client) {
	t.Helper()
	require.NoError(t, c.Login(t.Context(), "amélie", apitest.Password))
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
}

// refusal demands that a call was refused.
func refusal(t *testing.T, err error) *ocipe.Error {
	t.Helper()
	var refused *ocipe.Error
	require.ErrorAs(t, err, &refused)
	return refused
}
