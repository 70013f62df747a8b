package contract

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/idempotency"
)

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
		state.Key.SetFingerprint(r.Method, pathWithValues(op, r), r.URL.RawQuery)
	}
	return memory, nil
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

// joinFieldLines joins several lines of a header into one (RFC 9110, section 5.3).
func joinFieldLines(h http.Header, name string) {
	if lines := h.Values(name); len(lines) > 1 {
		h.Set(name, strings.Join(lines, ", "))
	}
}
