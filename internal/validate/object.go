package validate

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// object takes JSON objects.
type object struct {
	members  map[string]*member
	required []*member
}

// member is one that the schema of an object knows.
type member struct {
	*node
	name   string
	prefix string // what stands before its value
	bit    uint64 // of its own, if it is required
}

// mostRequired is how many members an object may require: a bit each.
const mostRequired = 64

func (c *compiler) object(s *openapi3.Schema, place string) (*object, error) {
	o := &object{members: map[string]*member{}}
	for name, property := range s.Properties {
		n, err := c.node(property.Value, place+"."+name)
		if err != nil {
			return nil, err
		}
		o.members[name] = &member{node: n, name: name, prefix: strconv.Quote(name) + ":"}
	}
	for i, name := range slices.Compact(slices.Sorted(slices.Values(s.Required))) {
		m := o.members[name]
		switch {
		case m == nil:
			return nil, fmt.Errorf("%s: it requires %s, which it doesn't describe", place, name)
		case i == mostRequired:
			return nil, fmt.Errorf("%s: it requires more than %d members", place, mostRequired)
		}
		m.bit = 1 << i
		o.required = append(o.required, m)
	}
	return o, nil
}

func (o *object) read(r *reading) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	r.out = append(r.out, '{')
	var present uint64
	for first := true; r.dec.PeekKind() != '}'; {
		name, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		m := o.members[string(r.content(name))]
		if m == nil {
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		if !first {
			r.out = append(r.out, ',')
		}
		first, present = false, present|m.bit
		r.out = append(r.out, m.prefix...)
		back := r.enter(m.name)
		if err := m.read(r); err != nil {
			return err
		}
		r.leave(back)
	}
	r.out = append(r.out, '}')
	for _, m := range o.required {
		if present&m.bit == 0 {
			back := r.enter(m.name)
			r.flaw(missing)
			r.leave(back)
		}
	}
	_, err := r.dec.ReadToken()
	return err
}
