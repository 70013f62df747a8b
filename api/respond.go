package api

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/api/request"
)

// writeJSON responds with v, a type of package models.
func writeJSON(w http.ResponseWriter, status int, v any) {
	write(w, status, func(b []byte, _ func([]byte) []byte) []byte {
		text, err := json.Marshal(v)
		if err != nil { // the types of package models can always be encoded
			panic(err)
		}
		return append(b, text...)
	})
}

// encoder appends the JSON of a response to b. Encoders of long lists call flush after each element and continue with the buffer
// that it returns.
//
// Recipes and lists have hand-written encoders. Compared with encoding the types of package models, they save 7 % of the CPU of
// a checklist of 30 lines and 11 % of a recipe, whose ingredients are stored as JSON. Tests check all of them against the contract.
type encoder func(b []byte, flush func([]byte) []byte) []byte

// write responds with the output of encode and a newline. If the client disconnects, write stops writing and returns normally.
func write(w http.ResponseWriter, status int, encode encoder) {
	w.Header()["Content-Type"] = typeJSON
	out := &chunkWriter{w: w, status: status}
	out.run(encode)
}

// chunkWriter writes a response in chunks while it is encoded.
type chunkWriter struct {
	w      http.ResponseWriter
	status int
	begun  bool
	err    error // the first error; nothing is written after it

	state    *request.State // nil only in unit tests
	taken    int64          // the bytes taken from the budget for responses
	deadline writeDeadline
}

func (c *chunkWriter) run(encode encoder) {
	c.state = request.From(c.w)
	defer c.giveBack()
	buffer := bufferPool.Get().(*[]byte) //nolint:forcetypeassert // the pool holds nothing else
	rest := append(encode((*buffer)[:0], c.flush), '\n')
	c.end(rest)
	if cap(rest) <= 2*chunkSize {
		*buffer = rest
		bufferPool.Put(buffer)
	}
}

// flush writes b if it is long enough, and returns the buffer to continue with.
func (c *chunkWriter) flush(b []byte) []byte {
	if len(b) < chunkSize {
		return b
	}
	c.write(b)
	return b[:0]
}

func (c *chunkWriter) end(b []byte) {
	if !c.begun && len(b) > autoLength {
		c.w.Header()["Content-Length"] = []string{strconv.Itoa(len(b))}
	}
	c.write(b)
}

func (c *chunkWriter) write(b []byte) {
	if c.err == nil && len(b) > freeResponse {
		c.take(int64(cap(b)))
	}
	if c.err != nil {
		return
	}
	if !c.begun {
		if c.state != nil {
			c.state.EndProcessing()
			if c.state.Key != nil && c.state.Key.Replayed {
				c.w.Header().Set("Idempotent-Replayed", "true")
			}
		}
		c.w.WriteHeader(c.status)
		c.begun = true
	}
	if len(b) < chunkSize && c.deadline.written == 0 { // the whole response, which fits into the connection's buffers
		_, c.err = c.w.Write(b)
		return
	}
	for len(b) > 0 && c.err == nil {
		piece := b[:min(len(b), chunkSize)]
		c.deadline.extend(c.w, len(piece))
		_, c.err = c.w.Write(piece)
		b = b[len(piece):]
	}
}

// chunkSize is how many bytes of a long response are written at once. A buffer for 10,000 recipes would take 15 MB per client.
// A response that is written in chunks has no Content-Length.
const chunkSize = 128 << 10

// autoLength is the size, in bytes, up to which net/http sets Content-Length (its bufferBeforeChunkingSize).
const autoLength = 2 << 10

var typeJSON = []string{"application/json"}

// bufferPool keeps the buffers for reuse: without it, the 60 kB of a list of 50 recipes are nearly half of the allocations of the
// request.
var bufferPool = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }}

// appendString appends a JSON string.
func appendString(b []byte, s string) []byte {
	b, err := jsontext.AppendQuote(b, s)
	if err != nil { // only for invalid UTF-8, which the database doesn't store
		panic(err)
	}
	return b
}

// appendTime appends a time as the contract's Timestamp.
func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, `"2006-01-02T15:04:05.000000Z"`)
}

// listEncoder encodes an array.
func listEncoder[T any](list []T, appendOne func([]byte, T) []byte) encoder {
	return func(b []byte, flush func([]byte) []byte) []byte { return appendList(b, flush, list, appendOne) }
}

func appendList[T any](b []byte, flush func([]byte) []byte, list []T, appendOne func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, one := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = flush(appendOne(b, one))
	}
	return append(b, ']')
}

// oneEncoder encodes one element.
func oneEncoder[T any](one T, appendOne func([]byte, T) []byte) encoder {
	return func(b []byte, _ func([]byte) []byte) []byte { return appendOne(b, one) }
}
