package validate

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/ocipe/ocipe/internal/apperr"
)

// MaxID is the largest integer that every JSON implementation reads exactly (RFC 8259, section 6).
const MaxID = 1<<53 - 1

// integer has the rules for JSON numbers without a fraction.
type integer struct {
	min, max            float64
	tooSmall, tooLarge  fieldError
	id                  bool
	onlyErrorIfTooLarge bool // then no other error of the body is returned
}

func (c *compiler) integer(s *openapi3.Schema, place string) (*integer, error) {
	if s.Format != "" && s.Format != "int64" {
		return nil, fmt.Errorf("%s: unknown format %s", place, s.Format)
	}
	n := &integer{min: math.Inf(-1), max: math.Inf(1), id: s.Max == nil}
	for _, limit := range []*float64{s.Min, s.Max} {
		if limit != nil && (*limit != math.Trunc(*limit) || math.Abs(*limit) > MaxID) {
			return nil, fmt.Errorf("%s: the limit %g is not an integer that every client can read exactly", place, *limit)
		}
	}
	if s.Min != nil {
		n.min = *s.Min
		n.tooSmall = fieldError{"too_small", fmt.Sprintf("This number must be at least %.0f.", n.min)}
	}
	if s.Max != nil {
		n.max = *s.Max
		n.tooLarge = fieldError{"too_large", fmt.Sprintf("This number must be at most %.0f.", n.max)}
		if sentence, ok := s.Extensions[tooLarge].(string); ok {
			n.tooLarge.detail, n.onlyErrorIfTooLarge = sentence, true
		}
	}
	return n, nil
}

func (n *integer) read(r *bodyReader) error {
	sent, err := r.dec.ReadValue()
	if err != nil {
		return err
	}
	digits := string(sent)
	if sent.Kind() == '"' {
		if digits = strings.TrimSpace(string(r.content(sent))); !decimal.MatchString(digits) {
			r.invalid(errKind['0'])
			return nil
		}
	}
	value := n.value(digits)
	if e := n.check(value); e != (fieldError{}) {
		r.invalid(e)
		if n.onlyErrorIfTooLarge && e == n.tooLarge {
			r.onlyError = &apperr.FieldError{Path: string(r.path), Code: e.code, Detail: e.detail}
		}
		return nil
	}
	r.out = strconv.AppendInt(r.out, int64(value), 10)
	return nil
}

func (n *integer) check(value float64) fieldError {
	switch {
	case value == notInteger:
		return errKind['0']
	case value < n.min:
		return n.tooSmall
	case value > n.max:
		return n.tooLarge
	}
	return fieldError{}
}

// value decodes a JSON number exactly enough to check it. An integer without a maximum is an id: values beyond MaxID
// become 0, which is the id of no row.
func (n *integer) value(text string) float64 {
	value, _ := strconv.ParseFloat(text, 64) // infinite if out of range
	switch {
	case !isInteger(text):
		return notInteger
	case n.id && math.Abs(value) > MaxID:
		return 0
	}
	return clip(value)
}

// notInteger represents all numbers with a fraction, so that rounding can't turn one into an integer.
const notInteger = 0.5

// clip limits a number to the range of int64. A number beyond the limits of the contract stays beyond them.
func clip(value float64) float64 { return max(-1<<60, min(value, 1<<60)) }

// isInteger reports whether a JSON number has no fraction: 2.0 and 1e3 have none.
func isInteger(text string) bool {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(text), "e")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(mantissa, "-"), ".")
	digits := strings.TrimRight(whole+fraction, "0")
	if digits == "" {
		return true // 0
	}
	power, _ := strconv.ParseInt(cmp.Or(exponent, "0"), 10, 40) // the end of the range if out of range; no text is that long
	return int64(len(digits)) <= int64(len(whole))+power        // only zeros after the decimal point
}
