package api_test

import (
	"net/http"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// abuseCursor takes a cursor to another list than its own, and to none.
func (w *modelRun) abuseCursor(c *modelUser) {
	q, other := w.query(), w.query()
	values := q.values()
	values.Set("limit", "1")
	next := modelNext(w, w.ok(c, modelRecipes+"?"+values.Encode()))
	if next == nil {
		return
	}
	values = next.Query()
	w.refused(c.Call(w.tb, http.MethodGet, modelHistory+"?"+values.Encode(), nil), []string{"cursor:invalid_cursor"})
	values.Del("limit")
	c.Call(w.tb, http.MethodGet, modelRecipes+"?"+values.Encode(), nil).Is(w.tb, http.StatusBadRequest)
	values = other.values()
	values.Set("limit", "2")
	values.Set("cursor", next.Query().Get("cursor"))
	if q.list() != other.list() {
		w.refused(c.Call(w.tb, http.MethodGet, modelRecipes+"?"+values.Encode(), nil), []string{"cursor:invalid_cursor"})
	}
}

// sendMalformed sends bodies that are no JSON object.
func (w *modelRun) sendMalformed(c *modelUser) {
	body := rapid.SampledFrom([]string{`[]`, `null`, `"{}"`, `{`, `{}{}`, `{"name":"a","name":"b"}`, "{\"name\":\"\xff\"}", `{"name":"\ud800"}`}).Draw(w.T, "body")
	call := rapid.SampledFrom([][2]string{
		{http.MethodPost, modelRecipes}, {http.MethodPost, modelRecipes + "bulk/"}, {http.MethodPut, modelRecipes + "1/"},
		{http.MethodPatch, modelRecipes + "1/"}, {http.MethodPost, modelFridge}, {http.MethodPut, modelFridge + "1/"},
		{http.MethodPatch, modelFridge + "1/"}, {http.MethodPut, modelFridge + "group/A"}, {http.MethodPost, "/api/grocery/"},
		{http.MethodPost, modelLines}, {http.MethodPut, modelLines + "1/"}, {http.MethodPatch, modelLines + "1/"},
	}).Draw(w.T, "call")
	a := c.Call(w.tb, call[0], call[1], body).Is(w.tb, http.StatusBadRequest)
	require.Equal(w, "malformed_body", a.Problem(w.tb).Code)
}

// nameNothing puts in the place of an id what can't be one.
func (w *modelRun) nameNothing(c *modelUser) {
	path := rapid.SampledFrom([]string{modelRecipes, modelFridge, modelLines}).Draw(w.T, "path") +
		rapid.SampledFrom([]string{"0", "-1", "+1", "01", "1.0", "1e0", "x", "9007199254740992", "99999999999999999999", "%31%00", "１"}).Draw(w.T, "id") + "/"
	call := rapid.SampledFrom([][2]string{
		{http.MethodGet, ""}, {http.MethodDelete, ""}, {http.MethodPatch, "{}"},
	}).Draw(w.T, "method")
	c.Call(w.tb, call[0], path, call[1]).Is(w.tb, http.StatusNotFound)
}
