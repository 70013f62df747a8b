package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"runtime/debug"
	"time"

	"github.com/go-chi/chi/v5/middleware"

	"github.com/ocipe/ocipe/internal/fault"
)

// exchange is what is known of a request while it passes; it ends as its line in the log.
type exchange struct {
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

// record gives the request its id, sets the headers of every answer, and writes one line
// about it: never a token, a password, a cookie, a body or a query.
func (s *Server) record(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.clock()
		x := &exchange{id: newRequestID(), client: s.proxies.client(r), secure: s.proxies.secure(r), userAgent: r.UserAgent()}
		h := w.Header()
		h.Set("X-Request-Id", x.id)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Server", s.software)
		h.Set("Api-Version", s.apiVersion) // as net/http writes it
		h.Set("Cache-Control", "no-store") // what may be cached says so itself
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		ww := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() { s.writeLine(r, x, ww, s.clock().Sub(start)) }()
		next.ServeHTTP(ww, r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x)))
	})
}

func (s *Server) writeLine(r *http.Request, x *exchange, w middleware.WrapResponseWriter, took time.Duration) {
	level, status := slog.LevelInfo, w.Status()
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("route", x.route), slog.Int("status", status),
		slog.Float64("duration_ms", float64(took.Microseconds())/1000), slog.Int("bytes", w.BytesWritten()),
		slog.Int64("user", x.userID), slog.String("client", x.client.String()), slog.String("request", x.id),
	}
	if status >= http.StatusInternalServerError && x.failure != nil {
		level = slog.LevelError
		attrs = append(attrs, slog.Any("error", x.failure))
	}
	s.log.LogAttrs(r.Context(), level, "request", attrs...)
}

// newRequestID is random, so that it tells nothing and collides with no other server's.
func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
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
	fail(w, r, fault.New(codeInternal))
}
