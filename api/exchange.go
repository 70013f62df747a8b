package api

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"

	"github.com/ocipe/ocipe/internal/apperr"
)

// exchange is what is known of a request while it passes; it ends as its line in the log. It is the request's context, too:
// with one context for the exchange, one for chi's notes and one for the deadline, the request would be copied three times.
type exchange struct {
	patience
	routing *chi.Context

	id            string
	route         string // as the contract writes it; empty: none
	client        netip.Addr
	secure        bool // the client's connection is known to be encrypted
	userAgent     string
	userID        int64      // 0: nobody is logged in
	sentToken     bool       // an access or refresh token was sent, valid or not
	refreshTokens []string   // of the refresh cookies, where the operation takes them
	query         url.Values // all parameters; those that the operation knows in their normal form
	errorMember   bool       // a 400 has the member `error`
	failure       error
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// Value returns the exchange itself, what chi knows of the route, or what the connection's context holds.
func (x *exchange) Value(key any) any {
	switch key {
	case exchangeKey{}:
		return x
	case chi.RouteCtxKey:
		return x.routing
	}
	return x.patience.Value(key)
}

// routings are used again, as chi does with those that it makes itself: nothing that outlives its request may ask for the route.
var routings = sync.Pool{New: func() any { return chi.NewRouteContext() }}

// record gives the request its id, sets the headers of every answer, and writes one line
// about it: never a token, a password, a cookie, a body or a query.
func (s *Server) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.clock()
		x := &exchange{id: newRequestID(), client: s.proxies.client(r), secure: s.proxies.secure(r), userAgent: r.UserAgent()}
		x.Context, x.routing = r.Context(), routings.Get().(*chi.Context) //nolint:forcetypeassert // nothing else is in there
		h := w.Header()
		maps.Copy(h, s.headers)
		h["X-Request-Id"] = []string{x.id}
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			s.writeLine(r, x, ww, s.clock().Sub(start))
			x.end()
			x.routing.Reset()
			routings.Put(x.routing)
		}()
		next.ServeHTTP(ww, r.WithContext(x)) //nolint:contextcheck // it holds r's
	})
}

func (s *Server) writeLine(r *http.Request, x *exchange, w middleware.WrapResponseWriter, took time.Duration) {
	level, status := slog.LevelInfo, w.Status()
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("route", x.route), slog.Int("status", status),
		slog.Int64("duration_us", took.Microseconds()), slog.Int("bytes", w.BytesWritten()),
		slog.Int64("user", x.userID), slog.String("client", x.client.String()), slog.String("request", x.id),
	}
	if status >= http.StatusInternalServerError && x.failure != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.Any("error", x.failure))
	}
	if handler := s.log.Handler(); handler.Enabled(r.Context(), level) {
		line := slog.NewRecord(s.clock(), level, "request", 0) // LogAttrs would look for the line of code it is called from
		line.AddAttrs(attrs...)
		_ = handler.Handle(r.Context(), line) // there is nowhere to say that it failed
	}
}

// newRequestID is random, so that it tells nothing and collides with no other server's. It is no secret.
func newRequestID() string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], rand.Uint64()) //nolint:gosec // see above
	return hex.EncodeToString(b[:])
}

// recoverPanics answers a panic with 500 and logs it with its stack.
func (s *Server) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { //nolint:contextcheck // r carries it
			if p := recover(); p != nil {
				s.answerPanic(r.Context(), w, r, p)
			}
		}()
		next.ServeHTTP(w, r)
	})
}

func (s *Server) answerPanic(ctx context.Context, w http.ResponseWriter, r *http.Request, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // the very value is meant
		panic(p)
	}
	s.log.ErrorContext(ctx, "panic", "request", exchangeOf(ctx).id, "panic", p, "stack", string(debug.Stack()))
	if ww, ok := w.(middleware.WrapResponseWriter); ok && ww.Status() != 0 {
		panic(http.ErrAbortHandler) // the answer has begun: break it off rather than pretend
	}
	fail(w, r, apperr.New(codeInternal))
}
