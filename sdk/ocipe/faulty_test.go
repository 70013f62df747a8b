package ocipe_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing/iotest"
	"time"
)

// try is how one try of a request ends.
type try struct {
	name       string
	handled    bool // the server may have performed the request
	repeated   bool // the client repeats the request if performing it twice is harmless
	retryAfter time.Duration
	end        func(*http.Request) (*http.Response, error)
}

// success is a try that succeeds.
var success = try{name: "success", handled: true, end: status(http.StatusOK, `{"access":"an-access-token"}`, "Api-Version", "0.0.0", "X-Request-Id", "3f9c2a7be1d04c58")}

// failures are all ways in which a try can fail.
var failures = []try{
	{name: "refused", repeated: true, end: fails(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED})},
	{name: "no such host", repeated: true, end: fails(&net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{}})},
	{name: "reset", handled: true, repeated: true, end: fails(&net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET})},
	{name: "refused after a reset", handled: true, repeated: true, end: func(r *http.Request) (*http.Response, error) {
		if trace := httptrace.ContextClientTrace(r.Context()); trace != nil {
			trace.GotConn(httptrace.GotConnInfo{})
		}
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}},
	{name: "end of the connection", handled: true, repeated: true, end: fails(io.EOF)},
	{name: "silence", handled: true, repeated: true, end: func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, context.Cause(r.Context())
	}},
	{name: "half a body", handled: true, repeated: true, end: func(r *http.Request) (*http.Response, error) {
		res, err := success.end(r)
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"acc`), iotest.ErrReader(io.ErrUnexpectedEOF)))
		return res, err
	}},
	{name: "408 of a proxy", handled: true, repeated: true, end: status(http.StatusRequestTimeout, "")},
	{name: "408", repeated: true, end: status(http.StatusRequestTimeout, problem("request_timeout"))},
	{name: "409 key in use", handled: true, repeated: true, retryAfter: 2 * time.Second, end: status(http.StatusConflict, problem("idempotency_key_in_use"), "Retry-After", "2")},
	{name: "409", end: status(http.StatusConflict, problem("too_many_api_tokens"))},
	{name: "429 of a proxy", repeated: true, end: status(http.StatusTooManyRequests, "")},
	{name: "429", repeated: true, retryAfter: 3 * time.Second, end: status(http.StatusTooManyRequests, problem("too_many_requests"), "Retry-After", "3")},
	{name: "429 for an hour", end: status(http.StatusTooManyRequests, problem("too_many_requests"), "Retry-After", "3600")},
	{name: "500", handled: true, end: status(http.StatusInternalServerError, problem("internal_error"))},
	{name: "502", handled: true, repeated: true, end: status(http.StatusBadGateway, "<h1>Bad Gateway</h1>")},
	{name: "503 of a proxy", handled: true, repeated: true, retryAfter: time.Second, end: status(http.StatusServiceUnavailable, "", "Retry-After", "1")},
	{name: "503 unavailable", handled: true, repeated: true, retryAfter: 2 * time.Second, end: status(http.StatusServiceUnavailable, problem("unavailable"), "Retry-After", "2")},
	{name: "503 overloaded", repeated: true, retryAfter: 2 * time.Second, end: status(http.StatusServiceUnavailable, problem("overloaded"), "Retry-After", "2")},
	{name: "503 until a date", repeated: true, retryAfter: 4 * time.Second, end: status(http.StatusServiceUnavailable, problem("overloaded"),
		"Date", "Sat, 28 Nov 2026 12:00:00 GMT", "Retry-After", "Sat, 28 Nov 2026 12:00:04 GMT")},
	{name: "504", handled: true, repeated: true, end: status(http.StatusGatewayTimeout, "")},
	{name: "400", end: status(http.StatusBadRequest, problem("invalid_input"))},
	{name: "404 of a portal", handled: true, end: status(http.StatusNotFound, "")},
}

// failure returns the failure with this name.
func failure(name string) try {
	for _, f := range failures {
		if f.name == name {
			return f
		}
	}
	panic("there is no failure " + name)
}

func problem(code string) string { return `{"code":"` + code + `","detail":"A reason."}` }

func fails(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// status returns a function that ends a try with a response. headers has names and values.
func status(code int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: code, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	}
}

// sent is a request that the server has received.
type sent struct {
	path, query, key, body string
	at                     time.Time
}

// faultyTransport is a transport. Request number i ends as tries[i]; later requests succeed.
type faultyTransport struct {
	tries []try
	sent  []sent
}

// RoundTrip records the request and ends it.
func (f *faultyTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	record := sent{path: r.Method + " " + r.URL.Path, query: r.URL.RawQuery, key: r.Header.Get("Idempotency-Key"), at: time.Now()}
	if r.Body != nil {
		body, err := io.ReadAll(r.Body)
		record.body = string(body)
		if err := errors.Join(err, r.Body.Close()); err != nil {
			return nil, err
		}
	}
	f.sent = append(f.sent, record)
	if n := len(f.sent); n <= len(f.tries) {
		return f.tries[n-1].end(r)
	}
	return success.end(r)
}
