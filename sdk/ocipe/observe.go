package ocipe

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// CallInfo has details about a call. See [WithCallInfo].
type CallInfo struct {
	RequestID string // of the last response; identifies the request in the server's log. Empty if there was no response
	Tries     int    // how often the request was sent
}

type callInfoKey struct{}

// WithCallInfo returns a context. A call with this context sets info before it returns, whether it succeeds or not. Don't use the
// context for concurrent calls.
func WithCallInfo(ctx context.Context, info *CallInfo) context.Context {
	return context.WithValue(ctx, callInfoKey{}, info)
}

// detached returns a context for a request that other calls also wait for. It isn't cancelled with ctx, and doesn't set the [CallInfo]
// of ctx, which belongs to another request.
func detached(ctx context.Context) context.Context {
	return context.WithValue(context.WithoutCancel(ctx), callInfoKey{}, nil)
}

// WithLogger makes the client log to l: each try with level debug, and each retry with level warn. The attributes are method, path, try,
// status, request_id, code, duration, wait and error. Tokens, cookies, other headers, query parameters and bodies are never logged.
func WithLogger(l *slog.Logger) Option { return func(s *session) { s.logger = l } }

// setCallInfo sets the [CallInfo] of a call, if its context has one.
func (c *call) setCallInfo(h http.Header) {
	if info, found := c.request.Context().Value(callInfoKey{}).(*CallInfo); found {
		*info = CallInfo{RequestID: h.Get("X-Request-Id"), Tries: c.tries}
	}
}

// logTry logs a try; res is nil if it has an error.
func (c *call) logTry(res *http.Response, err error, took time.Duration) {
	ctx := c.request.Context()
	if c.logger == nil || !c.logger.Enabled(ctx, slog.LevelDebug) {
		return
	}
	attributes := append(c.attributes(), slog.Duration("duration", took))
	if err == nil {
		attributes = append(attributes, slog.Int("status", res.StatusCode), slog.String("request_id", res.Header.Get("X-Request-Id")))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "ocipe: request", append(attributes, errorAttributes(err)...)...)
}

// logRetry logs that the request is sent again after wait.
func (c *call) logRetry(err error, wait time.Duration) {
	if c.logger == nil {
		return
	}
	attributes := append(c.attributes(), slog.Duration("wait", wait))
	c.logger.LogAttrs(c.request.Context(), slog.LevelWarn, "ocipe: request failed, trying again", append(attributes, errorAttributes(err)...)...)
}

// attributes returns the attributes that identify a try.
func (c *call) attributes() []slog.Attr {
	return []slog.Attr{slog.String("method", c.request.Method), slog.String("path", c.request.URL.Path), slog.Int("try", c.tries)}
}

// errorAttributes returns the attributes that describe the error of a try. They don't include the URL and the detail of the server,
// because those may quote the request.
func errorAttributes(err error) []slog.Attr {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return []slog.Attr{slog.Int("status", e.Status), slog.String("request_id", e.RequestID), slog.String("code", string(e.Code))}
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return []slog.Attr{slog.String("error", err.Error())}
}
