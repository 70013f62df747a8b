package ocipe

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/ocipe/ocipe/gen/client"
	"github.com/ocipe/ocipe/gen/models"
)

// cookieName is where the refresh token travels. It is handled here and not by a cookie jar, which sends no Secure
// cookie to http://localhost, and which a program can't store.
const cookieName = "refresh_token"

// renewTimeout bounds a renewal, which must not end with the call that happens to begin it.
const renewTimeout = 30 * time.Second

// session sends requests with the access token, renews it, and repeats what was refused for the old one.
type session struct {
	http  *http.Client
	calls *client.ClientWithResponses // the session's own, which go without the access token
	login *credentials                // nil: who logs in is up to the caller
	keep  func(token string)

	renewing singleflight.Group
	keeping  sync.Mutex // held while keep is called, taken before mu
	mu       sync.Mutex
	access   string
	refresh  string
	epoch    int // counts logins and logouts: what was asked for in an earlier one doesn't matter any more
}

type credentials struct{ username, password string }

// Login starts a session. Where name or password are wrong it fails with an [*Error] of the code no_active_account, and
// a session that was there before goes on.
func (c *Client) Login(ctx context.Context, username, password string) error {
	return c.session.logIn(ctx, credentials{username, password})
}

// Logout ends the session on the server and forgets its tokens. If it fails the session is still there: try again.
func (c *Client) Logout(ctx context.Context) error {
	epoch := c.session.begin()
	if _, err := c.session.calls.LogoutWithResponse(ctx, c.session.withCookie); err != nil {
		return err
	}
	c.session.adopt(epoch, "", "")
	return nil
}

// LoggedIn tells whether there is a session, as far as is known without asking the server.
func (c *Client) LoggedIn() bool {
	_, refresh, _ := c.session.state()
	return refresh != ""
}

// Do sends a request of the generated client.
func (s *session) Do(r *http.Request) (*http.Response, error) {
	access, refresh, _ := s.state()
	renewable := refresh != "" || s.login != nil
	var failed error
	if access == "" && renewable {
		if access, failed = s.renew(r.Context(), ""); failed != nil && !isRefusal(failed) {
			return nil, failed
		}
	}
	res, err := s.sendWith(r, access) // even without a token: not every call needs one
	if !isUnauthorized(err) || !renewable {
		return res, err
	}
	if failed == nil {
		access, failed = s.renew(r.Context(), access)
	}
	switch {
	case isRefusal(failed) && s.login == nil:
		return nil, err
	case failed != nil:
		return nil, failed
	}
	again := r.Clone(r.Context())
	if r.GetBody != nil {
		if again.Body, err = r.GetBody(); err != nil {
			return nil, err
		}
	}
	return s.sendWith(again, access)
}

// renew returns an access token other than the one that was refused. Of all calls that need one, one gets it.
func (s *session) renew(ctx context.Context, refused string) (string, error) {
	flight := s.renewing.DoChan("", func() (any, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), renewTimeout)
		defer cancel()
		if access, _, _ := s.state(); access != refused {
			return nil, nil // another flight was quicker
		}
		_, refresh, _ := s.state()
		if refresh != "" || s.login == nil {
			if err := s.goOn(ctx); !isRefusal(err) || s.login == nil {
				return nil, err
			}
		}
		return nil, s.logIn(ctx, *s.login)
	})
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case landed := <-flight:
		access, _, _ := s.state()
		return access, landed.Err
	}
}

// goOn gets a new access token for the session. A refusal ends it.
func (s *session) goOn(ctx context.Context) error {
	_, _, epoch := s.state()
	res, err := s.calls.RefreshTokenWithResponse(ctx, models.Refresh{}, s.withCookie)
	switch {
	case err == nil:
		s.adopt(epoch, res.JSON200.Access, refreshTokenOf(res.HTTPResponse))
	case isRefusal(err):
		s.adopt(epoch, "", "")
	}
	return err
}

func (s *session) logIn(ctx context.Context, who credentials) error {
	epoch := s.begin()
	res, err := s.calls.ObtainTokenWithResponse(ctx, models.Credentials{Username: who.username, Password: who.password})
	if err != nil {
		return err
	}
	s.adopt(epoch, res.JSON200.Access, refreshTokenOf(res.HTTPResponse))
	return nil
}

func (s *session) state() (access, refresh string, epoch int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.access, s.refresh, s.epoch
}

// begin starts an epoch.
func (s *session) begin() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.epoch++
	return s.epoch
}

// adopt takes tokens over, unless somebody has logged in or out since they were asked for.
func (s *session) adopt(epoch int, access, refresh string) {
	s.keeping.Lock()
	defer s.keeping.Unlock()
	s.mu.Lock()
	current := epoch == s.epoch
	changed := current && refresh != s.refresh
	if current {
		s.access, s.refresh = access, refresh
	}
	s.mu.Unlock()
	if changed {
		s.keep(refresh)
	}
}

// withCookie adds the refresh token to a request.
func (s *session) withCookie(_ context.Context, r *http.Request) error {
	if _, refresh, _ := s.state(); refresh != "" {
		r.AddCookie(&http.Cookie{Name: cookieName, Value: refresh})
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
