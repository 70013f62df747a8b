package validate

import (
	"fmt"
	"slices"
	"strconv"

	"github.com/getkin/kin-openapi/openapi3"
)

// object has the rules for JSON objects.
type object struct {
	members  map[string]*member
	required []*member
}

// member is a member that the schema of an object describes.
type member struct {
	*node
	name        string
	prefix      string // of its value in the normal form: "name":
	requiredBit uint64 // in the set of required members; 0: it is optional
	aliasBit    uint64 // in the set of members with two names; 0: it has one
}

// maxRequired is the maximum number of required members of an object, and of members with two names: one bit each.
const maxRequired = 64

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
			return nil, fmt.Errorf("%s: %s is required but missing in properties", place, name)
		case i == maxRequired:
			return nil, fmt.Errorf("%s: more than %d members are required", place, maxRequired)
		}
		m.requiredBit = 1 << i
		o.required = append(o.required, m)
	}
	return o, o.addAliases(s, place)
}

// addAliases adds the second names of members.
func (o *object) addAliases(s *openapi3.Schema, place string) error {
	aliasCount := 0
	for name, property := range s.Properties {
		other, ok := property.Value.Extensions[alias].(string)
		switch {
		case !ok:
			continue
		case o.members[other] != nil:
			return fmt.Errorf("%s: %s has the other name %s, which is the name of a member", place, name, other)
		case aliasCount == maxRequired:
			return fmt.Errorf("%s: more than %d members have two names", place, maxRequired)
		}
		m := o.members[name]
		m.aliasBit = 1 << aliasCount
		aliasCount++
		aliasMember := *m
		aliasMember.name = other // its value is checked and written like that of m
		o.members[other] = &aliasMember
	}
	return nil
}

func (o *object) read(r *bodyReader) error {
	if _, err := r.dec.ReadToken(); err != nil {
		return err
	}
	r.out = append(r.out, '{')
	var present, aliased uint64
	for first := true; r.dec.PeekKind() != '}'; {
		name, err := r.dec.ReadValue()
		if err != nil {
			return err
		}
		m := o.members[string(r.content(name))]
		if m == nil || aliased&m.aliasBit != 0 {
			if m == nil {
				r.ignore(r.content(name))
			} else {
				r.invalidMember(m, errBothNames)
			}
			if err := r.dec.SkipValue(); err != nil {
				return err
			}
			continue
		}
		aliased |= m.aliasBit
		if !first {
			r.out = append(r.out, ',')
		}
		first, present = false, present|m.requiredBit
		r.out = append(r.out, m.prefix...)
		if err := m.readMember(r); err != nil {
			return err
		}
	}
	r.out = append(r.out, '}')
	for _, m := range o.required {
		if present&m.requiredBit == 0 {
			r.invalidMember(m, errRequired)
		}
	}
	_, err := r.dec.ReadToken()
	return err
}

// readMember reads the value of the member.
func (m *member) readMember(r *bodyReader) error {
	begin, parentLen := len(r.out), r.enter(m.name)
	err := m.read(r)
	if err == nil && r.file != nil && m.kind == '{' {
		err = r.file.endElement(r, begin)
	}
	r.leave(parentLen)
	return err
}

// invalidMember collects an error of a member of the object that is being read.
func (r *bodyReader) invalidMember(m *member, e fieldError) {
	parentLen := r.enter(m.name)
	r.invalid(e)
	r.leave(parentLen)
}
