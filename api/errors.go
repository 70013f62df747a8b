package api

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

// The failures that HTTP alone knows; fault has the others.
const (
	codeMalformedBody        apperr.Code = "malformed_body"
	codeNotAuthenticated     apperr.Code = "not_authenticated"
	codeCrossOrigin          apperr.Code = "cross_site_request"
	codeMethodNotAllowed     apperr.Code = "method_not_allowed"
	codeBodyTooLarge         apperr.Code = "body_too_large"
	codeUnsupportedMediaType apperr.Code = "unsupported_media_type"
	codeInternal             apperr.Code = "internal_error"
)

// problems is the only table from a failure to a status, with the usual words for it. Those of the 401s
// are Django's, which existing clients show.
var problems = map[apperr.Code]struct {
	status int
	detail string
}{
	apperr.InvalidInput:         {http.StatusBadRequest, "The input is invalid; see errors."},
	codeMalformedBody:           {http.StatusBadRequest, "The body must be one JSON object in UTF-8 without duplicate member names."},
	apperr.UsernameTaken:        {http.StatusBadRequest, "Username already exists."},
	codeNotAuthenticated:        {http.StatusUnauthorized, "Authentication credentials were not provided."},
	apperr.TokenNotValid:        {http.StatusUnauthorized, "Given token not valid for any token type"},
	apperr.NoActiveAccount:      {http.StatusUnauthorized, "No active account found with the given credentials"},
	codeCrossOrigin:             {http.StatusForbidden, "This request comes from a page of another origin. The operator can allow it with OCIPE_ALLOWED_ORIGINS."},
	apperr.NotFound:             {http.StatusNotFound, "The requested resource was not found."},
	apperr.PreconditionFailed:   {http.StatusPreconditionFailed, "The resource has changed since that ETag was returned. Get it again, then repeat the change with the new ETag."},
	codeMethodNotAllowed:        {http.StatusMethodNotAllowed, "This path does not support this method; the header Allow lists the supported ones."},
	codeBodyTooLarge:            {http.StatusRequestEntityTooLarge, "The body is too large."},
	codeUnsupportedMediaType:    {http.StatusUnsupportedMediaType, "Send the body as JSON, with the header Content-Type: application/json."},
	apperr.TooManyRegistrations: {http.StatusTooManyRequests, "Too many accounts were created from this address. Try again later."},
	apperr.Unavailable:          {http.StatusServiceUnavailable, "The database is unavailable. Try again in a moment."},
	apperr.Overloaded:           {http.StatusServiceUnavailable, "The server is overloaded. Try again in a moment."},
	codeInternal:                {http.StatusInternalServerError, "An internal error occurred. The request id identifies it in the server's log."},
}

// statusClientClosedRequest is what logs say of a client that has gone before it was answered (nginx's).
const statusClientClosedRequest = 499

// clearing is a failure whose answer also clears the refresh cookie.
type clearing struct {
	error
	cookie string
}

// Unwrap returns the failure itself.
func (c clearing) Unwrap() error { return c.error }

// problemBody is RFC 9457's object with our members and those that existing clients read: one type for what gen
// has a type of for each operation and status.
type problemBody struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Code     apperr.Code    `json:"code"`
	Errors   []problemField `json:"errors,omitempty"`
	Username string         `json:"username,omitempty"`
	Error    string         `json:"error,omitempty"`
}

type problemField struct {
	Field  string `json:"field"`
	Code   string `json:"code"`
	Detail string `json:"detail"`
}

// fail answers a failure. A deadline is an overload, and a client that has gone gets no answer. Whatever else
// isn't a fault is internal: it is logged with the request, and the client learns no more than that.
func fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		exchangeOf(r.Context()).failure = err
		w.WriteHeader(statusClientClosedRequest) // only the log will see it
		return
	}
	answerFailure(w, r, err)
}

// answerFailure is fail for a client that may still listen.
func answerFailure(w http.ResponseWriter, r *http.Request, err error) {
	x := exchangeOf(r.Context())
	x.failure = err
	f, ok := errors.AsType[*apperr.Error](err)
	switch {
	case ok:
	case errors.Is(err, context.DeadlineExceeded):
		f = apperr.Busy(apperr.Overloaded, apperr.Soon, err)
	default:
		f = apperr.New(codeInternal)
	}
	if c, ok := errors.AsType[clearing](err); ok {
		w.Header().Set("Set-Cookie", c.cookie)
	}
	writeProblem(w, f, x)
}

func writeProblem(w http.ResponseWriter, f *apperr.Error, x *exchange) {
	known := problems[f.Code]
	body := problemBody{
		Type: "about:blank", Title: http.StatusText(known.status), Status: known.status,
		Detail: known.detail, Code: f.Code,
	}
	if f.Detail != "" {
		body.Detail = f.Detail
	}
	for _, field := range f.Fields {
		body.Errors = append(body.Errors, problemField{Field: field.Path, Code: field.Code, Detail: field.Detail})
	}
	h := w.Header()
	switch known.status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", challenge(x.sentToken))
	case http.StatusBadRequest:
		if x.errorMember {
			body.Error = sentence(body)
		}
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		h.Set("Retry-After", strconv.Itoa(max(1, int(math.Ceil(f.RetryAfter.Seconds())))))
	}
	if f.Code == apperr.UsernameTaken {
		body.Username = "Username already exists" // existing clients look for it
	}
	h.Set("Content-Type", "application/problem+json")
	w.WriteHeader(known.status)
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	_ = enc.Encode(body) // the client has gone, if anything
}

// sentence says in one sentence what is wrong: existing clients show it, and nothing else.
func sentence(body problemBody) string {
	if len(body.Errors) == 0 {
		return body.Detail
	}
	return body.Errors[0].Field + ": " + body.Errors[0].Detail
}

// challenge is RFC 6750, section 3.
func challenge(sentToken bool) string {
	if sentToken {
		return `Bearer realm="api", error="invalid_token"`
	}
	return `Bearer realm="api"`
}

// tooLarge says how much a body may have.
func tooLarge(limit int64) *apperr.Error {
	return &apperr.Error{Code: codeBodyTooLarge, Detail: fmt.Sprintf("The body is larger than %d bytes.", limit)}
}
