package ocipe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// errBodyNotRepeatable is the error of a body of the program that can't be read again.
var errBodyNotRepeatable = errors.New("the body can't be read again")

// call is a request with its tries.
type call struct {
	*session
	request   *http.Request
	traits    traits
	began     time.Time
	tries     int         // the number of tries that have begun
	connected atomic.Bool // the latest try had a connection, so the server may have received the request
	uncertain bool        // a try failed, but may have succeeded on the server
}

// try sends the request once, and reads the response unless the program reads it while it arrives.
func (c *call) try() (*http.Response, error) {
	c.tries++
	began := c.now()
	r, cancel, err := c.nextRequest()
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(r)
	if err == nil {
		res, err = c.checkResponse(res)
	}
	if err == nil && !c.traits.streams {
		err = readBody(res)
	}
	cancel() // a streamed response has no timeout
	c.logTry(res, err, c.now().Sub(began))
	return res, err
}

// nextRequest returns the request of the next try, with its own body, header and deadline.
func (c *call) nextRequest() (*http.Request, context.CancelFunc, error) {
	ctx, cancel := c.request.Context(), func() {}
	if !isRepeatable(c.request, c.traits) {
		c.connected.Store(false)
		trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { c.connected.Store(true) }}
		ctx = httptrace.WithClientTrace(ctx, trace)
	}
	if c.tryTimeout > 0 && !c.traits.long {
		ctx, cancel = context.WithTimeoutCause(ctx, c.tryTimeout, timeoutError{"a try", c.tryTimeout})
	}
	r := c.request.Clone(ctx)
	if c.tries > 1 && hasBody(r) {
		body, err := r.GetBody()
		if err != nil {
			cancel()
			return nil, nil, fmt.Errorf("ocipe: %w: %w", errBodyNotRepeatable, err)
		}
		r.Body = body
	}
	return r, cancel, nil
}

// checkResponse returns the response if it is a success of an Ocipe server, otherwise an [*Error].
func (c *call) checkResponse(res *http.Response) (*http.Response, error) {
	if to := res.Request; to != nil && to.Response != nil && to.Method != c.request.Method {
		return nil, redirectError(res)
	}
	if res.StatusCode < http.StatusBadRequest && res.Header.Get("Api-Version") != "" {
		return res, nil
	}
	return nil, errorOf(res, c.now())
}

// readBody reads the body of a response into memory, so that a lost connection makes the try fail.
func readBody(res *http.Response) error {
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close() // it was read completely
	res.Body = io.NopCloser(bytes.NewReader(body))
	return err
}

// finalError returns the error of the call, given the error of its last try.
func (c *call) finalError(err error) error {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		c.setCallInfo(nil)
		if c.tries > 1 {
			return fmt.Errorf("ocipe: after %d tries: %w", c.tries, err)
		}
		return err
	}
	e.Tries, e.Uncertain = c.tries, c.uncertain
	c.setCallInfo(http.Header{"X-Request-Id": {e.RequestID}})
	return e
}

// timeoutError is the error of a try or call that took too long.
type timeoutError struct {
	what  string
	limit time.Duration
}

// Error returns the message with the limit.
func (e timeoutError) Error() string {
	return fmt.Sprintf("ocipe: %s took longer than %v", e.what, e.limit)
}

// Timeout returns true: see [net.Error].
func (timeoutError) Timeout() bool { return true }

// Is makes the error a [context.DeadlineExceeded].
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
