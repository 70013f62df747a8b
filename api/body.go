package api

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

	"github.com/ocipe/ocipe/internal/apperr"
)

// checkBody reads the body, checks it against the contract, and leaves its normalised form for the
// generated code to decode. done is to be called when the request has been answered. It fails with the first of: content
// type, size, content; and with [apperr.Overloaded] if too many large bodies are being worked on.
func (s *Server) checkBody(op *operation, w http.ResponseWriter, r *http.Request) (done func(), err error) {
	reader, present := io.Reader(r.Body), r.ContentLength > 0
	if r.ContentLength < 0 { // chunked, perhaps empty
		chunks := bufio.NewReader(http.MaxBytesReader(w, r.Body, op.maxBytes))
		_, err := chunks.Peek(1)
		reader, present = chunks, err == nil
	}
	if present && !isJSON(r.Header) { // the type of no body doesn't matter
		return nil, apperr.New(codeUnsupportedMediaType)
	}
	if r.ContentLength > op.maxBytes {
		return nil, tooLarge(op.maxBytes)
	}
	buffer := bytes.NewBuffer(make([]byte, 0, min(max(r.ContentLength, 0), firstBody)+bytes.MinRead))
	_, err = buffer.ReadFrom(reader)
	text := buffer.Bytes()
	switch {
	case err != nil && errors.As(err, new(*http.MaxBytesError)):
		return nil, tooLarge(op.maxBytes)
	case err != nil:
		return nil, apperr.New(codeMalformedBody) // the client broke off
	case len(text) == 0 && op.optional:
		r.Body, r.ContentLength = http.NoBody, 0
		return func() {}, nil
	}
	if done, err = s.weigh(r.Context(), len(text)); err != nil {
		return nil, err
	}
	if text, err = normalBody(op, text); err != nil {
		done()
		return nil, err
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	return done, nil
}

// firstBody is how many bytes of a body, at most, there is room for before they have come.
const firstBody = 64 << 10

// normalBody returns the normal form of a body.
func normalBody(op *operation, text []byte) ([]byte, error) {
	normal, faults, err := op.body.Body(text)
	switch {
	case err != nil:
		return nil, apperr.New(codeMalformedBody)
	case len(faults) > 0:
		return nil, apperr.Invalid(faults...)
	}
	return normal, nil
}

// Bodies above smallBody wait for each other where they are more than largeBodies together, in bytes: what is made of
// them takes several times as much memory, and some seconds of a processor.
const (
	smallBody   = 1 << 20
	largeBodies = 32 << 20
	weighWait   = 10 * time.Second
)

// weigh waits until there is room for a body of this size, and returns what makes the room free again. It fails with
// [apperr.Overloaded] if there is none for 10 s.
func (s *Server) weigh(ctx context.Context, size int) (done func(), err error) {
	if size <= smallBody {
		return func() {}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, weighWait)
	defer cancel()
	if err := s.room.Acquire(ctx, int64(size)); err != nil {
		return nil, apperr.Busy(apperr.Overloaded, apperr.Soon, err)
	}
	return func() { s.room.Release(int64(size)) }, nil
}

// isJSON tells whether a body is declared as application/json in UTF-8, not compressed.
func isJSON(h http.Header) bool {
	if len(h["Content-Type"]) == 1 && h["Content-Type"][0] == "application/json" && h["Content-Encoding"] == nil { // most
		return true
	}
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset, given := params["charset"]
	encoding := h.Get("Content-Encoding")
	return err == nil && media == "application/json" && (!given || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "utf8")) &&
		(encoding == "" || strings.EqualFold(encoding, "identity"))
}
