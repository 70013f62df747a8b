// Package validate checks bodies and query parameters against the schemas of the contract. A schema is compiled once,
// when the server starts. A body is read once, token by token, and its normal form is written on the way.
package validate

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Schema is a compiled schema of a body. Create it with [Compile]. It is safe for concurrent use.
type Schema struct{ root *node }

// Result is the result of [Schema.Body].
type Result struct {
	// Normal is the normal form: texts are normalized, integers are written in digits, words of an enum as the schema
	// writes them, members under their first name. Members that the schema doesn't describe are dropped. It is nil if
	// the body is invalid.
	Normal []byte

	// Invalid has one error for each invalid member, in the order of their paths, the first 1,000 at most.
	Invalid []apperr.FieldError

	// Ignored has the dotted paths, without array indexes, of the members that were dropped: each once, clipped, the
	// first [MaxIgnored] and one more at most.
	Ignored []string
}

// Body checks a body against the schema. The error is a [Malformed] unless the body is a single JSON object. Repeated
// names, invalid UTF-8, lone surrogates and trailing data are errors too; a byte order mark isn't.
func (s *Schema) Body(text []byte) (Result, error) {
	r := readers.Get().(*bodyReader)
	defer r.close()
	return s.check(r, text)
}

func (s *Schema) check(r *bodyReader, text []byte) (Result, error) {
	r.open(bytes.TrimPrefix(text, byteOrderMark))
	if r.dec.PeekKind() != '{' {
		return Result{}, notAnObject(text)
	}
	if err := s.root.read(r); err != nil {
		return Result{}, syntaxError(text, err)
	}
	end := r.dec.InputOffset()
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return Result{}, trailingData(text, end)
	}
	result := Result{Invalid: r.invalidMembers(), Ignored: r.ignored}
	if len(result.Invalid) == 0 {
		result.Normal = r.out
	}
	return result, nil
}

// bodyReader is the state of reading one body.
type bodyReader struct {
	text   bytes.Buffer
	dec    jsontext.Decoder
	out    []byte // the normal form so far
	path   []byte // of the member that is being read, dotted
	plain  []byte // buffer for a text whose escapes are resolved
	errors collector

	ignored []string // the paths of members that were dropped

	onlyError *apperr.FieldError // the error to return instead of all others; nil: none
	file      *fileReader        // nil: the body is in memory
}

// readers keeps the buffers of the decoder for the next body.
var readers = sync.Pool{New: func() any { return new(bodyReader) }}

func (r *bodyReader) open(text []byte) {
	r.text = *bytes.NewBuffer(text)
	r.dec.Reset(&r.text)
	r.out = make([]byte, 0, len(text)) // large enough for most normal forms
}

// close returns the bodyReader to the pool, unless its buffers have become too large to keep.
func (r *bodyReader) close() {
	size := cap(r.out)
	r.reset()
	if size <= maxPooledSize {
		readers.Put(r)
	}
}

// reset drops everything that was read.
func (r *bodyReader) reset() {
	r.text, r.out, r.path, r.errors, r.ignored, r.onlyError = bytes.Buffer{}, nil, r.path[:0], collector{}, nil, nil
	r.dec.Reset(&r.text)
}

// maxPooledSize is the largest normal form, in bytes, after which a bodyReader is reused.
const maxPooledSize = 128 << 10

// invalid collects an error of the member that is being read.
func (r *bodyReader) invalid(e fieldError) {
	r.errors.add(apperr.FieldError{Path: string(r.path), Code: e.code, Detail: e.detail})
}

// invalidMembers returns the errors to report.
func (r *bodyReader) invalidMembers() []apperr.FieldError {
	if r.onlyError != nil {
		return []apperr.FieldError{*r.onlyError}
	}
	return r.errors.first()
}

// enter appends a member or an element to the path. Pass back to leave.
func (r *bodyReader) enter(name string) (parentLen int) {
	parentLen = len(r.path)
	if parentLen > 0 {
		r.path = append(r.path, '.')
	}
	r.path = append(r.path, name...)
	return parentLen
}

func (r *bodyReader) leave(parentLen int) { r.path = r.path[:parentLen] }

// content returns the text of a valid JSON string without quotes and escapes. It is valid until the next call.
func (r *bodyReader) content(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	r.plain, _ = jsontext.AppendUnquote(r.plain[:0], quoted) // can't fail: the decoder has accepted it
	return r.plain
}
