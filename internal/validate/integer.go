package validate

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// MaxID is the largest integer that every JSON implementation reads exactly (RFC 8259, section 6).
const MaxID = 1<<53 - 1

// integer takes JSON numbers without a fraction.
type integer struct {
	least, most  float64
	small, large flaw
	id           bool
}

func (c *compiler) integer(s *openapi3.Schema, place string) (*integer, error) {
	if s.Format != "" && s.Format != "int64" {
		return nil, fmt.Errorf("%s: format %s isn't known", place, s.Format)
	}
	n := &integer{least: math.Inf(-1), most: math.Inf(1), id: s.Max == nil}
	for _, limit := range []*float64{s.Min, s.Max} {
		if limit != nil && (*limit != math.Trunc(*limit) || math.Abs(*limit) > MaxID) {
			return nil, fmt.Errorf("%s: its limit %g is no integer that every client reads exactly", place, *limit)
		}
	}
	if s.Min != nil {
		n.least = *s.Min
		n.small = flaw{"too_small", fmt.Sprintf("This number must be at least %.0f.", n.least)}
	}
	if s.Max != nil {
		n.most = *s.Max
		n.large = flaw{"too_large", fmt.Sprintf("This number must be at most %.0f.", n.most)}
	}
	return n, nil
}

func (n *integer) read(r *reading) error {
	digits, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	value := n.value(string(digits))
	if f := n.check(value); f != (flaw{}) {
		r.flaw(f)
		return nil
	}
	r.out = strconv.AppendInt(r.out, int64(value), 10)
	return nil
}

func (n *integer) check(value float64) flaw {
	switch {
	case value == noInteger:
		return wrongKind['0']
	case value < n.least:
		return n.small
	case value > n.most:
		return n.large
	}
	return flaw{}
}

// value decodes a JSON number exactly enough to be checked. An integer without an upper limit stands for an id: beyond
// what an id can be it becomes 0, which no row has.
func (n *integer) value(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64) // out of range: an infinity
	switch {
	case !isInteger(text):
		return noInteger
	case n.id && math.Abs(value) > MaxID:
		return 0
	}
	return clip(value)
}

// noInteger stands for every number with a fraction: whichever it is, no rounding may make an integer of it.
const noInteger = 0.5

// clip keeps a number within int64, and beyond every limit of the contract if it was.
func clip(value float64) float64 { return max(-1<<60, min(value, 1<<60)) }

// isInteger tells whether a JSON number has no fraction: 2.0 and 1e3 have none.
func isInteger(text string) bool {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimRight(whole+fraction, "0")
	if digits == "" {
		return true // 0
	}
	power, _ := strconv.ParseInt(cmp.Or(exponent, "0"), 10, 40) // out of range: the end of it, which no text is as long as
	return int64(len(digits)) <= int64(len(whole))+power        // no digit but zeros behind the point
}
