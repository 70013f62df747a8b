package ocipe

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ocipe/ocipe/gen/models"
)

// maxProblem bounds how much of a refusal is read, in bytes.
const maxProblem = 1 << 20

// Error is what the server answered instead of what was asked for (RFC 9457).
type Error struct {
	Status     int                 // HTTP's
	Code       models.ProblemCode  // stable, made for programs; empty if something else than Ocipe answered
	Detail     string              // one sentence for a person
	Fields     []models.FieldError // the faults of the input, all of them
	RequestID  string              // names the request in the server's log
	RetryAfter time.Duration       // after which the call may be repeated; 0 if the server promises nothing
}

// Error describes the refusal. It holds nothing of what was sent.
func (e *Error) Error() string {
	var text strings.Builder
	fmt.Fprintf(&text, "ocipe: %d %s: %s", e.Status, e.Code, e.Detail)
	for _, f := range e.Fields {
		fmt.Fprintf(&text, " %s: %s", f.Field, f.Detail)
	}
	return text.String()
}

func isUnauthorized(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && refused.Status == http.StatusUnauthorized
}

// isRefusal tells whether the server itself says that a session can't go on: the refresh token isn't valid (401), or there
// is none (400). What a proxy says ends no session.
func isRefusal(err error) bool {
	refused, ok := errors.AsType[*Error](err)
	return ok && refused.Code != "" && (refused.Status == http.StatusUnauthorized || refused.Status == http.StatusBadRequest)
}

// sendWith sends a request with an access token, if there is one.
func (s *session) sendWith(r *http.Request, access string) (*http.Response, error) {
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	return s.send(r)
}

// send sends a request. Whatever isn't a success becomes an error.
func (s *session) send(r *http.Request) (*http.Response, error) {
	res, err := s.http.Do(r)
	if err != nil {
		return nil, err
	}
	if res.StatusCode < http.StatusBadRequest && res.Header.Get("Api-Version") != "" {
		return res, nil
	}
	return nil, errorOf(res)
}

func errorOf(res *http.Response) error {
	defer res.Body.Close() //nolint:errcheck // read as far as it matters
	e := &Error{Status: res.StatusCode, RequestID: res.Header.Get("X-Request-Id")}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil {
		e.RetryAfter = time.Duration(seconds) * time.Second
	}
	var problem models.Problem
	text, err := io.ReadAll(io.LimitReader(res.Body, maxProblem))
	if err != nil || json.Unmarshal(text, &problem) != nil || problem.Code == "" {
		e.Detail = "this is no answer of an Ocipe server; check the URL, and what stands before the server"
		return e
	}
	e.Code, e.Detail = problem.Code, problem.Detail
	if problem.Errors != nil {
		e.Fields = *problem.Errors
	}
	return e
}

// NextCursor returns where the page after this answer's begins, for the parameter Cursor of the next call; "" after the
// last one.
func NextCursor(res *http.Response) string {
	target, _, _ := strings.Cut(strings.TrimPrefix(res.Header.Get("Link"), "<"), ">")
	next, err := url.Parse(target)
	if err != nil {
		return ""
	}
	return next.Query().Get("cursor")
}
