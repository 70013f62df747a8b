package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

func (f *floor) getRecipe(w http.ResponseWriter, r *http.Request, user int64) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return err
	}
	return f.respondOne(w, r, getRecipe, user, id)
}

// listRecipes responds with the whole list or the result of a search by ingredients. It responds with 304 to every request with
// If-None-Match.
func (f *floor) listRecipes(w http.ResponseWriter, r *http.Request, user int64) error {
	switch {
	case r.Header.Get("If-None-Match") != "":
		var version int64
		if err := f.db.QueryRow(r.Context(), unchanged, user).Scan(&version); err != nil {
			return err
		}
		setTag(w, version)
		w.WriteHeader(http.StatusNotModified)
		return nil
	case r.URL.RawQuery == "":
		return f.respondAll(w, r, listRecipes, user)
	}
	names := strings.Split(r.URL.Query().Get("ingredients"), ",")
	slices.Sort(names)
	for i, name := range names {
		names[i] = termOf(user, name)
	}
	return f.respondAll(w, r, searchRecipes, user, names)
}

func (f *floor) updateState(w http.ResponseWriter, r *http.Request, user int64) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return err
	}
	var body struct{ State string }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	return f.respondOne(w, r, updateState, user, id, body.State)
}
