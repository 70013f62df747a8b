package validate

import (
	"github.com/go-json-experiment/json/jsontext"
)

// node is a schema within a schema: the kind of value that it allows, and the rules for that kind.
type node struct {
	kind      jsontext.Kind // 't' for booleans
	otherKind jsontext.Kind // accepted if it can mean only one thing: a number for a text, a text for a number; 0: none
	nullable  bool
	null      jsontext.Value // replaces null in the normal form; nil: null stays
	rules     rules
}

// rules are the rules for one kind of value.
type rules interface {
	// read reads the next value, which is of a kind that the node accepts, writes its normal form and collects its errors. It fails if the
	// value isn't valid JSON.
	read(r *bodyReader) error
}

// read reads the next value. A value of the wrong kind is an error, and its content is skipped.
func (n *node) read(r *bodyReader) error {
	switch kind := r.dec.PeekKind(); {
	case kind == n.kind, kind == n.otherKind && kind != 0, kind == 'f' && n.kind == 't':
		return n.rules.read(r)
	case kind == 'n' && n.nullable && n.null != nil:
		r.out = append(r.out, n.null...)
		return r.dec.SkipValue()
	case kind == 'n' && n.nullable:
		return copyValue(r)
	}
	if err := r.dec.SkipValue(); err != nil {
		return err
	}
	r.invalid(errKind[n.kind])
	return nil
}

// copyValue copies the next value unchanged.
func copyValue(r *bodyReader) error {
	value, err := r.dec.ReadValue()
	r.out = append(r.out, value...)
	return err
}

// boolean has no rules: true and false are both allowed.
type boolean struct{}

func (boolean) read(r *bodyReader) error { return copyValue(r) }
