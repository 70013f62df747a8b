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

// learn updates the known data of the user after a valid request. The response must contain the values of the request: after POST and
// PUT with the defaults of omitted members, after PATCH with the other members unchanged.
func (w *run) learn(c *user, r request, a *apitest.Response) {
	effect := effects[r.ID]
	switch {
	case effect != nil:
		effect(w, c, r, a)
	case r.Method == http.MethodDelete && r.thing != nil:
		c.discard(r.thing)
		w.absent(c, r.thing)
	case r.Method == http.MethodDelete:
		for template := range w.kinds {
			if collection(template) == r.Path {
				for _, one := range slices.Clone(c.things[template]) {
					c.discard(one)
				}
			}
		}
	case r.Method == http.MethodGet:
		w.found(c, r, decode(w, a))
	case r.thing != nil:
		want := maps.Clone(r.thing.seen)
		maps.Copy(want, c.joined(r.thing.id, stored(normal(r.Body.Schema, r.body, r.Method == http.MethodPut).(map[string]any))))
		withoutUnset(w.kinds[r.thing.template], want)
		if want["item"] != r.thing.seen["item"] { // the plan's item has become the person's
			delete(want, "food")
		}
		require.Equal(w, any(want), decode(w, a), "the response to a %s", r.Method)
		r.thing.seen = want
		w.present(c, r.thing)
	case r.Result != nil && w.kindOf(r.Result) != "":
		w.made(c, w.kindOf(r.Result), normal(r.Body.Schema, r.body, true), decode(w, a))
	case r.Result != nil && r.Result.Items != nil && w.kindOf(r.Result.Items.Value) != "":
		w.madeAll(c, r, decode(w, a).([]any))
	}
}

// madeAll records new things, which must match the list in the request.
func (w *run) madeAll(c *user, r request, got []any) {
	sent := normal(r.Body.Schema, r.body, true).(map[string]any)
	require.Len(w, sent, 1, "of many things the body is a list")
	for _, list := range sent {
		require.Len(w, got, len(list.([]any)))
		for i, one := range list.([]any) {
			w.made(c, w.kindOf(r.Result.Items.Value), one, got[i])
		}
	}
}

// made records a new thing, which must have the values of the request.
func (w *run) made(c *user, template string, sent, got any) {
	object := got.(map[string]any)
	for member, value := range withoutUnset(w.kinds[template], c.joined("", stored(sent.(map[string]any)))) {
		require.Equal(w, value, object[member], "%s of a new thing", member)
	}
	w.present(c, c.add(w, template, object))
}

// found compares the response to a GET with the known data.
func (w *run) found(c *user, r request, got any) {
	switch list, isList := got.([]any); {
	case r.thing != nil:
		if r.ID == "getRecipe" {
			w.unscale(r, got)
		}
		require.Equal(w, any(r.thing.seen), got, "GET of a known thing")
	case isList && w.kindOf(r.Result.Items.Value) != "":
		for _, one := range list { // perhaps filtered, or a page
			w.known(c, w.kindOf(r.Result.Items.Value), one.(map[string]any))
		}
	}
}

// unscale removes the scaling and the scaled amounts from a recipe, which it has only if the request asked for them.
func (w *run) unscale(r request, got any) {
	recipe, isObject := got.(map[string]any)
	if !isObject { // HEAD
		return
	}
	isView := len(r.asked) > 0
	require.Equal(w, isView, recipe["scaling"] != nil, "%v", r.asked)
	delete(recipe, "scaling")
	for _, one := range recipe["ingredient_list"].([]any) {
		ingredient := one.(map[string]any)
		require.Equal(w, isView, ingredient["scaled"] != nil, "%v", r.asked)
		delete(ingredient, "scaled")
	}
}

// known requires that a thing in a list belongs to the user and equals the last response. A list may omit members, or add some
// (accuracy).
func (w *run) known(c *user, template string, got map[string]any) *thing {
	i := slices.IndexFunc(c.things[template], func(t *thing) bool { return t.seen["id"] == got["id"] })
	require.GreaterOrEqual(w, i, 0, "%s is shown %v, which isn't theirs", c.name, got)
	one := c.things[template][i]
	for member, value := range one.seen {
		if shown, is := got[member]; is {
			require.Equal(w, value, shown, "%s of %s in a list", member, one)
		}
	}
	return one
}

// present requires that a GET returns the thing as the last response had it.
func (w *run) present(c *user, one *thing) {
	path := collection(one.template) + one.id
	if w.kinds[one.template] != nil { // else only lists have it
		got := decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK))
		require.Equal(w, any(one.seen), got, "GET %s", path)
	}
}

// absent requires that a thing is gone, and that only its owner can delete it again.
func (w *run) absent(c *user, one *thing) {
	path := collection(one.template) + one.id
	if w.kinds[one.template] != nil { // else only lists had it
		c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusNotFound)
	}
	c.Call(w.tb, http.MethodDelete, path, nil).Is(w.tb, http.StatusNoContent)
	w.other(c).Call(w.tb, http.MethodDelete, path, nil).Is(w.tb, http.StatusNotFound)
}

// agree compares all lists of a user with the known data, and one thing of each kind by its path.
func (w *run) agree(c *user) {
	for _, o := range w.operations {
		if w.lists(o) != "" {
			w.listAgrees(c, o)
		}
	}
	w.plansAgree(c)
	w.trashAgrees(c)
}

// trashAgrees compares the trash with the recipes that the user has deleted.
func (w *run) trashAgrees(c *user) {
	got := map[string]any{}
	for _, one := range decode(w, c.Call(w.tb, http.MethodGet, "/api/recipes/trash/", nil).Is(w.tb, http.StatusOK)).([]any) {
		recipe := one.(map[string]any)
		require.Contains(w, recipe, "deleted_date")
		delete(recipe, "deleted_date")
		got[string(recipe["id"].(json.Number))] = recipe
	}
	want := map[string]any{}
	for _, one := range c.trash {
		want[one.id] = one.seen
	}
	require.Equal(w, want, got, "the trash of %s", c.name)
}

// checkOneList compares one of the lists of a user.
func (w *run) checkOneList(c *user) {
	if rapid.IntRange(0, 4).Draw(w.T, "the history") == 4 {
		w.plansAgree(c)
		return
	}
	w.listAgrees(c, w.pick(func(o apitest.Operation) bool { return w.lists(o) != "" }))
}

// lists returns the template of the things that an operation lists; empty: they have no path, or it lists nothing.
func (w *run) lists(o apitest.Operation) string {
	switch {
	case !o.Reads() || o.HasID():
		return ""
	case o.Result.Items != nil && shows[o.ID] == "":
		return w.kindOf(o.Result.Items.Value)
	}
	return shows[o.ID]
}

func (w *run) listAgrees(c *user, o apitest.Operation) {
	template, listed := w.lists(o), map[*thing]bool{}
	shown := objects(decode(w, c.Call(w.tb, http.MethodGet, o.Path, nil).Is(w.tb, http.StatusOK)))
	for _, object := range shown {
		listed[w.known(c, template, object)] = true
	}
	require.Len(w, shown, len(listed), "%s names one twice", o.Path)
	require.Equal(w, len(c.things[template]), len(listed), "%s shows as many as %s has", o.Path, c.name)
	if len(listed) > 0 {
		w.present(c, w.one(c.things[template], template))
	}
}

// plansAgree compares the history, whose rows have no path.
func (w *run) plansAgree(c *user) {
	var shown []any
	for _, one := range decode(w, c.Call(w.tb, http.MethodGet, "/api/grocery/history/", nil).Is(w.tb, http.StatusOK)).([]any) {
		shown = append(shown, one.(map[string]any)["recipes"])
	}
	require.Equal(w, c.plans, shown, "the history of %s", c.name)
}

// objects returns all objects with an id, at any depth.
func objects(value any) (all []map[string]any) {
	switch v := value.(type) {
	case []any:
		for _, one := range v {
			all = append(all, objects(one)...)
		}
	case map[string]any:
		if v["id"] != nil {
			return []map[string]any{v}
		}
		for _, one := range v {
			all = append(all, objects(one)...)
		}
	}
	return all
}

// add records a new thing.
func (c *user) add(w *run, template string, seen map[string]any) *thing {
	one := &thing{template, string(seen["id"].(json.Number)), seen}
	require.False(w, slices.ContainsFunc(c.things[template], func(t *thing) bool { return t.id == one.id }), "%s is there already", one)
	c.things[template] = append(c.things[template], one)
	return one
}

// discard forgets a thing, unless it is a recipe: that goes to the trash.
func (c *user) discard(one *thing) {
	c.drop(one)
	if one.template == recipes {
		c.trash = append(c.trash, one)
	}
}

// drop forgets a thing.
func (c *user) drop(one *thing) {
	c.things[one.template] = slices.DeleteFunc(c.things[one.template], func(t *thing) bool { return t == one })
}
