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

// undoableEntry returns the journal entry of an added ingredient, if it is the last entry of that ingredient. If there is none,
// undoableEntry adds an ingredient.
func (w *run) undoableEntry(c *user) *resource {
	changed := map[any]bool{}
	for _, one := range decode(w, c.Call(w.tb, http.MethodGet, "/api/fridge/journal/", nil).Is(w.tb, http.StatusOK)).([]any) {
		entry := one.(map[string]any)
		if entry["kind"] == "added" && !changed[entry["item"]] {
			return &resource{journal, string(entry["id"].(json.Number)), entry}
		}
		changed[entry["item"]] = true
	}
	w.succeed(c, w.validRequest(c, w.operation("addFridgeIngredient")))
	return w.undoableEntry(c)
}

// drawOperation draws one of the operations for which is(o) is true.
func (w *run) drawOperation(is func(apitest.Operation) bool) apitest.Operation {
	var all []apitest.Operation
	for _, o := range w.operations {
		if is(o) {
			all = append(all, o)
		}
	}
	return all[rapid.IntRange(0, len(all)-1).Draw(w.T, "operation")]
}

// replaceAndPatch replaces a resource with all members, changes a single member, and replaces the resource with only the required members.
// A PATCH must keep the values of omitted members, and a PUT must remove them.
func (w *run) replaceAndPatch(c *user) {
	put := w.drawOperation(func(p apitest.Operation) bool { return p.HasID() && p.Method == http.MethodPut })
	o := w.drawOperation(func(o apitest.Operation) bool { return o.Path == put.Path && o.Method == http.MethodPatch })
	m, resource := w.generatorFor(c), w.drawOrCreate(c, o.Path)
	single := rapid.SampledFrom(memberNames(o.Body.Schema)).Draw(w.T, "the one member")
	for _, one := range []struct {
		apitest.Operation
		keeps func(member string) bool
	}{
		{put, func(string) bool { return true }},
		{o, func(member string) bool { return member == single }},
		{put, func(member string) bool { return slices.Contains(put.Body.Schema.Required, member) }},
	} {
		r := request{Request: apitest.Request{Operation: one.Operation, URL: collection(o.Path) + resource.id + "/"}, resource: resource}
		r.body = m.bodyWithAllMembers(r)
		maps.DeleteFunc(r.body, func(member string, _ any) bool { return !one.keeps(member) })
		w.encode(&r)
		w.succeed(c, r)
	}
}

// restoreFromTrash restores a recipe from the trash; it deletes one first if there is none.
func (w *run) restoreFromTrash(c *user) {
	if len(c.trash) == 0 {
		one := w.drawOrCreate(c, recipes)
		c.Call(w.tb, http.MethodDelete, collection(recipes)+one.id, nil).Is(w.tb, http.StatusNoContent)
		c.recordDeleted(one)
	}
	i := rapid.IntRange(0, len(c.trash)-1).Draw(w.T, "which of the trash")
	one := c.trash[i]
	path := collection(recipes) + one.id + "/restore/"
	w.otherUser(c).Call(w.tb, http.MethodPost, path, nil).Is(w.tb, http.StatusNotFound)
	got := decode(w, c.Call(w.tb, http.MethodPost, path, nil).Is(w.tb, http.StatusOK))
	require.Equal(w, any(one.seen), got)
	c.trash = slices.Delete(slices.Clone(c.trash), i, i+1)
	c.resources[recipes] = append(c.resources[recipes], one)
	w.requirePresent(c, one)
}
