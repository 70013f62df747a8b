package contract

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
)

// RefreshCookie is the name of the refresh cookie.
const RefreshCookie = "refresh_token"

// Guard checks requests before they reach the handler of their operation.
type Guard struct {
	// Authenticate returns the caller that a token belongs to, or apperr.TokenNotValid.
	Authenticate func(ctx context.Context, token string) (request.Caller, error)
	// ReauthAge is the maximum age of a recent login.
	ReauthAge time.Duration
	// Clock returns the time.
	Clock func() time.Time
	// CrossSite returns an error if a browser sends the request for a page of another origin.
	CrossSite func(r *http.Request) error
	// Limit counts a request of a user, or of an address if userID is 0. It returns the value of the header RateLimit (empty if there
	// is no limit), or apperr.TooManyRequests.
	Limit func(userID int64, client netip.Addr) (header string, err error)
	// Policies are the values of the header RateLimit-Policy for users and addresses.
	Policies struct{ User, Address []string }
	// CheckLoad returns apperr.Overloaded if too many requests of the same kind are waiting. The kinds are: reads of users, writes of
	// users, and requests without a user.
	CheckLoad func(ofUser, writes bool) error
	// BodyWait is the maximum wait for the next bytes of a body; 0: 15 s.
	BodyWait time.Duration

	bodies bodyBudgets
	files  *fileBudget
}

// wrap returns a handler that makes the checks of an operation before it calls next. Their order is that of the contract: overload 503,
// cross-site 403, no valid access token 401, scope 403, no recent login 401, too many requests 429, content type 415, size 413,
// arrival 408, content 400, invalid id 404.
func (g *Guard) wrap(op *operation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.setReadDeadlines(w, r)
		state, sent := request.Of(r), r.Body
		state.Route, state.Operation, state.ErrorMember = op.route, op.id, op.errorMember
		if op.needsAdmission {
			if err := g.CheckLoad(op.needsUser, op.writes); err != nil {
				state.QueueFull = true
				reject(w, r, sent, err)
				return
			}
		}
		memory, err := g.check(op, w, r)
		if err != nil {
			reject(w, r, sent, err)
			return
		}
		if memory != nil {
			if memory.processing > 0 {
				state.OnProcessed = memory.endProcessing
			}
			defer memory.giveBack()
		}
		ctx, cancel := context.WithTimeout(r.Context(), op.deadline)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// check returns the first error of a request. The caller must give memory back after the response, unless it is nil.
func (g *Guard) check(op *operation, w http.ResponseWriter, r *http.Request) (memory *bodyMemory, err error) {
	state := request.Of(r)
	if err := g.checkSender(op, w, r); err != nil {
		return nil, err
	}
	if op.refreshCookie {
		state.RefreshTokens = RefreshTokens(r)
		state.TokenSent = len(state.RefreshTokens) > 0
	}
	ignored, queryErr := checkQuery(op, r)
	if op.idempotent {
		if state.Key, err = idempotency.Parse(r.Header[idempotency.Header]); err != nil {
			queryErr = withFieldErrors(err, queryErr)
		}
	}
	defer func() { setIgnoredMembers(w.Header(), ignored) }()
	if op.body != nil && len(state.RefreshTokens) == 0 { // with a refresh cookie the body isn't read
		var unknown []string
		if op.bodyInFile {
			state.Elements, unknown, memory, err = g.checkFile(op, w, r)
		} else {
			state.Body, unknown, memory, err = g.checkBody(op, w, r)
		}
		ignored = append(unknown, ignored...)
		if err != nil {
			return nil, withFieldErrors(err, queryErr)
		}
	}
	if err = cmp.Or(queryErr, checkPath(op, r)); err != nil {
		if memory != nil {
			memory.giveBack()
		}
		return nil, err
	}
	joinFieldLines(r.Header, "If-Match")
	joinFieldLines(r.Header, "If-None-Match")
	if state.Key != nil {
		state.Key.SetFingerprint(r.Method, op.route, r.URL.RawQuery)
	}
	return memory, nil
}

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

// withFieldErrors returns the error of the body. If it has field errors, those of the query are added in front of them.
func withFieldErrors(body, query error) error {
	invalid, isError := errors.AsType[*apperr.Error](body)
	more, alsoQuery := errors.AsType[*apperr.Error](query)
	if isError && alsoQuery && invalid.Code == apperr.InvalidInput {
		invalid.Fields = append(more.Fields, invalid.Fields...)
	}
	return body
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

// The maximum number of bytes of an unread body that are read and dropped before an error response. Otherwise a client that is still
// sending would lose the connection, and the response with it.
const (
	maxDrain          = 160 << 20
	maxAnonymousDrain = 256 << 10 // without a login, because reading costs work, too
)

// reject responds with an error to a request whose body may not have been read to its end.
func reject(w http.ResponseWriter, r *http.Request, sent io.Reader, err error) {
	if r.Header.Get("Expect") == "" { // otherwise the client hasn't begun to send
		limit := int64(maxDrain)
		if request.UserID(r) == 0 {
			limit = maxAnonymousDrain
		}
		_, _ = io.CopyN(io.Discard, sent, limit) // respond even if this fails
	}
	if code := problem.Of(err).Code; code == problem.RequestTimeout || code == problem.IncompleteBody {
		w.Header().Set("Connection", "close") // RFC 9110, section 15.5.9
	}
	request.FailUnread(w, r, err)
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

// joinFieldLines joins several lines of a header into one (RFC 9110, section 5.3).
func joinFieldLines(h http.Header, name string) {
	if lines := h.Values(name); len(lines) > 1 {
		h.Set(name, strings.Join(lines, ", "))
	}
}
