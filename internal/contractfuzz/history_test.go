package contractfuzz_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// The steps of a history besides valid requests. After each step both users must see exactly their own data.

// journal is the template of the path of an entry in the fridge's journal.
const journal = "/api/fridge/journal/{id}/"

// undoable returns the journal entry of an added ingredient, if it is the last entry of that ingredient. If there is none, undoable adds
// an ingredient.
func (w *run) undoable(c *user) *thing {
	changed := map[any]bool{}
	for _, one := range decode(w, c.Call(w.tb, http.MethodGet, "/api/fridge/journal/", nil).Is(w.tb, http.StatusOK)).([]any) {
		entry := one.(map[string]any)
		if entry["kind"] == "added" && !changed[entry["item"]] {
			return &thing{journal, string(entry["id"].(json.Number)), entry}
		}
		changed[entry["item"]] = true
	}
	w.succeed(c, w.valid(c, w.operation("addFridgeIngredient")))
	return w.undoable(c)
}

// pick draws one of the operations for which is(o) is true.
func (w *run) pick(is func(apitest.Operation) bool) apitest.Operation {
	var all []apitest.Operation
	for _, o := range w.operations {
		if is(o) {
			all = append(all, o)
		}
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(w.T, "operation")]
}

// rewrite replaces a thing with all members, changes a single member, and replaces the thing with only the required members. A PATCH
// must keep the values of omitted members, and a PUT must remove them.
func (w *run) rewrite(c *user) {
	put := w.pick(func(p apitest.Operation) bool { return p.HasID() && p.Method == http.MethodPut })
	o := w.pick(func(o apitest.Operation) bool { return o.Path == put.Path && o.Method == http.MethodPatch })
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
