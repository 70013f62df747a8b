package contract

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/internal/apperr"
)

// checkBody reads the body and returns its normal form; nil if it is optional and missing. done must be called after the
// response. The error is the first of: content type, size, content, and [apperr.Overloaded] if the server is busy with other
// large bodies.
func (g *Guard) checkBody(op *operation, w http.ResponseWriter, r *http.Request) (normal []byte, done func(), err error) {
	text, err := readBody(op, w, r)
	if err != nil {
		return nil, nil, err
	}
	if len(text) == 0 && op.bodyOptional {
		return nil, func() {}, nil
	}
	if done, err = g.acquireBodyBudget(r.Context(), len(text)); err != nil {
		return nil, nil, err
	}
	normal, fieldErrors, err := op.body.Body(text)
	switch {
	case err != nil:
		err = apperr.New(problem.MalformedBody)
	case len(fieldErrors) > 0 && op.namedList != nil:
		normal, err = op.namedList.resolve(r, text, fieldErrors)
	case len(fieldErrors) > 0:
		err = apperr.Invalid(fieldErrors...)
	}
	if err == nil {
		return normal, done, nil
	}
	done()
	return nil, nil, err
}

// initialBuffer is the maximum buffer, in bytes, that is allocated before any of the body has arrived.
const initialBuffer = 64 << 10

func readBody(op *operation, w http.ResponseWriter, r *http.Request) ([]byte, error) {
	reader, present := io.Reader(r.Body), r.ContentLength > 0
	if r.ContentLength < 0 { // chunked, perhaps empty
		chunks := bufio.NewReader(http.MaxBytesReader(w, r.Body, op.maxBytes))
		_, err := chunks.Peek(1)
		reader, present = chunks, err == nil
	}
	if present && !isJSON(r.Header) { // without a body, the content type doesn't matter
		return nil, apperr.New(problem.UnsupportedMediaType)
	}
	if r.ContentLength > op.maxBytes {
		return nil, problem.TooLarge(op.maxBytes)
	}
	buffer := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0), initialBuffer)+bytes.MinRead))
	_, err := buffer.ReadFrom(reader)
	switch {
	case err == nil:
		return buffer.Bytes(), nil
	case errors.As(err, new(*http.MaxBytesError)):
		return nil, problem.TooLarge(op.maxBytes)
	default:
		return nil, apperr.New(problem.MalformedBody) // the client broke off
	}
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
func (g *Guard) acquireBodyBudget(ctx context.Context, size int) (done func(), err error) {
	if size <= smallBody {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, budgetWait)
	defer cancel()
	if err := g.largeBodies.Acquire(ctx, int64(size)); err != nil {
		return nil, apperr.Busy(apperr.Overloaded, apperr.Soon, err)
	}
	return func() { g.largeBodies.Release(int64(size)) }, nil
}

// isJSON reports whether a body is declared as uncompressed application/json in UTF-8.
func isJSON(h http.Header) bool {
	if len(h["Content-Type"]) == 1 && h["Content-Type"][0] == "application/json" && h["Content-Encoding"] == nil { // the usual case
		return true
	}
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset, given := params["charset"]
	encoding := h.Get("Content-Encoding")
	return err == nil && media == "application/json" && (!given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")) &&
		(encoding == "" || strings.EqualFold(encoding, "identity"))
}
