package contractfuzz_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// once runs one check of a property that looks at everything each time, on a server of its own.
func once(t *testing.T, check func(w *run, c *user)) {
	t.Helper()
	h := startServer(t)
	rapid.Custom(func(rt *rapid.T) bool {
		defer func() {
			if failure := recover(); failure != nil {
				t.Fatal(failure)
			}
		}()
		w := h.enter(t, rt)
		w.isSingle = true
		check(w, w.users[0])
		return true
	}).Example()
}

// TestEveryMemberIsChecked breaks every member of every body in every way that violates its schema, and then sends all values at
// its limits.
func TestEveryMemberIsChecked(t *testing.T) {
	t.Parallel()
	once(t, func(w *run, c *user) {
		for _, o := range w.operations {
			if o.Body != nil && o.NeedsToken {
				complete := w.complete(c, o)
				before := w.view()
				w.breakEveryMember(c, complete)
				require.Equal(w, before, w.view(), "%s: an invalid request has changed something", o.ID)
				if o.Tag != "Account" { // whose values are those of the user: other names and passwords would be others
					w.sendEveryLimit(c, complete)
				}
			}
		}
	})
}

// TestEveryPathQueryAndTokenIsChecked breaks the token, the name in the path and every parameter of every operation in every way.
func TestEveryPathQueryAndTokenIsChecked(t *testing.T) {
	t.Parallel()
	once(t, func(w *run, c *user) {
		for _, o := range w.operations {
			if !o.NeedsToken {
				continue
			}
			r := w.bare(c, o)
			r.Method, r.query, r.headers = o.Method, nil, nil
			var names []string
			if len(o.In("path")) > 0 {
				names = w.wrongNames(c, r)
			}
			before := w.view()
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
			require.Equal(w, before, w.view(), "%s: an invalid request has changed something", o.ID)
		}
	})
}

// complete is a request whose body has every member, each of them small: it is sent hundreds of times.
func (w *run) complete(c *user, o apitest.Operation) request {
	r, m := w.bare(c, o), w.makerOf(c)
	r.query, r.headers = nil, nil
	r.Method = o.Method
	if r.body = m.all(r); fitted[o.ID] != nil {
		fitted[o.ID](w, m, r.body)
	}
	r.body = small(r.body).(map[string]any)
	if o.ID == "planMeals" {
		r.body["replace"] = true // the current plan may have as many meals as it can
		differentFoods(r.body)
	}
	if o.ID == "importAccount" {
		uniqueIDs(m, r.body) // again: lists have other elements now
	}
	return r
}

// small copies a value, with two elements of each list and the beginning of each text.
func small(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, one := range v {
			object[name] = small(one)
		}
		return object
	case []any:
		list := []any{}
		for _, one := range append(slices.Clone(v), v...)[:min(2, 2*len(v))] {
			list = append(list, small(one))
		}
		return list
	case string:
		return cut(v, 30) // a time has 27 characters, and at most one of white space before it
	}
	return value
}

// repeats reports whether a place has the schema of another: of the two elements of a list the second is enough.
func repeats(p place) bool { return strings.Contains(p.path, ".0.") }

// copyOf returns a request with a body of its own, and the places of that.
func copyOf(r request) (request, []place) {
	r.body = clone(r.body).(map[string]any)
	return r, places(r.Body.Schema, r.body, "")
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
	m := w.makerOf(c)
	_, all := copyOf(r)
	require.NotEmpty(w, all, r.ID)
	for i, p := range all {
		if repeats(p) {
			continue
		}
		for j := range m.defects(p) {
			broken, places := copyOf(r)
			b := w.breakPlace(&broken, places[i], m.defects(places[i])[j])
			w.reject(c, broken, b)
		}
	}
}

// sendEveryLimit sends values at their limits. The other tests compare the results.
func (w *run) sendEveryLimit(c *user, r request) {
	m := w.makerOf(c)
	_, all := copyOf(r)
	for i, p := range all {
		if repeats(p) {
			continue
		}
		for _, limit := range m.limits(p) {
			valid, places := copyOf(r)
			places[i].set(limit)
			switch r.ID {
			case "restockFridge":
				w.renewItems(c, valid.body)
			case "planMeals":
				differentFoods(valid.body)
			}
			w.finish(&valid)
			if slices.Contains(consuming, r.ID) {
				w.succeed(c, valid)
				continue
			}
			a := w.send(c, valid)
			require.Equal(w, r.Success(), a.StatusCode, "%s of %s: %s", p.path, r.ID, a.Text)
			if r.ID == "addFood" { // the next one may have the same names
				id := decode(w, a).(map[string]any)["id"].(json.Number)
				c.Call(w.tb, http.MethodDelete, "/api/foods/"+id.String(), nil).Is(w.tb, http.StatusNoContent)
			}
		}
	}
}

// consuming are operations that remove things, or change others than the one that the path names.
var consuming = []string{"restockFridge", "cookRecipe", "planMeals"}

// renewItems names a new item of the checklist in place of those that were moved to the fridge.
func (w *run) renewItems(c *user, body map[string]any) {
	const items = "/api/grocery/list/{id}/"
	w.succeed(c, w.valid(c, w.operation("addGroceryItems")))
	all := c.things[items]
	ids, _ := body["ids"].([]any)
	for i := range ids {
		ids[i] = json.Number(all[len(all)-1].id)
	}
}

// limits returns valid values at the limits of the schema of a place.
func (m maker) limits(p place) (all []any) {
	switch s := p.schema; {
	case samples[s.Format] != nil:
		for _, one := range samples[s.Format][min(s.MinLength, 1):] {
			all = append(all, one)
		}
	case isDate(s):
		for _, one := range dates {
			all = append(all, one, "\u2003"+one+"\n")
		}
		if s.MinLength == 0 {
			all = append(all, "", " \t")
		}
	case isTime(s):
		for _, one := range times {
			all = append(all, one)
		}
	case s.Type.Is("string") && len(s.Enum) == 0 && s.MaxLength != nil && *s.MaxLength <= longest && !slices.Contains(lineTexts, p.path):
		most := strings.Repeat("🍋", int(*s.MaxLength))
		all = append(all, most, strings.Repeat("x", max(1, int(s.MinLength))))
		if trimmed(s) {
			all = append(all, "\u2003"+most+"\n")
		}
		if s.MinLength == 0 {
			all = append(all, "", " \t")
		}
	case s.Type.Is("integer") && s.Max != nil:
		least, most := number(int64(*s.Min)).String(), number(int64(*s.Max)).String()
		all = append(all, raw(least), raw(most), raw(most+".000"), raw(most+"00e-2"))
		if least == "0" {
			all = append(all, raw("-0"), raw("0e99999999999999999999"))
		}
	case s.Type.Is("boolean"):
		all = append(all, true, false)
	case s.Type.Is("array") && isUnlimited(s):
		all = append(all, []any{})
	case s.Type.Is("array"):
		all = append(all, m.full(s, p.name, int(s.MinItems)), m.full(s, p.name, int(*s.MaxItems)))
	}
	return all
}

// lineTexts are texts of several lines, each with a limit of its own.
var lineTexts = []string{"items"}
