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

// updateModel updates the known data of the user after a valid request. The response must contain the values of the request: after POST and
// PUT with the defaults of omitted members, after PATCH with the other members unchanged.
func (w *run) updateModel(c *user, r request, a *apitest.Response) {
	effect := modelEffects[r.ID]
	switch {
	case effect != nil:
		effect(w, c, r, a)
	case r.Method == http.MethodDelete && r.resource != nil:
		c.recordDeleted(r.resource)
		w.requireAbsent(c, r.resource)
	case r.Method == http.MethodDelete:
		for template := range w.schemas {
			if collection(template) == r.Path {
				for _, one := range slices.Clone(c.resources[template]) {
					c.recordDeleted(one)
				}
			}
		}
	case r.Method == http.MethodGet:
		w.checkRead(c, r, decode(w, a))
	case r.resource != nil:
		want := maps.Clone(r.resource.seen)
		maps.Copy(want, c.withStoredGroup(r.resource.id, stored(normalized(r.Body.Schema, r.body, r.Method == http.MethodPut).(map[string]any))))
		withoutUnset(w.schemas[r.resource.template], want)
		if want["item"] != r.resource.seen["item"] { // the plan's item has become the person's
			delete(want, "food")
		}
		require.Equal(w, any(want), decode(w, a), "the response to a %s", r.Method)
		r.resource.seen = want
		w.requirePresent(c, r.resource)
	case r.Result != nil && w.templateOf(r.Result) != "":
		w.recordCreated(c, w.templateOf(r.Result), normalized(r.Body.Schema, r.body, true), decode(w, a))
	case r.Result != nil && r.Result.Items != nil && w.templateOf(r.Result.Items.Value) != "":
		w.recordAllCreated(c, r, decode(w, a).([]any))
	}
}

// recordAllCreated records new resources, which must match the list in the request.
func (w *run) recordAllCreated(c *user, r request, got []any) {
	sent := normalized(r.Body.Schema, r.body, true).(map[string]any)
	require.Len(w, sent, 1, "of many resources the body is a list")
	for _, list := range sent {
		require.Len(w, got, len(list.([]any)))
		for i, one := range list.([]any) {
			w.recordCreated(c, w.templateOf(r.Result.Items.Value), one, got[i])
		}
	}
}

// recordCreated records a new resource, which must have the values of the request.
func (w *run) recordCreated(c *user, template string, sent, got any) {
	object := got.(map[string]any)
	for member, value := range withoutUnset(w.schemas[template], c.withStoredGroup("", stored(sent.(map[string]any)))) {
		require.Equal(w, value, object[member], "%s of a new resource", member)
	}
	w.requirePresent(c, c.add(w, template, object))
}

// checkRead compares the response to a GET with the known data.
func (w *run) checkRead(c *user, r request, got any) {
	switch list, isList := got.([]any); {
	case r.resource != nil:
		if r.ID == "getRecipe" {
			w.removeScaling(r, got)
		}
		require.Equal(w, any(r.resource.seen), got, "GET of a known resource")
	case isList && w.templateOf(r.Result.Items.Value) != "":
		for _, one := range list { // perhaps filtered, or a page
			w.checkListed(c, w.templateOf(r.Result.Items.Value), one.(map[string]any))
		}
	}
}

// removeScaling removes the scaling and the scaled amounts from a recipe, which it has only if the request asked for them.
func (w *run) removeScaling(r request, got any) {
	recipe, isObject := got.(map[string]any)
	if !isObject { // HEAD
		return
	}
	isView := len(r.params) > 0
	require.Equal(w, isView, recipe["scaling"] != nil, "%v", r.params)
	delete(recipe, "scaling")
	for _, one := range recipe["ingredient_list"].([]any) {
		ingredient := one.(map[string]any)
		require.Equal(w, isView, ingredient["scaled"] != nil, "%v", r.params)
		delete(ingredient, "scaled")
	}
}

// checkListed requires that a resource in a list belongs to the user and equals the last response. A list may omit members, or add some
// (accuracy).
func (w *run) checkListed(c *user, template string, got map[string]any) *resource {
	i := slices.IndexFunc(c.resources[template], func(t *resource) bool { return t.seen["id"] == got["id"] })
	require.GreaterOrEqual(w, i, 0, "%s is shown %v, which isn't theirs", c.name, got)
	one := c.resources[template][i]
	for member, value := range one.seen {
		if shown, is := got[member]; is {
			require.Equal(w, value, shown, "%s of %s in a list", member, one)
		}
	}
	return one
}

// requirePresent requires that a GET returns the resource as the last response had it.
func (w *run) requirePresent(c *user, one *resource) {
	path := collection(one.template) + one.id
	if w.schemas[one.template] != nil { // else only lists have it
		got := decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK))
		require.Equal(w, any(one.seen), got, "GET %s", path)
	}
}

// requireAbsent requires that a resource is gone, and that only its owner can delete it again.
func (w *run) requireAbsent(c *user, one *resource) {
	path := collection(one.template) + one.id
	if w.schemas[one.template] != nil { // else only lists had it
		c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusNotFound)
	}
	c.Call(w.tb, http.MethodDelete, path, nil).Is(w.tb, http.StatusNoContent)
	w.otherUser(c).Call(w.tb, http.MethodDelete, path, nil).Is(w.tb, http.StatusNotFound)
}

// compareAll compares all lists of a user with the known data, and one resource of each kind by its path.
func (w *run) compareAll(c *user) {
	for _, o := range w.operations {
		if w.templateOfList(o) != "" {
			w.compareList(c, o)
		}
	}
	w.compareHistory(c)
	w.compareTrash(c)
}

// compareTrash compares the trash with the recipes that the user has deleted.
func (w *run) compareTrash(c *user) {
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

// compareOneList compares one of the lists of a user.
func (w *run) compareOneList(c *user) {
	if rapid.IntRange(0, 4).Draw(w.T, "the history") == 4 {
		w.compareHistory(c)
		return
	}
	w.compareList(c, w.drawOperation(func(o apitest.Operation) bool { return w.templateOfList(o) != "" }))
}

// templateOfList returns the template of the resources that an operation lists; empty: they have no path, or it lists nothing.
func (w *run) templateOfList(o apitest.Operation) string {
	switch {
	case !o.Reads() || o.HasID():
		return ""
	case o.Result.Items != nil && listedTemplates[o.ID] == "":
		return w.templateOf(o.Result.Items.Value)
	}
	return listedTemplates[o.ID]
}

func (w *run) compareList(c *user, o apitest.Operation) {
	template, listed := w.templateOfList(o), map[*resource]bool{}
	shown := objects(decode(w, c.Call(w.tb, http.MethodGet, o.Path, nil).Is(w.tb, http.StatusOK)))
	for _, object := range shown {
		listed[w.checkListed(c, template, object)] = true
	}
	require.Len(w, shown, len(listed), "%s names one twice", o.Path)
	require.Equal(w, len(c.resources[template]), len(listed), "%s shows as many as %s has", o.Path, c.name)
	if len(listed) > 0 {
		w.requirePresent(c, w.drawResource(c.resources[template], template))
	}
}

// compareHistory compares the history, whose rows have no path.
func (w *run) compareHistory(c *user) {
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

// add records a new resource.
func (c *user) add(w *run, template string, seen map[string]any) *resource {
	one := &resource{template, string(seen["id"].(json.Number)), seen}
	require.False(w, slices.ContainsFunc(c.resources[template], func(t *resource) bool { return t.id == one.id }), "%s is there already", one)
	c.resources[template] = append(c.resources[template], one)
	return one
}

// recordDeleted forgets a resource, unless it is a recipe: that goes to the trash.
func (c *user) recordDeleted(one *resource) {
	c.remove(one)
	if one.template == recipes {
		c.trash = append(c.trash, one)
	}
}

// remove forgets a resource.
func (c *user) remove(one *resource) {
	c.resources[one.template] = slices.DeleteFunc(c.resources[one.template], func(t *resource) bool { return t == one })
}
