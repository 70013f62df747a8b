package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/request"
)

// rows is a list whose first items have been read. next returns the following items, or an empty list at the end.
type rows[T any] struct {
	first []T
	bytes int // the approximate memory that first takes
	next  func() ([]T, error)
}

// writeRows responds with a list. before appends the JSON before an item, and after the end of the list.
func writeRows[T any](w http.ResponseWriter, r *http.Request, list rows[T], before func([]byte, T) []byte, appendOne func([]byte, T) []byte, after func([]byte) []byte) {
	w.Header()["Content-Type"] = typeJSON
	out := &chunks{w: w, status: http.StatusOK}
	out.run(func(b []byte, flush func([]byte) []byte) []byte {
		if list.bytes > freeResponse {
			out.take(int64(list.bytes))
		}
		for items := list.first; len(items) > 0 && out.err == nil; {
			for _, one := range items {
				b = flush(appendOne(before(b, one), one))
			}
			var err error
			if items, err = list.next(); err != nil {
				request.Abort(w, r, err)
			}
		}
		return after(b)
	})
}

// writeArray responds with a list as an array.
func writeArray[T any](w http.ResponseWriter, r *http.Request, list rows[T], appendOne func([]byte, T) []byte) {
	separator := byte('[')
	before := func(b []byte, _ T) []byte {
		b = append(b, separator)
		separator = ','
		return b
	}
	writeRows(w, r, list, before, appendOne, func(b []byte) []byte {
		if separator == '[' { // no item
			b = append(b, separator)
		}
		return append(b, ']')
	})
}
