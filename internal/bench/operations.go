package main

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// operation is one kind of request, and what came of it.
type operation struct {
	Name       string       // what -only takes
	Title      string       // what the tables show
	Limit      float64      // the target: how many times the floor's CPU it may cost; 0: none
	ByRate     bool         // the target is the least share of the floor's requests a second
	Note       string       // why there is no figure, or what to know of it
	Statements [sides]int64 // for a request
	RoundTrips [sides]int64
	Bytes      int // of an answer
	Runs       [sides][]figures

	status   int
	requests [][]byte
	once     bool     // a request works once, until the database is reset
	few      bool     // two connections for each processor are enough to keep all busy: more would wait, and be refused in the end
	volatile bool     // answers differ in ids, dates and tokens
	missing  bool     // the server doesn't have it yet
	also     int      // a status that is right too where others write meanwhile
	whole    bool     // an answer is as long as the user's library
	reset    []string // statements after each run
}

// at returns the request of a position; false: there are no more.
func (o *operation) at(i int) ([]byte, bool) {
	if o.once && i >= len(o.requests) {
		return nil, false
	}
	return o.requests[i%len(o.requests)], true
}

// operations makes the selected operations with their requests. What a run wrote is deleted after it, so that every run
// meets the same tables.
func (w *world) operations(ctx context.Context) ([]*operation, error) {
	now := time.Now()
	if err := w.mintAccess(now); err != nil {
		return nil, err
	}
	p, err := newPantry(ctx, w)
	if err != nil {
		return nil, err
	}
	refreshes, err := w.refreshes(now)
	if err != nil {
		return nil, err
	}
	forgetRecipes := []string{fmt.Sprintf(`delete from recipes where id > %d`, w.lastRecipe), w.vacuum("recipes, user_versions")}
	const found = "/api/recipes/?ingredients=leek,chicken%20breast"
	var selected []*operation
	for _, o := range []*operation{
		{Name: "get", Title: "GET one recipe", Limit: 1.25, status: http.StatusOK, requests: p.getOne()},
		{Name: "list", Title: fmt.Sprintf("GET recipes (%d × %d)", w.recipes, lines), Limit: 1.25, status: http.StatusOK, requests: p.each("/api/recipes/")},
		{Name: "unchanged", Title: "GET recipes, unchanged (304)", Limit: 1.25, status: http.StatusNotModified, also: http.StatusOK},
		{Name: "search", Title: fmt.Sprintf("GET ?ingredients= over %d", w.recipes), Limit: 1.25, status: http.StatusOK, requests: p.each(found)},
		{Name: "search-large", Title: fmt.Sprintf("GET ?ingredients= over %d", w.large), Limit: 1.25, status: http.StatusOK, requests: p.large(found)},
		{Name: "fridge", Title: fmt.Sprintf("GET fridge (%d)", w.portions.fridge), Limit: 1.25, status: http.StatusOK, requests: p.each("/api/fridge/")},
		{Name: "checklist", Title: fmt.Sprintf("GET checklist (%d)", w.portions.checklist), Limit: 1.25, status: http.StatusOK, requests: p.each("/api/grocery/list/")},
		{Name: "create", Title: fmt.Sprintf("POST recipe (%d lines)", lines), Limit: 1.25, status: http.StatusCreated, requests: p.creations(), volatile: true, reset: forgetRecipes},
		{Name: "patch", Title: "PATCH state", Limit: 1.25, status: http.StatusOK, requests: p.patches(), reset: []string{w.vacuum("recipes, user_versions")}},
		{Name: "bulk", Title: "POST bulk of 100", Limit: 1.35, status: http.StatusCreated, requests: p.imports(), volatile: true, reset: forgetRecipes},
		{Name: "plan", Title: fmt.Sprintf("POST grocery/ (%d recipes)", planned), Limit: 1.35, status: http.StatusOK, requests: p.plans(), once: true, reset: []string{
			fmt.Sprintf(`delete from plans where id > %d`, w.lastPlan), `update recipes set state = 'active' where state <> 'active' and ` + w.ofCooks(), w.vacuum("recipes, user_versions, plans"),
		}},
		{Name: "refresh", Title: "POST token/refresh/", Limit: 1.35, status: http.StatusOK, requests: refreshes, once: true, volatile: true, reset: []string{
			`update sessions set gen = 1, ack = 0, ring_gen = '{}', ring_at = '{}' where gen > 1 and ` + w.ofCooks(), w.vacuum("sessions"),
		}},
		{Name: "login", Title: "POST token/ (argon2id)", Limit: 0.9, ByRate: true, status: http.StatusOK, requests: p.logins(), few: true, volatile: true, reset: []string{
			`delete from sessions where user_agent = 'bench' and ` + w.ofCooks(), w.vacuum("sessions"),
		}},
	} {
		if w.selected(o.Name) {
			selected = append(selected, o)
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("-only names no operation: %s", w.only)
	}
	return selected, nil
}

// findTags asks the server for the entity tags of every user's recipes, which writes have changed since the last time. Without
// one nothing but the floor can be measured.
func (w *world) findTags(ctx context.Context, o *operation, addr string) error {
	c, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	defer c.conn.Close() //nolint:errcheck // nothing is pending
	o.requests = nil
	for user := range w.few() {
		authorization := "Authorization: Bearer " + w.access[user]
		a, err := c.ask(request(http.MethodGet, "/api/recipes/", authorization, ""))
		if err != nil {
			return err
		}
		tag := a.header.Get("ETag")
		if tag == "" {
			o.missing, o.Note, tag = true, "the server answers no ETag", `"0"`
		}
		o.requests = append(o.requests, request(http.MethodGet, "/api/recipes/", authorization+"\r\nIf-None-Match: "+tag, ""))
	}
	return nil
}
