package contract

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"

	"github.com/ocipe/ocipe/api/problem"
	"github.com/ocipe/ocipe/api/request"
	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/validate"
)

// checkBody reads the body. It returns its normal form (nil if it is optional and missing) and the names of the members that the
// contract doesn't know. The caller must give memory back after the response. checkBody returns the first error in this order: content
// type, size, arrival, content; or [apperr.Overloaded] if there is no memory for a body of this size.
func (g *Guard) checkBody(op *operation, w http.ResponseWriter, r *http.Request) (normal []byte, ignored []string, memory *bodyMemory, err error) {
	memory = &bodyMemory{budgets: g.bodies, user: request.UserID(r)}
	normal, ignored, err = g.readAndCheck(op, w, r, memory)
	if err != nil {
		memory.giveBack()
		return nil, ignored, nil, err
	}
	return normal, ignored, memory, nil
}

func (g *Guard) readAndCheck(op *operation, w http.ResponseWriter, r *http.Request, memory *bodyMemory) (normal []byte, ignored []string, err error) {
	sent, coding, err := readBody(op, w, r, memory)
	if err != nil {
		return nil, nil, err
	}
	if len(sent) == 0 && op.bodyOptional {
		return nil, nil, nil
	}
	if err = memory.beginProcessing(r.Context()); err != nil {
		return nil, nil, err
	}
	found, err := checkContent(op, coding, sent, r)
	if err != nil {
		return nil, found.Ignored, err
	}
	return found.Normal, found.Ignored, nil
}

func checkContent(op *operation, coding string, sent []byte, r *http.Request) (found validate.Result, err error) {
	if sent, err = decode(coding, sent, op.maxBytes); err != nil {
		return found, err
	}
	if key := request.Of(r).Key; key != nil {
		_, _ = key.Write(sent) // never fails
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

// openBody returns a reader of the body, and its content coding, which is empty if there is none. It checks the content type before
// the size.
func openBody(op *operation, w http.ResponseWriter, r *http.Request) (reader io.Reader, coding string, err error) {
	reader, present := io.Reader(r.Body), r.ContentLength > 0
	if r.ContentLength < 0 { // chunked; it may be empty
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
	return reader, coding, nil
}

// readBody returns the body as it was sent, and its content coding, which is empty if there is none.
func readBody(op *operation, w http.ResponseWriter, r *http.Request, memory *bodyMemory) (sent []byte, coding string, err error) {
	reader, coding, err := openBody(op, w, r)
	if err != nil {
		return nil, "", err
	}
	limit := op.maxBytes
	if r.ContentLength >= 0 {
		limit = r.ContentLength
	}
	if coding != "" {
		memory.maxDecoded = op.maxBytes
	}
	body, _ := r.Body.(*deadlineBody)
	if sent, err = memory.read(r.Context(), reader, body, limit); err != nil {
		if _, known := errors.AsType[*apperr.Error](err); known {
			return nil, "", err
		}
		return nil, "", readError(op, err)
	}
	if body != nil {
		body.end()
	}
	return sent, coding, nil
}

// readError returns the error for a body that couldn't be read.
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
