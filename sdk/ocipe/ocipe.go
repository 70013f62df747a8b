// Package ocipe is a client for an Ocipe server. It has a typed method for every operation of the contract and manages
// the session: it logs in, sends the access token, refreshes it once for all concurrent calls, and repeats those calls.
// It also repeats requests after temporary errors, if that can't perform an operation twice: see [WithRetries].
// Error responses are returned as an [*Error] with a stable code.
package ocipe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// Client calls one server for one user. Its methods are safe for concurrent use. Create it with [New].
//
// Each operation has two methods. One returns the body of the response, such as [Client.ListRecipes]. The other is generated and
// returns the whole response, such as ListRecipesWithResponse. Package [api] has the generated methods and all types.
//
// If the error of a generated method is nil, the operation succeeded and JSON200 or JSON201 of the response is set. There is one
// exception: a call with IfNoneMatch may also return the StatusCode 304 and no body, if the version of the caller is current.
//
// If the server responds with an error, the returned error is an [*Error]. All other errors come from the connection or the context.
// The Status of an [*Error] is 401 only if
//   - the session has ended: log in again,
//   - the code is reauthentication_required: see [WithPasswordFunc], or
//   - the API token of [WithAPIToken] is invalid.
//
// It is 412 only if the current version of the resource isn't the one in IfMatch.
type Client struct {
	*api.ClientWithResponses
	session *session
}

// Option configures a client. Pass it to [New].
type Option func(*session)

// WithHTTPClient makes the client send its requests with c, using the timeout and transport of c, which needs no cookie jar. The
// default is [http.DefaultClient].
func WithHTTPClient(c *http.Client) Option { return func(s *session) { s.http = c } }

// WithLogin makes the client log in when a call first needs a session, and again when the session has ended. It is meant
// for programs that have their own account.
func WithLogin(username, password string) Option {
	return func(s *session) { s.login = &credentials{username, password} }
}

// WithPasswordFunc makes the client call ask when a call needs a recent login. The client reauthenticates with the returned password and
// repeats the call. If ask returns an error, the call returns it. Without this option, the client uses the password of [WithLogin]; if
// there is none, the call returns an [*Error] with code reauthentication_required.
func WithPasswordFunc(ask func(context.Context) (password string, err error)) Option {
	return func(s *session) { s.askPassword = ask }
}

// WithAPIToken makes the client send an API token with every call instead of starting a session. It is meant for scripts. The user
// creates the token with [Client.CreateAPIToken] and chooses its scopes. A call returns an [*Error] with code insufficient_scope if the
// token lacks the required scope, and with code token_not_valid if the token has expired or was revoked. The client doesn't use a
// session, even if other options set one.
func WithAPIToken(token string) Option { return func(s *session) { s.token = token } }

// WithRefreshToken continues the session of a stored refresh token. See [WithRefreshTokenFunc].
func WithRefreshToken(token string) Option { return func(s *session) { s.refresh = token } }

// WithRefreshTokenFunc makes the client call store with every new refresh token, so that the program can store it, and with "" when the
// session has ended. It never makes two of these calls at the same time. Anyone with this token can use the account: store it as
// safely as a password, and store only the latest one.
func WithRefreshTokenFunc(store func(token string)) Option {
	return func(s *session) { s.storeRefreshToken = store }
}

// userInfo matches the name and the password in a URL. An error must not contain them.
var userInfo = regexp.MustCompile(`//.*@`)

// New returns a client for the server at baseURL, such as https://cook.example.org. It sends no request. It returns an
// error if baseURL isn't an http or https URL.
func New(baseURL string, options ...Option) (*Client, error) {
	base, err := url.Parse(baseURL)
	if err != nil || base.Host == "" || !slices.Contains([]string{"http", "https"}, base.Scheme) {
		shown := userInfo.ReplaceAllLiteralString(baseURL, "//")
		return nil, fmt.Errorf("ocipe: %q is not the URL of a server; it looks like https://cook.example.org", shown)
	}
	s := &session{
		policy: defaultPolicy(), http: http.DefaultClient, storeRefreshToken: func(string) {}, basePath: strings.TrimSuffix(base.Path, "/"),
	}
	for _, o := range options {
		o(s)
	}
	operations, err := api.NewClientWithResponses(baseURL, api.WithHTTPClient(s))
	if err != nil {
		return nil, fmt.Errorf("ocipe: %w", err)
	}
	s.plain, err = api.NewClientWithResponses(baseURL, api.WithHTTPClient(doerFunc(s.sendPlain)))
	if err != nil {
		return nil, fmt.Errorf("ocipe: %w", err)
	}
	s.operations = operations
	return &Client{operations, s}, nil
}

// doerFunc is a function that implements [api.HttpRequestDoer].
type doerFunc func(*http.Request) (*http.Response, error)

// Do calls d.
func (d doerFunc) Do(r *http.Request) (*http.Response, error) { return d(r) }
