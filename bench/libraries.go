package main

import (
	"context"
	"fmt"
	"net/http"
)

// ownersPerSize is the number of users with a library of the same size. There are about as many connections, so that writes of one user
// rarely wait for each other.
const ownersPerSize = 4

// sampledRecipes is the number of recipes of a library that are read and changed in turn.
const sampledRecipes = 50

// libraryOperations returns, for each size, the operations whose cost could depend on the size of one user's library.
func (b *testbed) libraryOperations(ctx context.Context, sizes []int) ([][]*operation, error) {
	r, err := newRequests(ctx, b)
	if err != nil {
		return nil, err
	}
	vacuum := b.vacuum("recipes")
	deleteCreated := []string{fmt.Sprintf(`delete from recipes where id > %d`, b.lastRecipe), vacuum}
	var all [][]*operation
	for i := range sizes {
		own := library{requests: r, first: b.sendersWithoutLibrary() + i*ownersPerSize}
		of := []*operation{
			{Name: "list", Title: "GET recipes, all", wholeLibrary: true, requests: own.forOwners(http.MethodGet, "/api/recipes/", "")},
			{Name: "page", Title: "GET recipes, the first 20", requests: own.forOwners(http.MethodGet, "/api/recipes/?limit=20", "")},
			{Name: "get", Title: "GET one recipe", requests: own.sampled(http.MethodGet, "")},
			{Name: "patch", Title: "PATCH state", reset: []string{vacuum},
				requests: append(own.sampled(http.MethodPatch, `{"state":"used"}`), own.sampled(http.MethodPatch, `{"state":"active"}`)...)},
			{Name: "create", Title: fmt.Sprintf("POST recipe (%d lines)", ingredientsPerRecipe), status: http.StatusCreated, reset: deleteCreated,
				requests: own.forOwners(http.MethodPost, "/api/recipes/", r.bodies[0])},
		}
		for _, o := range of {
			o.fewConnections = true
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
	for owner := l.first; owner < l.first+ownersPerSize; owner++ {
		all = append(all, l.of(owner, method, path, body))
	}
	return all
}

// sampled returns the same request for recipes spread evenly over every owner's library.
func (l library) sampled(method, body string) [][]byte {
	var all [][]byte
	for i := range sampledRecipes {
		for owner := l.first; owner < l.first+ownersPerSize; owner++ {
			ids := l.ids[owner]
			all = append(all, l.of(owner, method, fmt.Sprintf("/api/recipes/%d/", ids[i*len(ids)/sampledRecipes]), body))
		}
	}
	return all
}
