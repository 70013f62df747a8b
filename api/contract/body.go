package contract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/validate"
)

// checkBody reads the body and returns its normal form, nil if it is optional and missing, and the members that the contract
// doesn't know. done must be called after the response. The error is the first of: content type, size, arrival, content, and
// [apperr.Overloaded] if the server is busy with other large bodies.
func (g *Guard) checkBody(op *operation, w http.ResponseWriter, r *http.Request) (normal []byte, ignored []string, done func(), err error) {
	sent, coding, err := readBody(op, w, r)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(sent) == 0 && op.bodyOptional {
		return nil, nil, func() {}, nil
	}
	size := int64(len(sent))
	if coding != "" {
		size = op.maxBytes
	}
	if done, err = g.acquireBodyBudget(r.Context(), size); err != nil {
		return nil, nil, nil, err
	}
	found, err := checkContent(op, coding, sent, r)
	if err != nil {
		done()
		return nil, found.Ignored, nil, err
	}
	return found.Normal, found.Ignored, done, nil
}

func checkContent(op *operation, coding string, sent []byte, r *http.Request) (found validate.Result, err error) {
	if sent, err = unpack(coding, sent, op.maxBytes); err != nil {
		return found, err
	}
	if found, err = op.body.Body(sent); err != nil {
		return found, &apperr.Error{Code: problem.MalformedBody, Detail: err.Error()}
	}
	switch {
	case len(found.Invalid) == 0:
		return found, nil
	case op.namedList != nil:
		found.Normal, err = op.namedList.resolve(r, sent, found.Invalid)
		return found, err
	default:
		return found, apperr.Invalid(found.Invalid...)
	}
}

// initialBuffer is the maximum buffer, in bytes, that is allocated before any of the body has arrived.
const initialBuffer = 64 << 10

// readBody returns the body as it was sent, and its content coding; empty: none.
func readBody(op *operation, w http.ResponseWriter, r *http.Request) (sent []byte, coding string, err error) {
	reader, present := io.Reader(r.Body), r.ContentLength > 0
	if r.ContentLength < 0 { // chunked, perhaps empty
		chunks := bufio.NewReader(http.MaxBytesReader(w, r.Body, op.maxBytes))
		_, err := chunks.Peek(1)
		reader, present = chunks, err == nil
	}
	if present { // without a body, the content type doesn't matter
		if coding, err = contentCoding(op, r.Header, w.Header()); err != nil {
			return nil, "", err
		}
	}
	if r.ContentLength > op.maxBytes {
		return nil, "", problem.TooLarge(op.maxBytes)
	}
	buffer := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0), initialBuffer)+bytes.MinRead))
	if _, err = buffer.ReadFrom(reader); err != nil {
		return nil, "", readError(op, err)
	}
	if body, ok := r.Body.(*pacedBody); ok {
		body.end()
	}
	return buffer.Bytes(), coding, nil
}

// readError says why a body didn't arrive.
func readError(op *operation, err error) error {
	switch {
	case errors.As(err, new(*http.MaxBytesError)):
		return problem.TooLarge(op.maxBytes)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return &apperr.Error{Code: problem.RequestTimeout, Cause: err}
	case !isDisconnect(err):
		return &apperr.Error{Code: problem.MalformedBody, Detail: "The chunks of the body are invalid (RFC 9112, section 7.1).", Cause: err}
	}
	return &apperr.Error{Code: problem.IncompleteBody, Cause: err}
}

// Bodies over smallBody share a budget of largeBodies bytes: decoding takes several times their size in memory, and seconds
// of CPU.
const (
	smallBody   = 1 << 20
	largeBodies = 32 << 20
	budgetWait  = 10 * time.Second
)

// acquireBodyBudget waits until a body of this size fits into the budget; done gives it back. It returns
// [apperr.Overloaded] after 10 s.
func (g *Guard) acquireBodyBudget(ctx context.Context, size int64) (done func(), err error) {
	if size <= smallBody {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, budgetWait)
	defer cancel()
	if err := g.largeBodies.Acquire(ctx, size); err != nil {
		return nil, apperr.Busy(apperr.Overloaded, apperr.Soon, err)
	}
	return func() { g.largeBodies.Release(size) }, nil
}
