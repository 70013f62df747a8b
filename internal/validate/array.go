package validate

import (
	"fmt"
	"math"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// array takes JSON arrays.
type array struct {
	items       *node
	least, most uint64
	few, many   flaw
}

func (c *compiler) array(s *openapi3.Schema, place string) (*array, error) {
	if s.Items == nil {
		return nil, fmt.Errorf("%s: it doesn't say what its items are", place)
	}
	items, err := c.node(s.Items.Value, place+"[]")
	if err != nil {
		return nil, err
	}
	a := &array{items: items, least: s.MinItems, most: math.MaxUint64}
	a.few = flaw{"too_few", fmt.Sprintf("There must be at least %d element(s).", a.least)}
	if s.MaxItems != nil {
		a.most = *s.MaxItems
		a.many = flaw{"too_many", fmt.Sprintf("There must be at most %d elements.", a.most)}
	}
	return a, nil
}

func (a *array) read(r *reading) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	r.out = append(r.out, '[')
	count := uint64(0)
	for ; r.dec.PeekKind() != ']'; count++ {
		if count >= a.most { // the faults of the others don't matter
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
	case count < a.least:
		r.flaw(a.few)
	case count > a.most:
		r.flaw(a.many)
	}
	_, err := r.dec.ReadToken()
	return err
}

func (a *array) element(r *reading, i uint64) error {
	var digits [20]byte
	back := r.enter(string(strconv.AppendUint(digits[:0], i, 10)))
	err := a.items.read(r)
	r.leave(back)
	return err
}
