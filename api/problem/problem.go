// Package problem writes errors as problem details (RFC 9457). Its table is the only place where an error code gets an HTTP status.
package problem

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"

	"github.com/ocipe/ocipe/internal/apperr"
)

// The error codes that exist only in HTTP. Package apperr has the others.
const (
	MalformedBody        apperr.Code = "malformed_body"
	IncompleteBody       apperr.Code = "incomplete_body"
	RequestTimeout       apperr.Code = "request_timeout"
	NotAuthenticated     apperr.Code = "not_authenticated"
	CrossSiteRequest     apperr.Code = "cross_site_request"
	MethodNotAllowed     apperr.Code = "method_not_allowed"
	BodyTooLarge         apperr.Code = "body_too_large"
	UnsupportedMediaType apperr.Code = "unsupported_media_type"
	Stopping             apperr.Code = "stopping"
	Internal             apperr.Code = "internal_error"

	ReauthenticationRequired apperr.Code = "reauthentication_required"
	InsufficientScope        apperr.Code = "insufficient_scope"
)

// table has the status and the default detail of every error code. The details of most 401s are those of Django, because existing
// clients show them.
var table = map[apperr.Code]struct {
	status int
	detail string
}{
	apperr.InvalidInput:         {http.StatusBadRequest, "The input is invalid; see errors."},
	MalformedBody:               {http.StatusBadRequest, "The body must be one JSON object in UTF-8 without duplicate member names."},
	IncompleteBody:              {http.StatusBadRequest, "The connection ended before the whole body had arrived. Send the request again."},
	RequestTimeout:              {http.StatusRequestTimeout, "The body stopped arriving, or arrived too slowly. Send the request again."},
	apperr.UsernameTaken:        {http.StatusBadRequest, "Username already exists."},
	NotAuthenticated:            {http.StatusUnauthorized, "Authentication credentials were not provided."},
	apperr.TokenNotValid:        {http.StatusUnauthorized, "Given token not valid for any token type"},
	ReauthenticationRequired:    {http.StatusUnauthorized, "The last login is too old for this call. Confirm the password with POST /api/user/reauthenticate/, then repeat the call."},
	apperr.NoActiveAccount:      {http.StatusUnauthorized, "No active account found with the given credentials"},
	InsufficientScope:           {http.StatusForbidden, "API tokens can't be used for this call. Log in, and send the access token."},
	CrossSiteRequest:            {http.StatusForbidden, "This request comes from a page of another origin. The operator can allow it with OCIPE_ALLOWED_ORIGINS."},
	apperr.NotFound:             {http.StatusNotFound, "The requested resource was not found."},
	apperr.PreconditionFailed:   {http.StatusPreconditionFailed, "The resource has changed since that ETag was returned. Get it again, then repeat the change with the new ETag."},
	MethodNotAllowed:            {http.StatusMethodNotAllowed, "This path does not support this method; the header Allow lists the supported ones."},
	BodyTooLarge:                {http.StatusRequestEntityTooLarge, "The body is too large."},
	UnsupportedMediaType:        {http.StatusUnsupportedMediaType, "Send the body as JSON, with the header Content-Type: application/json."},
	apperr.TooManyRegistrations: {http.StatusTooManyRequests, "Too many accounts were created or taken names tried from this address. Try again later."},
	apperr.TooManyAPITokens:     {http.StatusConflict, "This account has 100 API tokens, the maximum. Revoke one first."},
	apperr.TooManyFoods:         {http.StatusConflict, "This account has 2,000 foods, the maximum. Delete one first."},
	apperr.TooManyAttempts:      {http.StatusTooManyRequests, "Too many failed attempts. Try again later, or in a browser in which you have logged in before."},
	apperr.TooManyRequests:      {http.StatusTooManyRequests, "Too many requests. Try again in a moment."},
	apperr.Unavailable:          {http.StatusServiceUnavailable, "The database is unavailable. Try again in a moment."},
	apperr.Overloaded:           {http.StatusServiceUnavailable, "The server is overloaded. Try again in a moment."},
	Stopping:                    {http.StatusServiceUnavailable, "The server is stopping. Try again in a moment."},
	apperr.ChangedSince:         {http.StatusConflict, "The ingredient was changed after this entry."},
	apperr.KeyInUse:             {http.StatusConflict, "A call with this idempotency key is still running. Repeat this one later."},
	apperr.KeyReused:            {http.StatusUnprocessableEntity, "This idempotency key was used for another call. Use another key for each call."},
	Internal:                    {http.StatusInternalServerError, "An internal error occurred. The request id identifies it in the server's log."},
}

// Options are the parts of a problem that depend on the request rather than on the error.
type Options struct {
	TokenSent   bool   // a 401 says that the token is invalid, not that it is missing
	ErrorMember bool   // a 400 also has the member `error`, which existing clients show
	Challenge   string // the parameters of WWW-Authenticate; empty: those of RFC 6750, section 3
}

// body is the problem object of all operations and statuses. gen/models has a separate type for each.
type body struct {
	Type     string       `json:"type"`
	Title    string       `json:"title"`
	Status   int          `json:"status"`
	Detail   string       `json:"detail"`
	Code     apperr.Code  `json:"code"`
	Errors   []fieldError `json:"errors,omitempty"`
	Username string       `json:"username,omitempty"`
	Error    string       `json:"error,omitempty"`
}

type fieldError struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// Of returns the error that the client may see: the [apperr.Error] in err, Overloaded for an exceeded deadline, or Internal for
// all other errors.
func Of(err error) *apperr.Error {
	known, ok := errors.AsType[*apperr.Error](err)
	switch {
	case ok:
		return known
	case errors.Is(err, context.DeadlineExceeded):
		return apperr.Busy(apperr.Overloaded, apperr.RetrySoon, err)
	default:
		return apperr.New(Internal)
	}
}

// Write responds with the problem for e.
func Write(w http.ResponseWriter, e *apperr.Error, o Options) {
	entry, h := table[e.Code], w.Header()
	b := bodyOf(e, o)
	switch entry.status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", challenge(o))
	case http.StatusForbidden:
		if o.Challenge != "" {
			h.Set("WWW-Authenticate", challenge(o))
		}
	case http.StatusConflict:
		if e.RetryAfter > 0 {
			h.Set("Retry-After", strconv.Itoa(secondsOf(e)))
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		seconds := secondsOf(e)
		h.Set("Retry-After", strconv.Itoa(seconds))
		if e.Limit != nil {
			h.Set("RateLimit-Policy", Policy(*e.Limit))
			h.Set("RateLimit", fmt.Sprintf("%q;r=0;t=%d", e.Limit.Name, seconds))
		}
	}
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(entry.status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(b) // fails only if the client is gone
}

// secondsOf returns the value of Retry-After.
func secondsOf(e *apperr.Error) int { return max(1, int(math.Ceil(e.RetryAfter.Seconds()))) }

// Policy returns the RateLimit-Policy of a limit (draft-ietf-httpapi-ratelimit-headers-11).
func Policy(l apperr.Limit) string {
	policy := fmt.Sprintf("%q;q=%d", l.Name, l.Quota)
	if l.Window > 0 {
		policy += fmt.Sprintf(";w=%d", int(l.Window.Seconds()))
	}
	return policy
}

func bodyOf(e *apperr.Error, o Options) body {
	entry := table[e.Code]
	b := body{Type: "about:blank", Title: http.StatusText(entry.status), Status: entry.status, Detail: entry.detail, Code: e.Code}
	if e.Detail != "" {
		b.Detail = e.Detail
	}
	for _, f := range e.Fields {
		b.Errors = append(b.Errors, fieldError{Field: f.Path, Code: f.Code, Detail: f.Detail})
	}
	if o.ErrorMember && entry.status == http.StatusBadRequest {
		b.Error = sentence(b)
	}
	if e.Code == apperr.UsernameTaken {
		b.Username = "Username already exists" // existing clients look for it
	}
	return b
}

// sentence returns the member `error`, the only one that existing clients show.
func sentence(b body) string {
	if len(b.Errors) == 0 {
		return b.Detail
	}
	return b.Errors[0].Field + ": " + b.Errors[0].Detail
}

// challenge returns the value of WWW-Authenticate (RFC 6750, section 3).
func challenge(o Options) string {
	switch {
	case o.Challenge != "":
		return "Bearer " + o.Challenge
	case o.TokenSent:
		return `Bearer realm="api", error="invalid_token"`
	default:
		return `Bearer realm="api"`
	}
}

// TooLarge returns the error for a body of more than limit bytes.
func TooLarge(limit int64) *apperr.Error {
	return &apperr.Error{Code: BodyTooLarge, Detail: fmt.Sprintf("The body is larger than %d bytes.", limit)}
}
