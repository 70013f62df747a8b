package validate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ocipe/ocipe/internal/apperr"
)

// maxFaults is how many faults are told at most, as the contract says.
const maxFaults = 1000

// faults collects the faults of a body: the first ones in the order of their paths, in whatever order they are found.
// A large body may have hundreds of thousands, so what can't be among the first isn't kept.
type faults struct {
	found []apperr.FieldError
	last  string // if there are enough: the path of the last one to be told
}

func (f *faults) add(one apperr.FieldError) {
	if f.last != "" && comparePaths(one.Path, f.last) > 0 {
		return
	}
	f.found = append(f.found, one)
	if len(f.found) == 2*maxFaults {
		f.found = f.all()
		f.last = f.found[maxFaults-1].Path
	}
}

// all returns the faults that are told.
func (f *faults) all() []apperr.FieldError {
	slices.SortFunc(f.found, func(a, b apperr.FieldError) int { return comparePaths(a.Path, b.Path) })
	return f.found[:min(len(f.found), maxFaults)]
}

// comparePaths compares dotted paths, positions in arrays by their number.
func comparePaths(a, b string) int {
	for a != "" && b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		if isPosition(x) && isPosition(y) && len(x) != len(y) {
			return cmp.Compare(len(x), len(y))
		}
		if order := strings.Compare(x, y); order != 0 {
			return order
		}
	}
	return cmp.Compare(len(a), len(b)) // what holds a member comes before it
}

// isPosition tells whether a step of a path is a position in an array.
func isPosition(step string) bool { return step != "" && strings.Trim(step, "0123456789") == "" }
