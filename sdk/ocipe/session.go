package ocipe

import (
	"context"
	"net/http"
	"sync"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// cookieName is the name of the cookie with the refresh token. The session handles the cookie itself: a cookie jar wouldn't send a
// Secure cookie to http://localhost, and a program can't store the contents of a jar.
const cookieName = "refresh_token"

// session holds the tokens of a [Client]. It is also the HTTP client of the operations: it adds the access token,
// refreshes it, and repeats requests that failed because the token had expired.
type session struct {
	policy
	http              *http.Client
	basePath          string                   // of the server's URL, without the last slash
	plain             *api.ClientWithResponses // sends requests without an access token: login, refresh, logout
	login             *credentials             // set by WithLogin
	token             string                   // set by WithAPIToken; sent instead of an access token; empty: none
	storeRefreshToken func(token string)

	operations  *api.ClientWithResponses // sends requests through the session
	askPassword func(context.Context) (string, error)

	storeMu sync.Mutex // held while storeRefreshToken is called; lock it before mu
	mu      sync.Mutex
	access  string
	refresh string
	epoch   int      // the number of the last login or logout that succeeded; tokens of an earlier one are discarded
	begun   int      // the number of logins and logouts that have begun
	renewal *renewal // the renewal in progress; nil: none
}

type credentials struct{ username, password string }

// Login starts a session. If the username or password is wrong, it returns an [*Error] with code no_active_account. An existing session
// then continues.
func (c *Client) Login(ctx context.Context, username, password string) error {
	return c.session.logIn(ctx, credentials{username, password})
}

// Logout ends the session on the server and discards its tokens. If it returns an error, the session may still exist: try
// again.
func (c *Client) Logout(ctx context.Context) error {
	epoch := c.session.nextEpoch()
	if _, err := c.session.plain.LogoutWithResponse(ctx, c.session.addCookie); err != nil {
		return err
	}
	c.session.setTokens(epoch, "", "")
	return nil
}

// Reauthenticate confirms the password, so that the login counts as recent for the calls that need a recent login. If the password is
// wrong, it returns an [*Error] with code no_active_account, and the session continues.
func (c *Client) Reauthenticate(ctx context.Context, password string) error {
	_, err := c.session.reauthenticate(ctx, password)
	return err
}

func (s *session) reauthenticate(ctx context.Context, password string) (access string, err error) {
	_, _, epoch := s.state()
	res, err := s.operations.ReauthenticateWithResponse(ctx, api.Reauthentication{Password: password})
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if epoch == s.epoch {
		s.access = res.JSON200.Access
	}
	return res.JSON200.Access, nil
}

// LoggedIn reports whether the client has a session. It doesn't ask the server.
func (c *Client) LoggedIn() bool {
	_, refresh, _ := c.session.state()
	return refresh != ""
}

// Do sends a request with the access token. If the call needs a recent login, it reauthenticates and repeats the request once.
func (s *session) Do(r *http.Request) (*http.Response, error) {
	res, err := s.withTimeout(r, s.doWithRenewal)
	if !needsLogin(err) || !canResend(r) {
		return res, err
	}
	var password string
	switch {
	case s.askPassword != nil:
		var askErr error
		if password, askErr = s.askPassword(r.Context()); askErr != nil {
			return nil, askErr
		}
	case s.login != nil:
		password = s.login.password
	default:
		return nil, err
	}
	return s.withTimeout(r, func(r *http.Request) (*http.Response, error) {
		access, err := s.reauthenticate(r.Context(), password)
		if err != nil {
			return nil, err
		}
		return s.repeat(r, access)
	})
}

// doWithRenewal sends a request with the access token. If the token isn't valid, it renews the token and repeats the request once.
func (s *session) doWithRenewal(r *http.Request) (*http.Response, error) {
	if s.token != "" {
		return s.sendWith(r, s.token)
	}
	access, refresh, _ := s.state()
	renewable := refresh != "" || s.login != nil
	var renewErr error
	if access == "" && renewable {
		if access, renewErr = s.renew(r.Context(), ""); renewErr != nil && !endsSession(renewErr) {
			return nil, renewErr
		}
	}
	res, err := s.sendWith(r, access) // also without a token, because not every operation needs one
	if !isExpired(err) || !renewable || !canResend(r) {
		return res, err
	}
	if renewErr == nil {
		access, renewErr = s.renew(r.Context(), access)
	}
	switch {
	case endsSession(renewErr) && s.login == nil:
		return nil, err
	case renewErr != nil:
		return nil, renewErr
	}
	return s.repeat(r, access)
}

// repeat sends a request again, with another access token.
func (s *session) repeat(r *http.Request, access string) (_ *http.Response, err error) {
	again := r.Clone(r.Context())
	if hasBody(r) {
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	return s.sendWith(again, access)
}

func (s *session) logIn(ctx context.Context, c credentials) error {
	epoch := s.nextEpoch()
	res, err := s.plain.ObtainTokenWithResponse(ctx, api.Credentials{Username: c.username, Password: c.password})
	if err != nil {
		return err
	}
	s.setTokens(epoch, res.JSON200.Access, refreshTokenOf(res.HTTPResponse))
	return nil
}

func (s *session) state() (access, refresh string, epoch int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access, s.refresh, s.epoch
}

// nextEpoch returns the epoch that a login or logout begins if it succeeds.
func (s *session) nextEpoch() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.begun++
	return s.begun
}

// setTokens replaces the tokens, unless a login or logout that began later than their epoch has succeeded.
func (s *session) setTokens(epoch int, access, refresh string) {
	s.storeMu.Lock()
	defer s.storeMu.Unlock()
	s.mu.Lock()
	current := epoch >= s.epoch
	changed := current && refresh != s.refresh
	if current {
		s.epoch, s.access, s.refresh = epoch, access, refresh
	}
	s.mu.Unlock()
	if changed {
		s.storeRefreshToken(refresh)
	}
}

// addCookie adds the refresh token to a request.
func (s *session) addCookie(_ context.Context, r *http.Request) error {
	if _, refresh, _ := s.state(); refresh != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: refresh}) //nolint:gosec // G124: of a request, which has no attributes
	}
	return nil
}

func refreshTokenOf(res *http.Response) string {
	for _, cookie := range res.Cookies() {
		if cookie.Name == cookieName {
			return cookie.Value
		}
	}
	return ""
}
