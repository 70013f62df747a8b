package contract

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
)

// RefreshCookie is the name of the refresh cookie.
const RefreshCookie = "refresh_token"

// checkSender makes the checks that don't depend on the content of a request: who sends it, from where, and how often. It returns the
// first error.
func (g *Guard) checkSender(op *operation, w http.ResponseWriter, r *http.Request) error {
	state := request.Of(r)
	if op.rejectsCrossSite && g.CrossSite(r) != nil {
		return apperr.New(problem.CrossSiteRequest)
	}
	if op.needsUser {
		if err := g.authenticate(state, r); err != nil {
			return err
		}
		if err := checkScope(op, state); err != nil {
			return err
		}
		if err := g.checkRecentLogin(op, state); err != nil {
			return err
		}
	}
	if op.rateLimited {
		return g.countRequest(state, w.Header())
	}
	return nil
}

// countRequest counts the request and sets the headers that tell the client how many are left. Requests with an invalid token don't
// reach it.
func (g *Guard) countRequest(state *request.State, h http.Header) error {
	header, err := g.Limit(state.UserID, state.Client)
	if err != nil || header == "" {
		return err
	}
	h["Ratelimit"] = []string{header}
	h["Ratelimit-Policy"] = g.Policies.Address
	if state.UserID != 0 {
		h["Ratelimit-Policy"] = g.Policies.User
	}
	return nil
}

// authenticate sets the caller of the access token in state. The scheme Bearer is case-insensitive (RFC 9110, section 11.1). Headers
// with another scheme are ignored. A token in the URL is never read.
func (g *Guard) authenticate(state *request.State, r *http.Request) error {
	token, repeated := "", false
	for _, header := range r.Header["Authorization"] {
		scheme, credentials, _ := strings.Cut(strings.TrimSpace(header), " ")
		if strings.EqualFold(scheme, "Bearer") {
			repeated = state.TokenSent
			token, state.TokenSent = strings.TrimSpace(credentials), true
		}
	}
	if !state.TokenSent {
		return apperr.New(problem.NotAuthenticated)
	}
	if repeated {
		return apperr.New(apperr.TokenNotValid)
	}
	var err error
	state.Caller, err = g.Authenticate(r.Context(), token)
	state.UserID = state.Caller.UserID
	return err
}

// checkScope returns an error if the caller uses an API token and the token lacks the scope of the operation (RFC 6750, section 3.1), or
// the operation doesn't accept API tokens.
func checkScope(op *operation, state *request.State) error {
	switch {
	case state.Caller.APIToken == 0, op.scope != "" && slices.Contains(state.Caller.Scopes, op.scope):
		return nil
	case op.scope == "":
		state.Challenge = `error="insufficient_scope"`
		return apperr.New(problem.InsufficientScope)
	}
	state.Challenge = fmt.Sprintf(`error="insufficient_scope", scope="%s"`, op.scope)
	return &apperr.Error{Code: problem.InsufficientScope, Detail: fmt.Sprintf("This call needs an API token with the scope %s.", op.scope)}
}

// checkRecentLogin returns an error if the operation needs a recent login and the caller's is too old (RFC 9470, section 3).
func (g *Guard) checkRecentLogin(op *operation, state *request.State) error {
	if !op.recentLogin || g.Clock().Sub(state.Caller.AuthTime) <= g.ReauthAge {
		return nil
	}
	state.Challenge = fmt.Sprintf(`error="insufficient_user_authentication", max_age="%d"`, int64(g.ReauthAge.Seconds()))
	return apperr.New(problem.ReauthenticationRequired)
}

// RefreshTokens returns the values of all refresh cookies that aren't empty. It parses the header itself, because net/http drops
// cookies with invalid characters: they must be rejected and deleted like any other invalid token.
func RefreshTokens(r *http.Request) []string {
	var values []string
	for _, line := range r.Header.Values("Cookie") {
		for pair := range strings.SplitSeq(line, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if name != RefreshCookie {
				continue
			}
			if value = strings.Trim(value, `"`); value != "" {
				values = append(values, value)
			}
		}
	}
	return values
}
