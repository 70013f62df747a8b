package ocipe

import (
	"context"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// renewTimeout is the maximum time of a renewal. A renewal serves all waiting calls, so it doesn't stop when one of them is cancelled.
const renewTimeout = 30 * time.Second

// renewal is one attempt to get a new access token. All calls that need one at the same time share it.
type renewal struct {
	done chan struct{} // closed when err is set
	err  error
}

// renew returns a new access token in place of the expired one. It starts a renewal, or waits for the one in progress.
func (s *session) renew(ctx context.Context, expired string) (string, error) {
	r := s.startRenewal(ctx, expired)
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-r.done:
		access, _, _ := s.state()
		return access, r.err
	}
}

func (s *session) startRenewal(ctx context.Context, expired string) *renewal {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.renewal != nil {
		return s.renewal
	}
	r := &renewal{done: make(chan struct{})}
	s.renewal = r
	go func() {
		ctx, cancel := context.WithTimeout(detached(ctx), renewTimeout)
		defer cancel()
		r.err = s.replaceAccess(ctx, expired)
		s.mu.Lock()
		s.renewal = nil
		s.mu.Unlock()
		close(r.done)
	}()
	return r
}

// replaceAccess replaces the expired access token. It refreshes the session if there is one, otherwise it logs in.
func (s *session) replaceAccess(ctx context.Context, expired string) error {
	access, refresh, _ := s.state()
	if access != expired {
		return nil // an earlier renewal has replaced it
	}
	if refresh != "" || s.login == nil {
		if err := s.refreshAccess(ctx); !endsSession(err) || s.login == nil {
			return err
		}
	}
	return s.logIn(ctx, *s.login)
}

// refreshAccess requests a new access token. It discards the session if the server says that the session has ended.
func (s *session) refreshAccess(ctx context.Context) error {
	_, _, epoch := s.state()
	res, err := s.plain.RefreshTokenWithResponse(ctx, api.Refresh{}, s.addCookie)
	switch {
	case err == nil:
		s.setTokens(epoch, res.JSON200.Access, refreshTokenOf(res.HTTPResponse))
	case endsSession(err):
		s.setTokens(epoch, "", "")
	}
	return err
}
