// Package request keeps the state of one request: its id, the client, the user, and the values for its log line.
package request

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/go-chi/chi/v5"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/budget"
	"github.com/ocipe/ocipe/internal/idempotency"
)

// EndProcessing calls OnProcessed once.
func (s *State) EndProcessing() {
	if s.OnProcessed != nil {
		s.OnProcessed()
		s.OnProcessed = nil
	}
}

// State is the state of a request. Middleware and handlers fill it in; [Log] writes it to the log at the end.
type State struct {
	ID              string
	Route           string     // the path as the contract writes it; empty: unknown path
	Operation       string     // the id of the operation in the contract; empty: none
	Client          netip.Addr // the client's address; see TrustedProxies
	Secure          bool       // a trusted proxy says that the client's connection is encrypted
	UserAgent       string
	PathHasUserText bool   // the path ends with a text of the user, so it isn't logged
	UserID          int64  // 0: not logged in
	Caller          Caller // set if the operation needs an access token
	Account         string // the username of a failed login, as sent; for the log line

	TokenSent       bool             // the request has an access or refresh token, valid or not
	RefreshTokens   []string         // from the refresh cookies, if the operation takes them
	Query           url.Values       // all parameters; those that the contract knows are in normal form
	Body            []byte           // the checked JSON body in normal form; nil: none
	Elements        Elements         // of a checked body in a file; nil: none
	Key             *idempotency.Key // nil: the request has none, or the operation takes none
	InvalidElements []InvalidElement // the elements of a list that were left out of the body because they are invalid
	QueueFull       bool             // rejected because too many requests are waiting; logged at level debug, because there may be very many
	ErrorMember     bool             // a 400 also has the member `error`
	Challenge       string           // the parameters of WWW-Authenticate; empty: those of RFC 6750, section 3
	Memory          *budget.Budget   // for the response; nil: no limit
	OnProcessed     func()           // frees the memory of a large body; called before the response is written; may be nil

	err error // why the request failed
}

// Elements calls each for every element of the lists in a body and for every other member that is an object, in the order of the body.
// It passes the name of the list or of the object, and the normal form of the element, which is valid until each returns. It returns
// the first error of each, or an error of reading the file. It can be called several times.
type Elements func(each func(member string, element []byte) error) error

// InvalidElement is an invalid element of a list.
type InvalidElement struct {
	Index  int
	Name   string // empty: none
	Errors []apperr.FieldError
}

type stateKey struct{}

// requestContext is the context of a request with two values: its state, and the context in which chi keeps the route. Without the
// latter, chi would copy the request to add its own: about 1 µs, or 1 % of a 304.
type requestContext struct {
	context.Context //nolint:containedctx // it is a context

	state State
	route chi.Context
}

// Value returns the value of a key; see [context.Context].
func (c *requestContext) Value(key any) any {
	switch key {
	case stateKey{}:
		return &c.state
	case chi.RouteCtxKey:
		return &c.route
	}
	return c.Context.Value(key)
}

// Reject responds with the problem for err instead of the response of the handler. If the response has begun, it aborts the connection.
// It keeps err for the log line.
func (s *State) Reject(w http.ResponseWriter, err error, begun bool) {
	s.err = err
	if begun {
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{"Etag", "Link", "Content-Length"} {
		w.Header().Del(name)
	}
	w.Header().Set("Cache-Control", "no-store")
	problem.Write(w, problem.Of(err), problem.Options{})
}

// Abort aborts the connection, whether the response has begun or not, and keeps err for the log line.
func Abort(w http.ResponseWriter, r *http.Request, err error) {
	Of(r).Reject(w, err, true)
}

// Of returns the state of a request that has passed [Log].
func Of(r *http.Request) *State {
	return OfContext(r.Context())
}

// OfContext is [Of] for the context of a request.
func OfContext(ctx context.Context) *State {
	state, _ := ctx.Value(stateKey{}).(*State)
	return state
}

// UserID returns the id of the user who sent the request; 0 if the operation needs no login.
func UserID(r *http.Request) int64 { return Of(r).UserID }

// Body decodes the JSON body into a T. The body has been checked against the contract, so an error means that the contract and T
// differ: Body panics, and the client gets a 500. Without a body, it returns the zero value.
func Body[T any](r *http.Request) (body T) {
	text := Of(r).Body
	if text == nil {
		return body
	}
	if err := json.Unmarshal(text, &body); err != nil {
		var at jsontext.Pointer
		if mismatch, ok := errors.AsType[*json.SemanticError](err); ok {
			at = mismatch.JSONPointer // only the pointer: the error itself may quote the value
		}
		panic(fmt.Errorf("the contract and %T differ at %q", body, at))
	}
	return body
}

// Fail responds with the problem for err and keeps err for the log line. If the client has disconnected, it sends no body.
func Fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(r.Context().Err(), context.Canceled) {
		Of(r).err = err
		w.WriteHeader(statusClientClosedRequest)
		return
	}
	FailUnread(w, r, err)
}

// FailUnread is Fail for a request whose body wasn't read to its end. net/http cancels the context of such a request, although the
// client may still wait for the response.
func FailUnread(w http.ResponseWriter, r *http.Request, err error) {
	state := Of(r)
	state.err = err
	problem.Write(w, problem.Of(err), problem.Options{TokenSent: state.TokenSent, ErrorMember: state.ErrorMember, Challenge: state.Challenge})
}

// statusClientClosedRequest is nginx's status for a client that disconnected before the response. Only the log shows it.
const statusClientClosedRequest = 499
