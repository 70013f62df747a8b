package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync/atomic"
	"time"
)

// operation is one kind of request to one program, and its runs.
type operation struct {
	Name   string  // for -only
	Title  string  // in tables
	Limit  float64 // the target: the maximum CPU time as a multiple of the floor's
	ByRate bool    // the target is a minimum share of the floor's requests per second instead

	status         int
	otherStatus    int // another status that is right if other loads write at the same time
	requests       [][]byte
	once           bool     // a request works only once, until the database is reset
	fewConnections bool     // use only two connections per processor, which keep all processors busy: with more, requests would queue and be rejected
	volatile       bool     // responses differ in ids, dates and tokens
	scaled         bool     // the server's responses have more members than the floor's
	wholeLibrary   bool     // a response is as long as the user's library
	withKeys       bool     // each request has a new idempotency key
	reset          []string // statements after each run

	sent  atomic.Int64 // the number of requests that an [openLoop] has sent
	runs  []figures
	bytes int // of a response body
}

// at returns the request at a position; ok is false if there are no more.
func (o *operation) at(i int) (_ []byte, ok bool) {
	if o.once && i >= len(o.requests) {
		return nil, false
	}
	request := o.requests[i%len(o.requests)]
	if o.withKeys {
		request = bytes.Replace(request, []byte("\r\n"), []byte("\r\nIdempotency-Key: "+rand.Text()+"\r\n"), 1)
	}
	return request, true
}

// deleteKeys deletes idempotency keys, which older servers and the floor don't have.
const deleteKeys = `do $$ begin if to_regclass('idempotency_keys') is not null then delete from idempotency_keys; end if; end $$`

// copySessions copies the sessions that can be refreshed, for restoreSessions.
const copySessions = `create temp table if not exists kept_sessions as select * from sessions where `

// restoreSessions restores refreshed sessions, with any columns.
var restoreSessions = []string{
	`create temp table refreshed as select k.* from kept_sessions k join sessions s using (id) where s.gen > k.gen`,
	`delete from sessions s using refreshed r where s.id = r.id`,
	`insert into sessions select * from refreshed`, `drop table refreshed`,
}

// operations returns the selected operations with their requests. After each run, everything that it has written is deleted, so that
// every run finds the same tables.
func (b *testbed) operations(ctx context.Context) ([]*operation, error) {
	now := time.Now()
	if err := b.signAccess(now); err != nil {
		return nil, err
	}
	r, err := newRequests(ctx, b)
	if err != nil {
		return nil, err
	}
	refreshes, err := b.refreshes(now)
	if err != nil {
		return nil, err
	}
	if err := b.exec(ctx, copySessions+b.ofSenders()); err != nil {
		return nil, err
	}
	withTokens, err := r.getOneWithAPITokens(ctx)
	if err != nil {
		return nil, err
	}
	all := b.allOperations(r, refreshes)
	if withTokens != nil { // the floor has no API tokens
		all = append(all, &operation{Name: "api-token", Title: "GET one recipe, API token", requests: withTokens})
	}
	var selected []*operation
	for _, o := range all {
		if o.status == 0 {
			o.status = http.StatusOK
		}
		if b.selected(o.Name) {
			selected = append(selected, o)
		}
	}
	if len(selected) == 0 {
		return nil, fmt.Errorf("-only names no operation: %s", b.only)
	}
	return selected, nil
}

// allOperations returns all operations that can be measured. A status of 0 means 200.
func (b *testbed) allOperations(r *requests, refreshes [][]byte) []*operation {
	deleteRecipes := []string{fmt.Sprintf(`delete from recipes where id > %d`, b.lastRecipe), b.vacuum("recipes")}
	deletePlans := []string{
		fmt.Sprintf(`delete from plans where id > %d`, b.lastPlan), `update recipes set state = 'active' where state <> 'active' and ` + b.ofSenders(),
		b.vacuum("recipes, plans"),
	}
	const found = "/api/recipes/?ingredients=leek,chicken%20breast"
	return []*operation{
		{Name: "get", Title: "GET one recipe", Limit: 1.25, requests: r.getOne()},
		// The floor doesn't scale recipes, so the limit is 1.3 times that of a plain recipe.
		{Name: "get-scaled", Title: "GET one recipe, scaled and converted", Limit: 1.25 * 1.3, requests: r.getOneScaled(), scaled: true},
		{Name: "list", Title: fmt.Sprintf("GET recipes (%d × %d)", b.recipes, ingredientsPerRecipe), Limit: 1.25, requests: r.gets("/api/recipes/")},
		{Name: "unchanged", Title: "GET recipes, unchanged (304)", Limit: 1.25, status: http.StatusNotModified, otherStatus: http.StatusOK},
		{Name: "search", Title: fmt.Sprintf("GET ?ingredients= over %d", b.recipes), Limit: 1.25, requests: r.gets(found)},
		{Name: "search-large", Title: fmt.Sprintf("GET ?ingredients= over %d", b.large), Limit: 1.25, requests: r.large(found)},
		{Name: "fridge", Title: fmt.Sprintf("GET fridge (%d)", b.portions.fridge), Limit: 1.25, requests: r.gets("/api/fridge/")},
		{Name: "checklist", Title: fmt.Sprintf("GET checklist (%d)", b.portions.checklist), Limit: 1.25, requests: r.gets("/api/grocery/list/")},
		{Name: "create", Title: fmt.Sprintf("POST recipe (%d lines)", ingredientsPerRecipe), Limit: 1.25, status: http.StatusCreated, requests: r.creations(), volatile: true, reset: deleteRecipes},
		{Name: "create-key", Title: "POST recipe, Idempotency-Key", Limit: 1.25 * 1.25, status: http.StatusCreated, requests: r.creations(), volatile: true, withKeys: true, reset: append([]string{deleteKeys}, deleteRecipes...)},
		{Name: "patch", Title: "PATCH state", Limit: 1.25, requests: r.patches(), reset: []string{b.vacuum("recipes")}},
		{Name: "bulk", Title: "POST bulk of 100", Limit: 1.35, status: http.StatusCreated, requests: r.imports(), volatile: true, reset: deleteRecipes},
		{Name: "plan", Title: fmt.Sprintf("POST grocery/ (%d recipes)", recipesPerPlan), Limit: 1.35, requests: r.plans(), once: true, reset: deletePlans},
		{Name: "refresh", Title: "POST token/refresh/", Limit: 1.35, requests: refreshes, once: true, volatile: true,
			reset: slices.Concat(restoreSessions, []string{b.vacuum("sessions")})},
		{Name: "login", Title: "POST token/ (argon2id)", Limit: 0.9, ByRate: true, requests: r.logins(), fewConnections: true, volatile: true,
			reset: []string{`delete from sessions where user_agent = 'bench' and id not in (select id from kept_sessions)`, b.vacuum("sessions")}},
	}
}

// vacuum returns the statement that removes dead rows after a run, also of the versions, which every write updates. It skips the indexes
// of very large tables: a run leaves almost nothing there, and scanning them takes long.
func (b *testbed) vacuum(tables string) string {
	if b.portions == smallPortions {
		return "vacuum (index_cleanup off) " + tables + ", " + b.versions
	}
	return "vacuum " + tables + ", " + b.versions
}

// updateTags reads the entity tags of all senders' recipes for the operation unchanged, because writes may have changed them. It does
// nothing for other operations.
func (b *testbed) updateTags(ctx context.Context, o *operation, addr string) error {
	if o.Name != "unchanged" {
		return nil
	}
	c, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	defer c.conn.Close() //nolint:errcheck // nothing is pending
	o.requests = nil
	for sender := range b.sendersWithoutLibrary() {
		authorization := "Authorization: Bearer " + b.access[sender]
		r, err := c.roundTrip(request(http.MethodGet, "/api/recipes/", authorization, ""))
		if err != nil {
			return err
		}
		tag := r.header.Get("ETag")
		if tag == "" {
			return errors.New("GET /api/recipes/: the response has no ETag")
		}
		o.requests = append(o.requests, request(http.MethodGet, "/api/recipes/", authorization+"\r\nIf-None-Match: "+tag, ""))
	}
	return nil
}
