package export

import (
	"fmt"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxErrors is the maximum number of errors that are reported, as the contract says.
const maxErrors = 1000

// repeats finds the elements whose id an earlier element has.
type repeats struct {
	index  map[string]int            // of the next element, by list
	seen   map[string]map[int64]bool // ids by kind
	errors []apperr.FieldError
}

// check checks the next element of a list. Elements of the same kind must have different ids.
func (r *repeats) check(list, kind string, id int64) error {
	if r.index == nil {
		r.index, r.seen = map[string]int{}, map[string]map[int64]bool{}
	}
	if r.seen[kind] == nil {
		r.seen[kind] = map[int64]bool{}
	}
	i := r.index[list]
	r.index[list]++
	if !r.seen[kind][id] {
		r.seen[kind][id] = true
	} else if len(r.errors) < maxErrors {
		r.errors = append(r.errors, apperr.FieldError{
			Path: fmt.Sprintf("%s.%d.id", list, i), Code: "repeated", Detail: "Another element has this id.",
		})
	}
	return nil
}
