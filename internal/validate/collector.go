package validate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxErrors is the maximum number of field errors that are reported, as the contract says.
const maxErrors = 1000

// collector collects the field errors of a body and keeps the first maxErrors in the order of their paths. A large body
// may have hundreds of thousands of errors, so collector drops the others while it collects.
type collector struct {
	found []apperr.FieldError
	last  string // path of the last error to report, once there are maxErrors
}

func (c *collector) add(e apperr.FieldError) {
	if c.last != "" && comparePaths(e.Path, c.last) > 0 {
		return
	}
	c.found = append(c.found, e)
	if len(c.found) == 2*maxErrors {
		c.found = c.first()
		c.last = c.found[maxErrors-1].Path
	}
}

// first returns the errors to report, in the order of their paths.
func (c *collector) first() []apperr.FieldError {
	slices.SortFunc(c.found, func(a, b apperr.FieldError) int { return comparePaths(a.Path, b.Path) })
	return c.found[:min(len(c.found), maxErrors)]
}

// comparePaths compares dotted paths step by step, and array indexes as numbers.
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if isIndex(x) && isIndex(y) && len(x) != len(y) {
			return cmp.Compare(len(x), len(y))
		}
		if order := strings.Compare(x, y); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(a), len(b)) // an object or array comes before its members
}

// isIndex reports whether a step of a path is an array index.
func isIndex(step string) bool { return step != "" && strings.Trim(step, "0123456789") == "" }
