package ocipe

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// The defaults of the options below.
const (
	defaultRetries       = 2
	defaultTryTimeout    = 30 * time.Second
	defaultTimeout       = 90 * time.Second
	defaultMaxRetryAfter = 8 * time.Second
)

// refreshWindow is how long after its first try a refresh may be repeated. Within the server's grace period, 30 s by default, the
// response to a repeated refresh has the same token.
const refreshWindow = 5 * time.Second

// policy determines how often and how long a request is tried.
type policy struct {
	retries       int
	tryTimeout    time.Duration // 0: none
	timeout       time.Duration // 0: none
	maxRetryAfter time.Duration
	logger        *slog.Logger // nil: none
	now           func() time.Time
	sleep         func(context.Context, time.Duration) error // waits before a retry
}

func defaultPolicy() policy {
	return policy{
		retries: defaultRetries, tryTimeout: defaultTryTimeout, timeout: defaultTimeout, maxRetryAfter: defaultMaxRetryAfter,
		now: time.Now, sleep: sleep, //nolint:forbidigo // programs that use the SDK have the real clock
	}
}

// WithRetries makes the client repeat a failed request up to n times; the default is 2, and 0 means never. It repeats a request
// after a connection error and after the statuses 408, 429, 502, 503 and 504, but only if that can't perform an operation twice: see the
// README. It waits up to 0.5 s before the first retry, up to 1 s before the second, and so on up to 8 s. It also waits as long as the
// server asks for in Retry-After.
func WithRetries(n int) Option { return func(s *session) { s.retries = max(0, n) } }

// WithTryTimeout limits how long one try of a request may take, until the whole response has arrived; the default is 30 s, and 0 means
// no limit. It doesn't apply to [Client.ExportAccount], [Client.ImportAccount] and [Client.ImportRecipes], because they may take longer.
// Pass them a context with a deadline.
func WithTryTimeout(d time.Duration) Option { return func(s *session) { s.tryTimeout = max(0, d) } }

// WithTimeout limits how long a call may take with all its tries and waits; the default is 90 s, and 0 means no limit. The deadline of
// the call's context also applies. If the next try would start after one of them, the call returns the error of the last try. The
// exceptions are the same as those of [WithTryTimeout].
func WithTimeout(d time.Duration) Option { return func(s *session) { s.timeout = max(0, d) } }

// WithMaxRetryAfter sets the maximum Retry-After that the client waits for; the default is 8 s. If the server asks for more, the call
// returns an [*Error] at once.
func WithMaxRetryAfter(d time.Duration) Option {
	return func(s *session) { s.maxRetryAfter = max(0, d) }
}

// withTimeout calls do with a request whose context has the timeout of a call.
func (s *session) withTimeout(r *http.Request, do func(*http.Request) (*http.Response, error)) (*http.Response, error) {
	if s.timeout == 0 || s.traitsOf(r).long {
		return do(r)
	}
	ctx, cancel := context.WithTimeoutCause(r.Context(), s.timeout, timeoutError{"the call", s.timeout})
	defer cancel()
	return do(r.WithContext(ctx))
}

// sendPlain sends a request without an access token.
func (s *session) sendPlain(r *http.Request) (*http.Response, error) { return s.withTimeout(r, s.send) }

// send sends a request, and repeats it as the policy allows. It returns an [*Error] unless an Ocipe server responds with success.
func (s *session) send(r *http.Request) (*http.Response, error) {
	s.addKey(r)
	c := &call{session: s, request: r, traits: s.traitsOf(r), began: s.now()}
	for {
		res, err := c.try() //nolint:contextcheck // its context is that of the request
		if err == nil {
			setPosition(r, res)
			c.setCallInfo(res.Header)
			return res, nil
		}
		c.uncertain = c.uncertain || isTransient(err) && !c.isNotPerformed(err)
		wait, again := c.mayRetry(err)
		if !again {
			return nil, c.finalError(err)
		}
		c.logRetry(err, wait) //nolint:contextcheck // its context is that of the request
		if err := s.sleep(r.Context(), wait); err != nil {
			return nil, c.finalError(err)
		}
	}
}

// mayRetry reports whether to send the request again after err, and how long to wait before. If no try can have succeeded on the server,
// every request may be sent again.
func (c *call) mayRetry(err error) (wait time.Duration, again bool) {
	ctx := c.request.Context()
	if c.tries > c.retries || ctx.Err() != nil || !canResend(c.request) || !isTransient(err) {
		return 0, false
	}
	retryAfter := retryAfterOfError(err)
	wait = retryAfter + backoff(c.tries)
	if deadline, ok := ctx.Deadline(); ok && deadline.Sub(c.now()) <= wait {
		return 0, false
	}
	return wait, retryAfter <= c.maxRetryAfter && (!c.uncertain || c.mayPerformTwice(wait))
}

// mayPerformTwice reports whether it is harmless if the server performs the request a second time after wait.
func (c *call) mayPerformTwice(wait time.Duration) bool {
	if c.traits.refresh {
		return c.now().Sub(c.began)+wait < refreshWindow
	}
	return isRepeatable(c.request, c.traits)
}

// isNotPerformed reports whether it is certain that the server hasn't performed the request. That isn't certain after a 503 with code
// unavailable: the server may have lost the database during the commit.
func (c *call) isNotPerformed(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return isDialError(err) && !c.connected.Load()
	}
	return e.Status == http.StatusTooManyRequests || e.Code == api.ProblemCodeOverloaded || e.Code == api.ProblemCodeRequestTimeout
}

// isTransient reports whether a retry may succeed.
func isTransient(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return !isCertificateError(err) && !errors.Is(err, errBodyNotRepeatable)
	}
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return e.Code == codeKeyInUse
}

// retryAfterOfError returns the time to wait that the server asks for, or 0.
func retryAfterOfError(err error) time.Duration {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.RetryAfter
	}
	return 0
}

// isDialError reports whether the client couldn't connect to the server.
func isDialError(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && (e.Op == "dial" || e.Op == "proxyconnect")
}

// isCertificateError reports whether the server isn't the expected one, or doesn't use TLS. A retry won't change that.
func isCertificateError(err error) bool {
	_, invalid := errors.AsType[*tls.CertificateVerificationError](err)
	_, plain := errors.AsType[tls.RecordHeaderError](err)
	return invalid || plain || errors.Is(err, http.ErrSchemeMismatch)
}
