package validate

import (
	"github.com/go-json-experiment/json/jsontext"
)

// node is a place in a schema: the kind of value that it takes, and the rules for that kind.
type node struct {
	kind     jsontext.Kind // of true and false: 't'
	nullable bool
	rules    rules
}

// rules are those of one kind of value.
type rules interface {
	// read reads the next value, which is of the kind, writes its normal form and notes its flaws. It fails if the
	// value can't be read as JSON.
	read(r *reading) error
}

// read reads the next value. One of another kind than the schema's is skipped: what it holds doesn't matter.
func (n *node) read(r *reading) error {
	switch kind := r.dec.PeekKind(); {
	case kind == n.kind, kind == 'f' && n.kind == 't':
		return n.rules.read(r)
	case kind == 'n' && n.nullable:
		return copyValue(r)
	}
	if err := r.dec.SkipValue(); err != nil {
		return err
	}
	r.flaw(wrongKind[n.kind])
	return nil
}

// copyValue reads the next value, and writes it as it stands.
func copyValue(r *reading) error {
	value, err := r.dec.ReadValue()
	r.out = append(r.out, value...)
	return err
}

// boolean takes true and false.
type boolean struct{}

func (boolean) read(r *reading) error { return copyValue(r) }
