package api

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/ocipe/ocipe/internal/recipe"
)

// The answers that are large or have an order of their own are written here rather than by the generated code: what is
// stored in its final form goes out as it is, and nothing is converted on the way. Every test holds them against the
// contract.

// answer is one of these.
type answer struct {
	status  int
	tag     string // the header ETag; empty: none
	caching string // the header Cache-Control; empty: nobody keeps it
	link    string // the header Link; empty: none
	body    body   // nil: there is none
}

// body appends what an answer says. What may be long hands over what it has so far, now and then, and goes on with the
// buffer that it gets for that.
type body func(b []byte, handOver func([]byte) []byte) []byte

func (a answer) write(w http.ResponseWriter) error {
	h := w.Header()
	if a.tag != "" {
		h["Etag"] = []string{a.tag}
	}
	if a.caching != "" {
		h["Cache-Control"] = []string{a.caching}
	}
	if a.link != "" {
		h["Link"] = []string{a.link}
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return nil
	}
	h["Content-Type"] = typeJSON
	return a.writeBody(w)
}

// writeBody ends the text with a line's end, as the generated code does.
func (a answer) writeBody(w http.ResponseWriter) (err error) {
	buffer := buffers.Get().(*[]byte) //nolint:forcetypeassert // nothing else is in there
	begun := false
	rest := append(a.body((*buffer)[:0], func(b []byte) []byte {
		if len(b) < pieceSize {
			return b
		}
		if !begun {
			w.WriteHeader(a.status)
			begun = true
		}
		if err == nil { // else there is nobody to write to
			_, err = w.Write(b)
		}
		return b[:0]
	}), '\n')
	defer func() {
		if cap(rest) <= 2*pieceSize {
			*buffer = rest
			buffers.Put(buffer)
		}
	}()
	if !begun {
		if len(rest) > countedByHTTP {
			w.Header()["Content-Length"] = []string{strconv.Itoa(len(rest))}
		}
		w.WriteHeader(a.status)
	}
	if err == nil {
		_, err = w.Write(rest)
	}
	return err
}

// countedByHTTP is how long an answer may be for net/http to find out its length by itself (its bufferBeforeChunkingSize). With
// another header the usual short answer would have more than 8, for which a map grows, and its copy too.
const countedByHTTP = 2 << 10

// pieceSize is how much of a long answer is written at once: 10,000 recipes at a time would be 15 MB for each client. Such an
// answer has no Content-Length; over HTTP/1.0 it ends with the connection.
const pieceSize = 256 << 10

var typeJSON = []string{"application/json"}

// buffers are what answers were written in, to be used again: a list of 50 recipes takes 60 kB, which would otherwise be
// nearly half of what it allocates.
var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 4<<10)) }}

// appendText appends a JSON string.
func appendText(b []byte, text string) []byte {
	b, err := jsontext.AppendQuote(b, text)
	if err != nil { // the database holds UTF-8 only
		panic(err)
	}
	return b
}

// appendTime appends a time as the contract's Timestamp.
func appendTime(b []byte, t time.Time) []byte {
	return t.UTC().AppendFormat(b, `"2006-01-02T15:04:05.000000Z"`)
}

// appendAll appends an array.
func appendAll[T any](b []byte, all []T, appendOne func([]byte, T) []byte) []byte {
	b = append(b, '[')
	for i, one := range all {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendOne(b, one)
	}
	return append(b, ']')
}

// appendRecipe appends the contract's Recipe.
func appendRecipe(b []byte, r recipe.Recipe) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), r.ID, 10)
	b = appendText(append(b, `,"name":`...), r.Name)
	b = appendText(append(b, `,"meat_type":`...), r.MeatType)
	b = strconv.AppendInt(append(b, `,"longevity":`...), r.Longevity, 10)
	b = appendText(append(b, `,"frequency":`...), r.Frequency)
	b = appendText(append(b, `,"note":`...), r.Note)
	b = appendText(append(b, `,"state":`...), r.State)
	b = append(append(b, `,"ingredient_list":`...), r.Ingredients...)
	b = appendTime(append(b, `,"added_date":`...), r.AddedDate)
	if r.Accuracy >= 0 {
		b = strconv.AppendInt(append(b, `,"accuracy":`...), r.Accuracy, 10)
	}
	return append(b, '}')
}
