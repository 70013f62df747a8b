package request

import (
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/budget"
	"github.com/ocipe/ocipe/internal/metrics"
)

// Log is the outermost middleware. It gives the request its [State] and id, sets the headers that every response has, and
// writes one log line per request, never with a token, a password, a cookie, a body or a query.
//
// A line has some attributes only in certain cases: the code of an error, the path of a 404 or an unknown route (unless the path ends
// with a text of the user), the account of a failed login, and the origin of a page that may not read the response.
type Log struct {
	Log     *slog.Logger
	Clock   func() time.Time
	Proxies TrustedProxies
	Headers *atomic.Pointer[http.Header] // of every response; nil: none
	Origin  string                       // the origin of the server
	Trace   Tracer                       // nil: none
	Metrics *metrics.Requests            // nil: none
	Memory  *budget.Budget               // for responses to GET; nil: no limit
}

// writer carries the state of its request, for code that has only the writer.
type writer struct {
	middleware.WrapResponseWriter
	state *State
}

// From returns the state of the request that w responds to; nil if it hasn't passed [Log].
func From(w http.ResponseWriter) *State {
	for {
		if known, ok := w.(writer); ok {
			return known.state
		}
		wrapped, ok := w.(interface{ Unwrap() http.ResponseWriter })
		if !ok {
			return nil
		}
		w = wrapped.Unwrap()
	}
}

// Wrap returns a handler that logs what next handles.
func (l Log) Wrap(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := l.Clock()
		l.Metrics.Begin()
		c := &requestContext{Context: r.Context(), state: State{
			ID: newID(), Client: l.Proxies.Client(r), Secure: l.Proxies.Secure(r), UserAgent: r.UserAgent(),
		}}
		state := &c.state
		h := w.Header()
		if l.Headers != nil {
			maps.Copy(h, *l.Headers.Load())
		}
		h["X-Request-Id"] = []string{state.ID}
		if r.Method == http.MethodGet || r.Method == http.MethodHead {
			state.Memory = l.Memory
		}
		ww := writer{middleware.NewWrapResponseWriter(w, r.ProtoMajor), state}
		r = r.WithContext(c) //nolint:contextcheck // c is made of the context of r
		defer func() {
			took := l.Clock().Sub(start)
			code := l.write(r, state, ww, took)
			l.Metrics.End(state.Operation, ww.Status(), code, took)
		}()
		next.ServeHTTP(ww, r)
	})
}

// write writes the log line. It returns the error code if the response is a problem.
func (l Log) write(r *http.Request, state *State, w middleware.WrapResponseWriter, took time.Duration) (code apperr.Code) {
	level, status := slog.LevelInfo, w.Status()
	if state.QueueFull && !l.Log.Enabled(r.Context(), slog.LevelDebug) {
		return apperr.Overloaded
	}
	attrs := []slog.Attr{
		slog.String("method", clip(r.Method, maxMethod)), slog.String("route", state.Route), slog.Int("status", status),
		slog.Int64("duration_us", took.Microseconds()), slog.Int("bytes", w.BytesWritten()),
		slog.Int64("user", state.UserID), slog.String("client", state.Client.String()), slog.String("request", state.ID),
	}
	if trace := l.trace(r, state, status); trace != "" {
		attrs = append(attrs, slog.String("trace", trace))
	}
	if id := state.Caller.APIToken; id != 0 {
		attrs = append(attrs, slog.Int64("api_token", id))
	}
	if status >= http.StatusBadRequest && status != statusClientClosedRequest && state.err != nil {
		code = problem.Of(state.err).Code
		attrs = append(attrs, slog.String("code", string(code)))
	}
	if !state.PathHasUserText && (status == http.StatusNotFound || status >= http.StatusBadRequest && state.Route == "") {
		attrs = append(attrs, slog.String("path", clipPath(r.URL.EscapedPath())))
	}
	if origin := l.rejectedOrigin(r, w.Header(), code); origin != "" {
		attrs = append(attrs, slog.String("refused_origin", clip(origin, maxOrigin)))
	}
	if code == apperr.NoActiveAccount || code == apperr.TooManyAttempts {
		level = slog.LevelWarn
		attrs = append(attrs, slog.String("account", clip(state.Account, maxAccount)))
	}
	if status >= http.StatusInternalServerError && state.err != nil {
		switch {
		case state.QueueFull:
			level = slog.LevelDebug
		case code != problem.Stopping: // readyz says so during a stop, which is no error
			level = slog.LevelError
		}
		attrs = append(attrs, slog.Any("error", state.err))
	}
	if handler := l.Log.Handler(); handler.Enabled(r.Context(), level) {
		line := slog.NewRecord(l.Clock(), level, "request", 0) // LogAttrs would look up the source line of the caller
		line.AddAttrs(attrs...)
		_ = handler.Handle(r.Context(), line) // there is no place to report a failing log
	}
	return code
}

// newID returns a random request id.
func newID() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], rand.Uint64()) //nolint:gosec // not a secret
	return hex.EncodeToString(b[:])
}

// Recover is the middleware that responds with 500 to a panic and logs it with its stack.
func (l Log) Recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				l.respondToPanic(w, r, p)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (l Log) respondToPanic(w http.ResponseWriter, r *http.Request, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // net/http compares this value, too
		panic(p)
	}
	l.Log.ErrorContext(r.Context(), "panic", "request", Of(r).ID, "panic", p, "stack", string(debug.Stack()))
	if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
		panic(http.ErrAbortHandler) // the response has begun: abort it, so that the client notices
	}
	Fail(w, r, apperr.New(problem.Internal))
}
