package contractfuzz_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// runOnce runs one check, on a new server. Use it for properties that cover everything in each check.
func runOnce(t *testing.T, check func(w *run, c *user)) {
	t.Helper()
	h := startServer(t)
	rapid.Custom(func(rt *rapid.T) bool {
		defer func() {
			if failure := recover(); failure != nil {
				t.Fatal(failure)
			}
		}()
		w := h.newRun(t, rt)
		w.isSingle = true
		check(w, w.users[0])
		return true
	}).Example()
}

// TestEveryMemberIsChecked breaks every member of every body in every way that violates its schema, and then sends all values at
// its limits.
func TestEveryMemberIsChecked(t *testing.T) {
	t.Parallel()
	runOnce(t, func(w *run, c *user) {
		for _, o := range w.operations {
			if o.Body != nil && o.NeedsToken {
				complete := w.completeRequest(c, o)
				before := w.snapshot()
				w.breakEveryMember(c, complete)
				require.Equal(w, before, w.snapshot(), "%s: an invalid request has changed something", o.ID)
				if o.Tag != "Account" { // whose values must be those of the user
					w.sendEveryLimit(c, complete)
				}
			}
		}
	})
}

// TestEveryPathQueryAndTokenIsChecked breaks the token, the name in the path and every parameter of every operation in every way.
func TestEveryPathQueryAndTokenIsChecked(t *testing.T) {
	t.Parallel()
	runOnce(t, func(w *run, c *user) {
		for _, o := range w.operations {
			if !o.NeedsToken {
				continue
			}
			r := w.unencodedRequest(c, o)
			r.Method, r.query, r.headers = o.Method, nil, nil
			var names []string
			if len(o.In("path")) > 0 {
				names = w.wrongNames(c, r)
			}
			before := w.snapshot()
			for _, header := range w.wrongTokens(c) {
				broken, b := w.withToken(r, header)
				w.reject(c, broken, b)
			}
			for _, name := range names {
				broken, b := w.withName(r, name)
				w.reject(c, broken, b)
			}
			for _, p := range o.In("query") {
				for _, way := range wrongParams(p) {
					broken, b := w.withParam(r, p, way)
					w.reject(c, broken, b)
				}
			}
			require.Equal(w, before, w.snapshot(), "%s: an invalid request has changed something", o.ID)
		}
	})
}

// completeRequest returns a request whose body has every member. The members are small, because the request is sent hundreds of times.
func (w *run) completeRequest(c *user, o apitest.Operation) request {
	r, m := w.unencodedRequest(c, o), w.generatorFor(c)
	r.query, r.headers = nil, nil
	r.Method = o.Method
	if r.body = m.bodyWithAllMembers(r); adjustBody[o.ID] != nil {
		adjustBody[o.ID](w, m, r.body)
	}
	r.body = shortened(r.body).(map[string]any)
	if o.ID == "planMeals" {
		r.body["replace"] = true // the current plan may have as many meals as it can
		differentFoods(r.body)
	}
	if o.ID == "importAccount" {
		uniqueIDs(m, r.body) // again: shortened has changed the lists
	}
	return r
}

// shortened copies a value, with two elements of each list and the beginning of each text.
func shortened(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, one := range v {
			object[name] = shortened(one)
		}
		return object
	case []any:
		list := []any{}
		for _, one := range append(slices.Clone(v), v...)[:min(2, 2*len(v))] {
			list = append(list, shortened(one))
		}
		return list
	case string:
		return cut(v, 30) // a time has 27 characters, and at most one white space before it
	}
	return value
}

// isRepeated reports whether a location is in the first element of a list: the second one has the same schema and is enough.
func isRepeated(p location) bool { return strings.Contains(p.path, ".0.") }

// copyOf returns a request with a copy of its body, and the locations in the copy.
func copyOf(r request) (request, []location) {
	r.body = clone(r.body).(map[string]any)
	return r, locations(r.Body.Schema, r.body, "")
}

func clone(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, one := range v {
			object[name] = clone(one)
		}
		return object
	case []any:
		list := make([]any, 0, len(v))
		for _, one := range v {
			list = append(list, clone(one))
		}
		return list
	}
	return value
}

func (w *run) breakEveryMember(c *user, r request) {
	m := w.generatorFor(c)
	_, all := copyOf(r)
	require.NotEmpty(w, all, r.ID)
	for i, p := range all {
		if isRepeated(p) {
			continue
		}
		for j := range m.defects(p) {
			broken, locations := copyOf(r)
			b := w.breakValue(&broken, locations[i], m.defects(locations[i])[j])
			w.reject(c, broken, b)
		}
	}
}
