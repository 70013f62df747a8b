package apitest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/client"
)

// Client has its own cookie jar, and the access token of its last login or refresh.
type Client struct {
	*client.ClientWithResponses
	HTTP   *http.Client
	Access string
	Base   string // the server's URL
	Agent  string // User-Agent; empty: that of Go
}

// Client returns a new client that isn't logged in.
func (s *Server) Client(t testing.TB) *Client {
	t.Helper()
	c := ClientOf(t, s.URL)
	c.HTTP.Transport = checkingTransport{t, http.DefaultTransport, s.Logs}
	return c
}

// ClientOf returns a new client of the server at this URL.
func ClientOf(t testing.TB, base string) *Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	c := &Client{Base: base, HTTP: &http.Client{
		Transport:     checkingTransport{t, http.DefaultTransport, nil},
		Jar:           secureJar{jar},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	c.ClientWithResponses, err = client.NewClientWithResponses(base, client.WithHTTPClient(c.HTTP),
		client.WithRequestEditorFn(func(_ context.Context, r *http.Request) error {
			if c.Access != "" && r.Header.Get("Authorization") == "" {
				r.Header.Set("Authorization", "Bearer "+c.Access)
			}
			return nil
		}))
	require.NoError(t, err)
	return c
}

// secureJar keeps Secure cookies of loopback addresses, as browsers do of localhost.
type secureJar struct{ http.CookieJar }

// SetCookies keeps cookies as if they came by https.
func (j secureJar) SetCookies(u *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(encrypted(u), cookies)
}

// Cookies returns the cookies as if they were sent by https.
func (j secureJar) Cookies(u *url.URL) []*http.Cookie { return j.CookieJar.Cookies(encrypted(u)) }

func encrypted(u *url.URL) *url.URL {
	secure := *u
	secure.Scheme = "https"
	return &secure
}

// Response is a response with its whole body.
type Response struct {
	*http.Response
	Text string
}

// Problem decodes the response as a problem.
func (a *Response) Problem(t testing.TB) (p Problem) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.Text), &p), a.Text)
	return p
}

// Problem is a problem (RFC 9457) with our members.
type Problem struct {
	Detail   string
	Code     string
	Username string
	Errors   []struct{ Field, Code, Detail string }
}

// Fields returns the field errors as field:code, in the order of the response.
func (p Problem) Fields() []string {
	var all []string
	for _, e := range p.Errors {
		all = append(all, e.Field+":"+e.Code)
	}
	return all
}

// Do sends a request with the client's cookies. Headers are lines such as "Name: value". A body is declared
// as JSON unless a header says otherwise.
func (c *Client) Do(t testing.TB, method, path, body string, headers ...string) *Response {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, c.Base+path, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if c.Agent != "" {
		r.Header.Set("User-Agent", c.Agent)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ":")
		if name == "Host" {
			r.Host = strings.TrimSpace(value)
			continue
		}
		r.Header.Del(name)
		if value = strings.TrimSpace(value); value != "" {
			r.Header.Set(name, value)
		}
	}
	return Send(t, c.HTTP, r)
}

// Send sends a request as it is, and reads the whole response.
func Send(t require.TestingT, client *http.Client, r *http.Request) *Response {
	res, err := client.Do(r) //nolint:gosec // tests choose the URL
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // read whole
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return &Response{Response: res, Text: string(text)}
}

// Call sends a request with the client's access token. The body is nil (none), a string that is sent as it is, or a value that is
// sent as JSON.
func (c *Client) Call(t testing.TB, method, path string, body any) *Response {
	t.Helper()
	text, isText := body.(string)
	if body != nil && !isText {
		encoded, err := json.Marshal(body)
		require.NoError(t, err)
		text = string(encoded)
	}
	return c.Do(t, method, path, text, "Authorization: Bearer "+c.Access)
}

// Is requires a status.
func (a *Response) Is(t testing.TB, status int) *Response {
	t.Helper()
	sent := a.Request.Header.Clone()
	sent.Del("Authorization") // long, and seldom the reason
	sent.Del("Cookie")
	require.Equal(t, status, a.StatusCode, "%s %s: %s The request had the headers %q.", a.Request.Method, a.Request.URL, a.Text, sent)
	return a
}

// Decode decodes the JSON of a response.
func Decode[T any](t testing.TB, a *Response) (value T) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(a.Text), &value), a.Text)
	return value
}

// Password is accepted by the password policies of all tests.
const Password = "eggs benedict at noon"

// Register creates an account with this name and [Password].
func (c *Client) Register(t testing.TB, username string) {
	t.Helper()
	c.Do(t, http.MethodPost, "/api/user/register/", Credentials(username, Password)).Is(t, http.StatusCreated)
}

// Login logs in with [Password] and keeps the access token.
func (c *Client) Login(t testing.TB, username string) {
	t.Helper()
	a := c.Do(t, http.MethodPost, "/api/user/token/", Credentials(username, Password))
	require.Equal(t, http.StatusOK, a.StatusCode, a.Text)
	c.Access = a.Access(t)
}

// Refresh sends the cookie and keeps the access token, if there is one.
func (c *Client) Refresh(t testing.TB) *Response {
	t.Helper()
	a := c.Do(t, http.MethodPost, "/api/user/token/refresh/", "")
	if a.StatusCode == http.StatusOK {
		c.Access = a.Access(t)
	}
	return a
}

// User returns a client that is logged in to a new account.
func (s *Server) User(t testing.TB, username string) *Client {
	t.Helper()
	c := s.Client(t)
	c.Register(t, username)
	c.Login(t, username)
	return c
}

// FridgeStatus calls a protected operation with the client's access token and returns the status.
func (c *Client) FridgeStatus(t testing.TB) int {
	t.Helper()
	return c.Do(t, http.MethodGet, "/api/fridge/", "", "Authorization: Bearer "+c.Access).StatusCode
}

// Credentials returns the body of a registration or a login.
func Credentials(username, password string) string {
	text, err := json.Marshal(map[string]string{"username": username, "password": password})
	if err != nil {
		panic(err) // can't happen with strings
	}
	return string(text)
}

// Access returns the access token in the response to a login or refresh.
func (a *Response) Access(t testing.TB) string {
	t.Helper()
	var body struct{ Access string }
	require.NoError(t, json.Unmarshal([]byte(a.Text), &body))
	require.NotEmpty(t, body.Access)
	return body.Access
}

// RefreshCookie returns the refresh cookie that the response sets; nil: it sets none.
func (a *Response) RefreshCookie() *http.Cookie {
	for _, c := range a.Cookies() {
		if c.Name == "refresh_token" {
			return c
		}
	}
	return nil
}

// RefreshToken returns the refresh token in the client's cookie jar; empty: there is none.
func (c *Client) RefreshToken(t testing.TB) string {
	t.Helper()
	u, err := url.Parse(c.Base)
	require.NoError(t, err)
	for _, cookie := range c.HTTP.Jar.Cookies(u) {
		if cookie.Name == "refresh_token" {
			return cookie.Value
		}
	}
	return ""
}
