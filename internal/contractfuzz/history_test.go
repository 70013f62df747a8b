package contractfuzz_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// What happens in a history besides valid requests. After each step both users see exactly what they have.

// pick draws one of the operations that this is true of.
func (w *run) pick(is func(apitest.Operation) bool) apitest.Operation {
	var all []apitest.Operation
	for _, o := range w.operations {
		if is(o) {
			all = append(all, o)
		}
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(w.T, "operation")]
}

// accessForeign takes a valid request to what belongs to the other user.
func (w *run) accessForeign(c *user) {
	o := w.pick(apitest.Operation.HasID)
	r := w.bare(c, o)
	id := ""
	if o.Thing() == sessions {
		id = w.sessions[w.other(c).name]
	} else {
		id = w.some(w.other(c), o.Thing()).id
	}
	r.URL = strings.Replace(o.Path, "{id}", id, 1)
	w.finish(&r)
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet
	}
	w.refuse(c, r, breakage{problem{404, "not_found", nil}, "what is another's", ""})
}

// rewrite replaces a thing with every member given, changes a single member, and replaces it without what may be left out:
// what is left out keeps its value in a PATCH, and loses it in a PUT.
func (w *run) rewrite(c *user) {
	o := w.pick(func(o apitest.Operation) bool { return o.HasID() && o.Method == http.MethodPatch })
	put := w.pick(func(p apitest.Operation) bool { return p.Path == o.Path && p.Method == http.MethodPut })
	m, thing := w.makerOf(c), w.some(c, o.Path)
	single := rapid.SampledFrom(names(o.Body.Schema)).Draw(w.T, "the one member")
	for _, one := range []struct {
		apitest.Operation
		keeps func(member string) bool
	}{
		{put, func(string) bool { return true }},
		{o, func(member string) bool { return member == single }},
		{put, func(member string) bool { return slices.Contains(put.Body.Schema.Required, member) }},
	} {
		r := request{Request: apitest.Request{Operation: one.Operation, URL: collection(o.Path) + thing.id + "/"}, thing: thing}
		r.body = m.all(r)
		maps.DeleteFunc(r.body, func(member string, _ any) bool { return !one.keeps(member) })
		w.finish(&r)
		w.succeed(c, r)
	}
}

// restore restores a recipe from the trash; it deletes one first if there is none.
func (w *run) restore(c *user) {
	if len(c.trash) == 0 {
		one := w.some(c, recipes)
		c.Call(w.tb, http.MethodDelete, collection(recipes)+one.id, nil).Is(w.tb, http.StatusNoContent)
		c.discard(one)
	}
	i := rapid.IntRange(0, len(c.trash)-1).Draw(w.T, "which of the trash")
	one := c.trash[i]
	path := collection(recipes) + one.id + "/restore/"
	w.other(c).Call(w.tb, http.MethodPost, path, nil).Is(w.tb, http.StatusNotFound)
	got := decode(w, c.Call(w.tb, http.MethodPost, path, nil).Is(w.tb, http.StatusOK))
	require.Equal(w, any(one.seen), got)
	c.trash = slices.Delete(slices.Clone(c.trash), i, i+1)
	c.things[recipes] = append(c.things[recipes], one)
	w.present(c, one)
}

// sendBroken sends a broken request.
func (w *run) sendBroken(c *user) {
	r, b := w.breakRequest(c, w.pick(func(o apitest.Operation) bool { return o.NeedsToken }))
	w.refuse(c, r, b)
}

// readPages turns the pages of a list, which together are the list.
func (w *run) readPages(c *user) {
	o := w.pick(func(o apitest.Operation) bool {
		for _, p := range o.In("query") {
			if p.Name == "cursor" {
				return true
			}
		}
		return false
	})
	r := w.bare(c, o)
	r.Method = http.MethodGet
	var filters []string
	for _, one := range r.query {
		if !strings.HasPrefix(one, "limit=") {
			filters = append(filters, one)
		}
	}
	r.query = filters
	whole := r
	w.finish(&whole)
	want := decode(w, w.send(c, whole).Is(w.tb, http.StatusOK)).([]any)
	got := []any{}
	limit := rapid.SampledFrom([]string{"limit=2", "limit=1", "limit=3", "limit=500"}).Draw(w.T, "limit")
	if len(want) > 100 {
		limit = "limit=37"
	}
	r.query = append([]string{limit}, filters...)
	w.finish(&r)
	for {
		a := w.send(c, r).Is(w.tb, http.StatusOK)
		some := decode(w, a).([]any)
		got = append(got, some...)
		link, more := strings.CutSuffix(a.Header.Get("Link"), `>; rel="next"`)
		if !more {
			break
		}
		require.NotEmpty(w, some, "there are more, but this page is empty")
		require.Less(w, len(got), len(want), "there are more pages than there is")
		r.URL = strings.TrimPrefix(link, "<")
	}
	require.Equal(w, want, got, "the pages are the list")
}
