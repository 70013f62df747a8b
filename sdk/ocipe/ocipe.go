// Package ocipe is a client of an Ocipe server: every operation of the contract as a typed method, with the session
// taken care of. It logs in, sends the access token, refreshes it once for however many calls need it, and repeats
// those. What the server refuses comes back as an [*Error] with a stable code.
package ocipe

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/ocipe/ocipe/gen/client"
)

// Client calls one server for one user. Its methods may be called concurrently. Create it with [New].
//
// The methods are generated, one for each operation: ListRecipesWithResponse and so on, with the types of package gen.
// Where the error is nil the operation has succeeded, and the JSON200 or JSON201 of its answer is there; of a call with
// IfNoneMatch the StatusCode may be 304 instead, and nothing is there: what the caller has is the current version. What the
// server refuses is an [*Error]; its status is 401 only if there is no session any more: log in again, and 412 only if
// something has another version than IfMatch says. Every other error is the connection's or the context's.
type Client struct {
	*client.ClientWithResponses
	session *session
}

// Option changes what [New] makes.
type Option func(*session)

// WithHTTPClient sends requests by this client, with its timeout and transport. Its cookie jar, if it has one, isn't
// needed. The default is [http.DefaultClient].
func WithHTTPClient(c *http.Client) Option { return func(s *session) { s.http = c } }

// WithLogin logs in by itself as soon as a call needs it, and again when the session has ended: for programs that have
// their own account.
func WithLogin(username, password string) Option {
	return func(s *session) { s.login = &credentials{username, password} }
}

// WithRefreshToken goes on with the session of a token that was kept: see [WithRefreshTokenFunc].
func WithRefreshToken(token string) Option { return func(s *session) { s.refresh = token } }

// WithRefreshTokenFunc calls keep with every new refresh token, for it to be stored, and with "" when the session has
// ended. Calls come one after the other. Whoever has the token has the account: keep it as you would a password, and
// keep the newest only.
func WithRefreshTokenFunc(keep func(token string)) Option { return func(s *session) { s.keep = keep } }

// New returns a client of the server at this URL, such as https://cook.example.org. It sends nothing yet. It fails if
// it is no http or https URL.
func New(baseURL string, options ...Option) (*Client, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || !slices.Contains([]string{"http", "https"}, base.Scheme) {
		return nil, fmt.Errorf("ocipe: %q is no URL of a server; it looks like https://cook.example.org", baseURL)
	}
	s := &session{http: http.DefaultClient, keep: func(string) {}}
	for _, o := range options {
		o(s)
	}
	calls, err := client.NewClientWithResponses(baseURL, client.WithHTTPClient(s))
	if err != nil {
		return nil, fmt.Errorf("ocipe: %w", err)
	}
	s.calls, err = client.NewClientWithResponses(baseURL, client.WithHTTPClient(doer(s.send)))
	if err != nil {
		return nil, fmt.Errorf("ocipe: %w", err)
	}
	return &Client{calls, s}, nil
}

// doer makes a function a [client.HttpRequestDoer].
type doer func(*http.Request) (*http.Response, error)

// Do sends a request.
func (d doer) Do(r *http.Request) (*http.Response, error) { return d(r) }
