package api

import (
	"cmp"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/apperr"
)

// drainMax is how much of the body of a refused request is read and dropped: a client that is still sending
// would otherwise lose the answer with the connection.
const drainMax = 32 << 20

// requestDeadline bounds what an operation may take, its SQL included, once its body has come, unless the contract
// says otherwise; for the body the connection's own limits hold.
const requestDeadline = 10 * time.Second

// refuse answers a request whose body was not read, or not to its end.
func refuse(w http.ResponseWriter, r *http.Request, sent io.Reader, err error) {
	if r.Header.Get("Expect") == "" { // else it has not begun to send
		_, _ = io.CopyN(io.Discard, sent, drainMax) // whatever comes of it, the answer follows
	}
	answerFailure(w, r, err) // a body that stops coming ends the context, but its client may wait for the answer
}

// guard puts before an operation what the contract demands of its requests, in the order in which they
// are refused: a page of another origin 403, no valid access token 401, content type 415, size 413, content 400, an
// id that is none 404.
func (s *Server) guard(op *operation, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x, sent := exchangeOf(r.Context()), r.Body
		x.route, x.errorMember = op.route, op.errorMember
		op.notice.write(w.Header())
		if op.crossOrigin && s.crossOrigin.Check(r) != nil {
			refuse(w, r, sent, apperr.New(codeCrossOrigin))
			return
		}
		if op.needsUser {
			if err := s.authenticate(x, r); err != nil {
				refuse(w, r, sent, err)
				return
			}
		}
		if op.refreshCookie {
			x.refreshTokens = refreshCookies(r)
			x.sentToken = len(x.refreshTokens) > 0
		}
		if op.body == nil || len(x.refreshTokens) > 0 { // with a cookie the body isn't read
			r.Body, r.ContentLength = http.NoBody, 0
		} else {
			done, err := s.checkBody(op, w, r)
			if err != nil {
				refuse(w, r, sent, err)
				return
			}
			defer done()
		}
		if err := cmp.Or(s.checkQuery(op, r), checkPath(op, r)); err != nil {
			refuse(w, r, sent, err)
			return
		}
		joinFieldLines(r.Header, "If-Match")
		joinFieldLines(r.Header, "If-None-Match")
		x.limit(op.deadline)
		next.ServeHTTP(w, r)
	})
}

// authenticate finds out who calls. The scheme is read without regard to case (RFC 9110, section 11.1);
// another scheme counts as no header, and a token in the URL is never read.
func (s *Server) authenticate(x *exchange, r *http.Request) error {
	token, several := "", false
	for _, header := range r.Header["Authorization"] {
		scheme, credentials, _ := strings.Cut(strings.TrimSpace(header), " ")
		if strings.EqualFold(scheme, "Bearer") {
			several = x.sentToken
			token, x.sentToken = strings.TrimSpace(credentials), true
		}
	}
	if !x.sentToken {
		return apperr.New(codeNotAuthenticated)
	}
	if several {
		return apperr.New(apperr.TokenNotValid)
	}
	userID, err := s.sessions.Authenticate(token)
	if err != nil {
		return err
	}
	x.userID = userID
	return nil
}

// joinFieldLines makes one line of several, which mean the same (RFC 9110, section 5.3).
func joinFieldLines(h http.Header, name string) {
	if lines := h.Values(name); len(lines) > 1 {
		h.Set(name, strings.Join(lines, ", "))
	}
}
