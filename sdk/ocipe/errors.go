package ocipe

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// maxProblemSize is the maximum number of bytes that are read of an error response.
const maxProblemSize = 1 << 20

// Error is an error response of the server (a problem, RFC 9457).
type Error struct {
	Status     int              // the HTTP status
	Code       api.ProblemCode  // the reason; stable. Empty if the response isn't from an Ocipe server but, for example, from a proxy
	Detail     string           // the reason as a sentence for people
	Fields     []api.FieldError // all errors in the input
	RequestID  string           // identifies the request in the server's log
	RetryAfter time.Duration    // how long to wait before repeating the call; 0 if the server didn't say
	Tries      int              // how often the request was sent
	Uncertain  bool             // a try failed, but may have succeeded on the server
}

// Error returns the reason, the status, the code and the request id: "ocipe: group: This member is required (400
// invalid_input, request 3f9c2a7be1d04c58)". It contains no values of the request.
func (e *Error) Error() string {
	reasons := []string{strings.TrimSuffix(e.Detail, ".")}
	if len(e.Fields) > 0 {
		reasons = nil // the detail only refers to the fields
	}
	for _, f := range e.Fields {
		reasons = append(reasons, f.Field+": "+strings.TrimSuffix(f.Detail, "."))
	}
	facts := strings.TrimSpace(strconv.Itoa(e.Status) + " " + string(e.Code))
	if e.RequestID != "" {
		facts += ", request " + e.RequestID
	}
	return "ocipe: " + strings.Join(reasons, "; ") + " (" + facts + ")"
}

// isExpired reports whether the server, or a proxy, rejected the access token. A 401 because of a wrong password or an old login doesn't
// count, because another access token wouldn't help.
func isExpired(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Status == http.StatusUnauthorized && e.Code != api.ProblemCodeNoActiveAccount && e.Code != api.ProblemCodeReauthenticationRequired
}

func needsLogin(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code == api.ProblemCodeReauthenticationRequired
}

// endsSession reports whether err is a response of the server itself that ends the session: the refresh token is invalid (401) or
// missing (400). The response of a proxy doesn't end a session.
func endsSession(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && e.Code != "" && (e.Status == http.StatusUnauthorized || e.Status == http.StatusBadRequest)
}

// sendWith sends a request with an access token, or without one if access is empty.
func (s *session) sendWith(r *http.Request, access string) (*http.Response, error) {
	if access != "" {
		r.Header.Set("Authorization", "Bearer "+access)
	}
	return s.send(r)
}

// errorOf returns the [*Error] of an error response.
func errorOf(res *http.Response, now time.Time) error {
	defer res.Body.Close() //nolint:errcheck // read as far as needed
	e := &Error{Status: res.StatusCode, RequestID: res.Header.Get("X-Request-Id"), RetryAfter: retryAfterOf(res.Header, now)}
	var problem api.Problem
	text, err := io.ReadAll(io.LimitReader(res.Body, maxProblemSize))
	if err != nil {
		e.Detail = "the response broke off before its reason arrived; repeat the call"
		return e
	}
	if json.Unmarshal(text, &problem) != nil || problem.Code == "" {
		e.Detail = "this isn't a response of an Ocipe server; check the URL and any proxy in front of the server"
		return e
	}
	e.Code, e.Detail = problem.Code, problem.Detail
	if problem.Errors != nil {
		e.Fields = *problem.Errors
	}
	return e
}

// redirectError returns the error of a call that net/http sent again as a GET because of a redirect: nothing was changed. It has the
// status of the redirect.
func redirectError(res *http.Response) error {
	_ = res.Body.Close() // it isn't needed
	to := res.Request
	return &Error{
		Status: to.Response.StatusCode, RequestID: to.Response.Header.Get("X-Request-Id"),
		Detail: "the call was redirected to " + to.URL.Scheme + "://" + to.URL.Host + "; pass New the URL to which the server redirects",
	}
}

// NextCursor returns the cursor of the next page, from the Link header of a list response. Pass it as the Cursor
// parameter of the next call. On the last page, it returns "".
func NextCursor(res *http.Response) string {
	target, _, _ := strings.Cut(strings.TrimPrefix(res.Header.Get("Link"), "<"), ">")
	next, err := url.Parse(target)
	if err != nil {
		return ""
	}
	return next.Query().Get("cursor")
}
