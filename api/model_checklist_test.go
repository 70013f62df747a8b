package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const modelLines = "/api/grocery/list/"

func modelLinePath(id int64) string { return fmt.Sprintf("%s%d/", modelLines, id) }

// modelLine is an item of the checklist.
type modelLine struct {
	ID      int64  `json:"id"`
	Item    string `json:"item"`
	Checked bool   `json:"isChecked"`
}

func (l modelLine) id() int64 { return l.ID }

var modelLineFlaws = append(invalidTexts("item", 200), invalidMember{"isChecked", 1, "isChecked:not_a_boolean"},
	invalidMember{"isChecked", nil, "isChecked:not_a_boolean"}, invalidMember{"isChecked", "true", "isChecked:not_a_boolean"})

func (w *modelRun) addLines(c *modelUser) {
	var typed, kept []string
	for range rapid.IntRange(1, 6).Draw(w.T, "lines") {
		line, item := w.text("line", []string{"milk", "Milk", "", "bread", `"½"`, "%", strings.Repeat("ä", 90)})
		line = strings.ReplaceAll(line, "\n", "\r\n") // an empty line more
		if typed = append(typed, line); item != "" {
			kept = append(kept, item)
		}
	}
	body := map[string]any{"items": strings.Join(typed, "\n")}
	flaws := append(invalidTexts("items", 2_000)[:3], invalidMember{"items", strings.Repeat("milk\n", 501), "items:too_many"},
		invalidMember{"items", "milk\n" + strings.Repeat("é", 201), "items:too_long"}, invalidMember{"items", nil, "items:not_a_string"})
	faults := w.corrupt(body, false, flaws)
	if faults == nil && kept == nil {
		faults = []string{"items:blank"}
	}
	a := c.Call(w.tb, http.MethodPost, modelLines, body)
	if faults != nil {
		w.refused(a, faults)
		return
	}
	got := modelDecode[struct {
		ID  int64
		IDs []int64
	}](w, a.Is(w.tb, http.StatusCreated))
	require.Len(w, got.IDs, len(kept))
	require.Equal(w, got.IDs[0], got.ID)
	for i, id := range got.IDs {
		w.made(&w.newest.line, id)
		c.lines = append(c.lines, modelLine{ID: id, Item: kept[i]})
	}
}

func (w *modelRun) compareLines(c *modelUser) {
	all := append([]modelLine{}, c.lines...)
	slices.Reverse(all)
	require.Equal(w, all, modelDecode[[]modelLine](w, w.ok(c, modelLines)))
}

func (w *modelRun) getLine(c *modelUser) {
	id, at := pickID(w, c.lines)
	a := c.Call(w.tb, http.MethodGet, modelLinePath(id), nil)
	if at < 0 {
		a.Is(w.tb, http.StatusNotFound)
		return
	}
	require.Equal(w, c.lines[at], modelDecode[modelLine](w, a.Is(w.tb, http.StatusOK)))
}

func (w *modelRun) putLine(c *modelUser)   { w.writeLine(c, http.MethodPut) }
func (w *modelRun) patchLine(c *modelUser) { w.writeLine(c, http.MethodPatch) }

func (w *modelRun) writeLine(c *modelUser, method string) {
	id, at := pickID(w, c.lines)
	var want modelLine
	if at >= 0 {
		want = c.lines[at]
	}
	body, patch := map[string]any{}, method == http.MethodPatch
	if !patch {
		want.Checked = false
	}
	if !patch || rapid.Bool().Draw(w.T, "item given") {
		body["item"], want.Item = w.text("item", []string{"milk", "MILK", "200 g", "%", `\`})
	}
	if rapid.Bool().Draw(w.T, "tick given") {
		want.Checked = rapid.Bool().Draw(w.T, "tick")
		body["isChecked"] = want.Checked
	}
	faults := w.corrupt(body, patch, modelLineFlaws)
	a := c.Call(w.tb, method, modelLinePath(id), body)
	switch {
	case faults != nil:
		w.refused(a, faults)
	case at < 0:
		a.Is(w.tb, http.StatusNotFound)
	default:
		require.Equal(w, want, modelDecode[modelLine](w, a.Is(w.tb, http.StatusOK)))
		c.lines[at] = want
	}
}

func (w *modelRun) deleteLine(c *modelUser) {
	id, at := pickID(w, c.lines)
	a := c.Call(w.tb, http.MethodDelete, modelLinePath(id), nil)
	if at < 0 {
		a.Is(w.tb, http.StatusNotFound)
		return
	}
	a.Is(w.tb, http.StatusNoContent)
	c.lines = slices.Delete(c.lines, at, at+1)
}

func (w *modelRun) deleteLines(c *modelUser) {
	c.Call(w.tb, http.MethodDelete, modelLines, nil).Is(w.tb, http.StatusNoContent)
	c.lines = nil
	w.compareLines(c)
}
