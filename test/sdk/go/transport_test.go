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

// transport counts the requests of a client. It can expire the client's access token, or respond instead of the server.
type transport struct {
	refreshes, logins, calls atomic.Int32

	respond func(*http.Request) *http.Response // returns nil to let the request pass

	mu      sync.Mutex
	latest  string // the Authorization of the latest call
	expired string // an Authorization that the server must reject
}

// expireToken makes the server reject the access token of the latest call, as if it had expired.
func (tr *transport) expireToken() {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.expired = tr.latest
}

// RoundTrip sends the request.
func (tr *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	tr.mu.Lock()
	if authorization := r.Header.Get("Authorization"); authorization != "" {
		tr.latest = authorization
		if authorization == tr.expired {
			r.Header.Set("Authorization", authorization+"expired")
		}
	}
	tr.mu.Unlock()
	switch r.URL.Path {
	case refreshPath:
		tr.refreshes.Add(1)
	case "/api/user/token/":
		tr.logins.Add(1)
	default:
		tr.calls.Add(1)
	}
	if tr.respond != nil {
		if res := tr.respond(r); res != nil {
			return res, nil
		}
	}
	return http.DefaultTransport.RoundTrip(r)
}

// newClient registers the user Amélie and returns a client that is not logged in.
func newClient(t *testing.T, s *apitest.Server, options ...ocipe.Option) (*ocipe.Client, *transport) {
	t.Helper()
	s.Client(t).Register(t, "Amélie")
	tr := &transport{}
	c, err := ocipe.New(s.URL, append([]ocipe.Option{ocipe.WithHTTPClient(&http.Client{Transport: tr})}, options...)...)
	require.NoError(t, err)
	return c, tr
}

// logIn logs in and makes a call with the access token.
func logIn(t *testing.T, c *ocipe.Client) {
	t.Helper()
	require.NoError(t, c.Login(t.Context(), "amélie", apitest.Password))
	_, err := c.GetFridgeWithResponse(t.Context(), nil)
	require.NoError(t, err)
}

// requireError returns err as an [ocipe.Error].
func requireError(t *testing.T, err error) *ocipe.Error {
	t.Helper()
	var e *ocipe.Error
	require.ErrorAs(t, err, &e)
	return e
}
