package main

import (
	"context"
	"fmt"
	"net/http"
)

// owners is the number of users with a library of the same size. There are about as many connections, so that writes of one user
// rarely wait for each other.
const owners = 4

// spread is the number of recipes of a library that are read and changed in turn.
const spread = 50

// libraryOperations returns, for each size, the operations whose cost could depend on the size of one user's library.
func (b *testbed) libraryOperations(ctx context.Context, sizes []int) ([][]*operation, error) {
	r, err := newRequests(ctx, b)
	if err != nil {
		return nil, err
	}
	tidy := b.vacuum("recipes")
	forget := []string{fmt.Sprintf(`delete from recipes where id > %d`, b.lastRecipe), tidy}
	var all [][]*operation
	for i := range sizes {
		own := library{requests: r, first: b.few() + i*owners}
		of := []*operation{
			{Name: "list", Title: "GET recipes, all", whole: true, requests: own.forOwners(http.MethodGet, "/api/recipes/", "")},
			{Name: "page", Title: "GET recipes, the first 20", requests: own.forOwners(http.MethodGet, "/api/recipes/?limit=20", "")},
			{Name: "get", Title: "GET one recipe", requests: own.some(http.MethodGet, "")},
			{Name: "patch", Title: "PATCH state", reset: []string{tidy},
				requests: append(own.some(http.MethodPatch, `{"state":"used"}`), own.some(http.MethodPatch, `{"state":"active"}`)...)},
			{Name: "create", Title: fmt.Sprintf("POST recipe (%d lines)", lines), status: http.StatusCreated, reset: forget,
				requests: own.forOwners(http.MethodPost, "/api/recipes/", r.bodies[0])},
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

// library builds the requests to the libraries of one size.
type library struct {
	*requests
	first int // the index of the first owner among the senders
}

// forOwners returns the same request for every owner.
func (l library) forOwners(method, path, body string) [][]byte {
	var all [][]byte
	for owner := l.first; owner < l.first+owners; owner++ {
		all = append(all, l.of(owner, method, path, body))
	}
	return all
}

// some returns the same request for recipes spread evenly over every owner's library.
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
