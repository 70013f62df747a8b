package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const modelFridge = "/api/fridge/ingredient/"

func modelItemPath(id int64) string { return fmt.Sprintf("%s%d/", modelFridge, id) }

// modelItem is an ingredient of the fridge.
type modelItem struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Group string `json:"group"`
}

func (i modelItem) id() int64 { return i.ID }

var modelItemFlaws = slices.Concat(invalidTexts("name", 50), invalidTexts("group", 30))

func (w *modelRun) item(patch bool, old modelItem) (body map[string]any, i modelItem) {
	body, i = map[string]any{}, old
	if !patch || rapid.Bool().Draw(w.T, "name given") {
		body["name"], i.Name = w.text("food", modelHeld)
	}
	if !patch || rapid.Bool().Draw(w.T, "group given") {
		body["group"], i.Group = w.text("group", modelGroups)
	}
	return body, i
}

func (w *modelRun) addItem(c *modelUser) {
	body, want := w.item(false, modelItem{})
	faults := w.corrupt(body, false, modelItemFlaws)
	a := c.Call(w.tb, http.MethodPost, modelFridge, body)
	if faults != nil {
		w.refused(a, faults)
		return
	}
	got := modelDecode[modelItem](w, a.Is(w.tb, http.StatusCreated))
	w.made(&w.newest.item, got.ID)
	want.ID = got.ID
	require.Equal(w, want, got)
	c.fridge = append(c.fridge, want)
}

func (w *modelRun) getItem(c *modelUser) {
	id, at := pickID(w, c.fridge)
	a := c.Call(w.tb, http.MethodGet, modelItemPath(id), nil)
	if at < 0 {
		a.Is(w.tb, http.StatusNotFound)
		return
	}
	require.Equal(w, c.fridge[at], modelDecode[modelItem](w, a.Is(w.tb, http.StatusOK)))
}

func (w *modelRun) putItem(c *modelUser)   { w.writeItem(c, http.MethodPut) }
func (w *modelRun) patchItem(c *modelUser) { w.writeItem(c, http.MethodPatch) }

func (w *modelRun) writeItem(c *modelUser, method string) {
	id, at := pickID(w, c.fridge)
	var old modelItem
	if at >= 0 {
		old = c.fridge[at]
	}
	patch := method == http.MethodPatch
	body, want := w.item(patch, old)
	faults := w.corrupt(body, patch, modelItemFlaws)
	a := c.Call(w.tb, method, modelItemPath(id), body)
	switch {
	case faults != nil:
		w.refused(a, faults)
	case at < 0:
		a.Is(w.tb, http.StatusNotFound)
	default:
		require.Equal(w, want, modelDecode[modelItem](w, a.Is(w.tb, http.StatusOK)))
		c.fridge[at] = want
	}
}

func (w *modelRun) deleteItem(c *modelUser) {
	id, at := pickID(w, c.fridge)
	a := c.Call(w.tb, http.MethodDelete, modelItemPath(id), nil)
	if at < 0 {
		a.Is(w.tb, http.StatusNotFound)
		return
	}
	a.Is(w.tb, http.StatusNoContent)
	c.fridge = slices.Delete(c.fridge, at, at+1)
}

// group draws the name of a group, which mostly is there, and its path.
func (w *modelRun) group(c *modelUser) (name, path string) {
	typed, name := w.text("group", modelGroups)
	if len(c.fridge) > 0 && !w.chance(4, "any group") {
		name = c.fridge[rapid.IntRange(0, len(c.fridge)-1).Draw(w.T, "group of")].Group
		typed = name
	}
	return name, modelFridge + "group/" + url.PathEscape(typed)
}

func (w *modelRun) renameGroup(c *modelUser) {
	group, path := w.group(c)
	typed, renamed := w.text("new group", modelGroups)
	body := map[string]any{"new_group": typed}
	faults := w.corrupt(body, false, invalidTexts("new_group", 30))
	a := c.Call(w.tb, http.MethodPut, path, body)
	if faults != nil {
		w.refused(a, faults)
		return
	}
	require.Empty(w, a.Is(w.tb, http.StatusOK).Text)
	for i := range c.fridge {
		if c.fridge[i].Group == group {
			c.fridge[i].Group = renamed
		}
	}
}

func (w *modelRun) deleteGroup(c *modelUser) {
	group, path := w.group(c)
	require.Empty(w, c.Call(w.tb, http.MethodDelete, path, nil).Is(w.tb, http.StatusOK).Text)
	c.fridge = slices.DeleteFunc(c.fridge, func(i modelItem) bool { return i.Group == group })
}

// modelShelf is a group as the fridge shows it.
type modelShelf struct {
	group string
	items []modelShelved
}

type modelShelved struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

func (w *modelRun) showFridge(c *modelUser) {
	var want []modelShelf
	for _, i := range c.fridge {
		at := slices.IndexFunc(want, func(s modelShelf) bool { return s.group == i.Group })
		if at < 0 {
			at, want = len(want), append(want, modelShelf{group: i.Group})
		}
		want[at].items = append(want[at].items, modelShelved{i.ID, i.Name})
	}
	slices.SortFunc(want, func(a, b modelShelf) int { return strings.Compare(b.group, a.group) })
	require.Equal(w, want, modelShelves(w, w.ok(c, "/api/fridge/").Text))
}

// modelShelves reads the groups in the order in which they are written.
func modelShelves(w *modelRun, text string) (shelves []modelShelf) {
	inside, ok := strings.CutPrefix(text, `{"ingredient_list":`)
	require.True(w, ok, text)
	dec := json.NewDecoder(strings.NewReader(inside))
	_, err := dec.Token() // the brace
	require.NoError(w, err)
	for dec.More() {
		name, err := dec.Token()
		require.NoError(w, err)
		s := modelShelf{group: name.(string)}
		require.NoError(w, dec.Decode(&s.items))
		shelves = append(shelves, s)
	}
	return shelves
}
