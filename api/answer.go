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
	tag     string                // the header ETag; empty: none
	caching string                // the header Cache-Control; empty: nobody keeps it
	link    string                // the header Link; empty: none
	body    func(b []byte) []byte // appends it
}

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
	return writeJSON(w, a.status, a.body)
}

// writeJSON writes an answer that appendAnswer appends, with a line's end as the generated code does.
func writeJSON(w http.ResponseWriter, status int, appendAnswer func([]byte) []byte) error {
	buffer := buffers.Get().(*[]byte) //nolint:forcetypeassert // nothing else is in there
	body := append(appendAnswer((*buffer)[:0]), '\n')
	defer func() {
		if cap(body) <= keptBuffer {
			*buffer = body
			buffers.Put(buffer)
		}
	}()
	h := w.Header()
	h["Content-Type"] = typeJSON
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(status)
	_, err := w.Write(body)
	return err
}

var typeJSON = []string{"application/json"}

// buffers are what answers were written in, to be used again: a list of 50 recipes takes 80 kB, which would otherwise be
// nearly half of what it allocates. Larger ones than keptBuffer are rare, and not kept.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

const keptBuffer = 1 << 20

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
