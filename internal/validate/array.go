package validate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// array has the rules for JSON arrays.
type array struct {
	items           *node
	min, max        uint64
	tooFew, tooMany fieldError
}

func (c *compiler) array(s *openapi3.Schema, place string) (*array, error) {
	if s.Items == nil {
		return nil, fmt.Errorf("%s: items is missing", place)
	}
	items, err := c.node(s.Items.Value, place+"[]")
	if err != nil {
		return nil, err
	}
	a := &array{items: items, min: s.MinItems, max: math.MaxUint64}
	a.tooFew = fieldError{"too_few", fmt.Sprintf("There must be at least %d element(s).", a.min)}
	if s.MaxItems != nil {
		a.max = *s.MaxItems
		a.tooMany = fieldError{"too_many", fmt.Sprintf("There must be at most %d elements.", a.max)}
	}
	return a, nil
}

func (a *array) read(r *bodyReader) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	r.out = append(r.out, '[')
	count := uint64(0)
	for ; r.dec.PeekKind() != ']'; count++ {
		if count >= a.max { // the errors of further elements are not reported
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if count > 0 {
			r.out = append(r.out, ',')
		}
		if err := a.element(r, count); err != nil {
			return err
		}
	}
	r.out = append(r.out, ']')
	switch {
	case count < a.min:
		r.invalid(a.tooFew)
	case count > a.max:
		r.invalid(a.tooMany)
	}
	_, err := r.dec.ReadToken()
	return err
}

func (a *array) element(r *bodyReader, i uint64) error {
	var digits [20]byte
	begin, parentLen := len(r.out), r.enter(string(strconv.AppendUint(digits[:0], i, 10)))
	err := a.items.read(r)
	r.leave(parentLen)
	if err == nil && r.file != nil {
		err = r.file.endElement(r, begin)
	}
	return err
}
