package api

import (
	"net/http"

	"github.com/ocipe/ocipe/api/request"
)

// pagedList is a list whose first items, head, have been read. more returns the following items, or an empty list at the end.
type pagedList[T any] struct {
	head  []T
	bytes int // the approximate memory that head takes
	more  func() ([]T, error)
}

// writeList responds with a list. before appends the JSON before an item, and after the end of the list.
func writeList[T any](w http.ResponseWriter, r *http.Request, list pagedList[T], before func([]byte, T) []byte, appendOne func([]byte, T) []byte, after func([]byte) []byte) {
	w.Header()["Content-Type"] = typeJSON
	out := &chunkWriter{w: w, status: http.StatusOK}
	out.run(func(b []byte, flush func([]byte) []byte) []byte {
		if list.bytes > freeResponse {
			out.take(int64(list.bytes))
		}
		for items := list.head; len(items) > 0 && out.err == nil; {
			for _, one := range items {
				b = flush(appendOne(before(b, one), one))
			}
			var err error
			if items, err = list.more(); err != nil {
				request.Abort(w, r, err)
			}
		}
		return after(b)
	})
}

// writeArray responds with a list as an array.
func writeArray[T any](w http.ResponseWriter, r *http.Request, list pagedList[T], appendOne func([]byte, T) []byte) {
	separator := byte('[')
	before := func(b []byte, _ T) []byte {
		b = append(b, separator)
		separator = ','
		return b
	}
	writeList(w, r, list, before, appendOne, func(b []byte) []byte {
		if separator == '[' { // no item
			b = append(b, separator)
		}
		return append(b, ']')
	})
}
