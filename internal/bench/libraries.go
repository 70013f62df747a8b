package main

import (
	"context"
	"fmt"
	"net/http"
)

// owners is how many users have a library of the same size. As many connections ask for them, so that writes of one user
// seldom wait for each other.
const owners = 4

// spread is how many recipes of a library are asked for and changed in turn.
const spread = 50

// libraryOperations makes the operations whose cost could depend on the size of one user's library, for each size.
func (w *world) libraryOperations(ctx context.Context, sizes []int) ([][]*operation, error) {
	p, err := newPantry(ctx, w)
	if err != nil {
		return nil, err
	}
	tidy := w.vacuum("recipes, user_versions")
	forget := []string{fmt.Sprintf(`delete from recipes where id > %d`, w.lastRecipe), tidy}
	var all [][]*operation
	for i := range sizes {
		own := library{pantry: p, first: w.few() + i*owners}
		of := []*operation{
			{Name: "list", Title: "GET recipes, all", whole: true, requests: own.each(http.MethodGet, "/api/recipes/", "")},
			{Name: "page", Title: "GET recipes, the first 20", requests: own.each(http.MethodGet, "/api/recipes/?limit=20", "")},
			{Name: "get", Title: "GET one recipe", requests: own.some(http.MethodGet, "")},
			{Name: "patch", Title: "PATCH state", reset: []string{tidy},
				requests: append(own.some(http.MethodPatch, `{"state":"used"}`), own.some(http.MethodPatch, `{"state":"active"}`)...)},
			{Name: "create", Title: fmt.Sprintf("POST recipe (%d lines)", lines), status: http.StatusCreated, reset: forget,
				requests: own.each(http.MethodPost, "/api/recipes/", string(p.recipes[0]))},
		}
		for _, o := range of {
			o.few = true
			if o.status == 0 {
				o.status = http.StatusOK
			}
		}
		all = append(all, of)
	}
	return all, nil
}

// library is what requests to the libraries of one size are written of.
type library struct {
	*pantry
	first int // of its owners among the cooks
}

// each asks the same of every owner.
func (l library) each(method, path, body string) [][]byte {
	var all [][]byte
	for owner := l.first; owner < l.first+owners; owner++ {
		all = append(all, l.of(owner, method, path, body))
	}
	return all
}

// some asks the same of recipes spread evenly over every owner's library.
func (l library) some(method, body string) [][]byte {
	var all [][]byte
	for i := range spread {
		for owner := l.first; owner < l.first+owners; owner++ {
			ids := l.ids[owner]
			all = append(all, l.of(owner, method, fmt.Sprintf("/api/recipes/%d/", ids[i*len(ids)/spread]), body))
		}
	}
	return all
}
