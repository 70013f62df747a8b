// Package validate checks what clients send against schemas of the contract. A schema is compiled once, when the server
// starts; a body is then read once, token by token, and its normal form is written while it is read.
package validate

import (
	"bytes"
	"errors"
	"io"
	"sync"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/apperr"
)

// Schema is a compiled schema of the contract. Make it with [Compile]. Any number of goroutines may use it.
type Schema struct{ root *node }

// Body returns the normal form of a body, a JSON object: texts in their form, integers in digits, and of an object the
// members that the schema knows. What others hold doesn't matter. If there are faults, the normal form is nil.
// The faults are told all at once, one for each member, in the order of their paths; of more than 1,000 the first.
//
// It fails if the text isn't one JSON object. jsontext refuses what RFC 8259 leaves open: repeated names, invalid
// UTF-8, lone surrogates, trailing data.
func (s *Schema) Body(text []byte) (normal []byte, faults []apperr.FieldError, err error) {
	r := readings.Get().(*reading)
	defer r.close()
	return s.check(r, text)
}

func (s *Schema) check(r *reading, text []byte) (normal []byte, faults []apperr.FieldError, err error) {
	r.open(text)
	if r.dec.PeekKind() != '{' {
		return nil, nil, errors.New("no JSON object")
	}
	if err := s.root.read(r); err != nil {
		return nil, nil, err
	}
	if _, err := r.dec.ReadToken(); !errors.Is(err, io.EOF) {
		return nil, nil, errors.New("data after the JSON object")
	}
	if faults := r.faults.all(); len(faults) > 0 {
		return nil, faults, nil
	}
	return r.out, nil, nil
}

// reading is one body on its way through a schema.
type reading struct {
	text    bytes.Buffer
	dec     jsontext.Decoder
	out     []byte // the normal form so far
	path    []byte // of the member that is being read, dotted
	escaped []byte // room for a text without its escapes
	faults  faults
}

// readings keeps for the next body what the decoder has allocated.
var readings = sync.Pool{New: func() any { return new(reading) }}

func (r *reading) open(text []byte) {
	r.text = *bytes.NewBuffer(text)
	r.dec.Reset(&r.text)
	r.out = make([]byte, 0, len(text)) // which is seldom too little
}

// close lets another body have the reading. After a large one it would keep too much room.
func (r *reading) close() {
	size := cap(r.out)
	r.forget()
	if size <= keptBody {
		readings.Put(r)
	}
}

// forget keeps nothing of the body.
func (r *reading) forget() {
	r.text, r.out, r.path, r.faults = bytes.Buffer{}, nil, r.path[:0], faults{}
	r.dec.Reset(&r.text)
}

// keptBody is up to which size of a body its reading is used again, in bytes.
const keptBody = 128 << 10

// flaw notes what is wrong with the member that is being read.
func (r *reading) flaw(f flaw) {
	r.faults.add(apperr.FieldError{Path: string(r.path), Code: f.code, Detail: f.detail})
}

// enter goes to a member or an element, and returns the way back.
func (r *reading) enter(name string) (back int) {
	back = len(r.path)
	if back > 0 {
		r.path = append(r.path, '.')
	}
	r.path = append(r.path, name...)
	return back
}

func (r *reading) leave(back int) { r.path = r.path[:back] }

// content returns what stands between the quotes of a valid JSON string. It is good until the next call.
func (r *reading) content(quoted []byte) []byte {
	if bytes.IndexByte(quoted, '\\') < 0 {
		return quoted[1 : len(quoted)-1]
	}
	r.escaped, _ = jsontext.AppendUnquote(r.escaped[:0], quoted) // the decoder has read it without a fault
	return r.escaped
}
