package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/token"
)

// requests builds the requests of a testbed's senders.
type requests struct {
	*testbed
	bodies []string  // bodies of recipes, as clients send them
	ids    [][]int64 // the ids of each sender's recipes
}

func newRequests(ctx context.Context, b *testbed) (*requests, error) {
	kitchen, err := demo.Load()
	if err != nil {
		return nil, err
	}
	rows, err := b.admin.Query(ctx, `select array_agg(id order by id) from recipes where user_id = any($1) group by user_id order by user_id`, b.senders)
	if err != nil {
		return nil, err
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[[]int64])
	return &requests{b, recipeBodies(kitchen, defaultPortions.note), ids}, err
}

// of returns a request of the sender at an index.
func (r *requests) of(sender int, method, path, body string) []byte {
	return request(method, path, "Authorization: Bearer "+r.access[sender], body)
}

// forEach returns a request of every sender with few recipes.
func (r *requests) forEach(requestOf func(sender int) []byte) [][]byte {
	all := make([][]byte, 0, r.sendersWithoutLibrary())
	for sender := range r.sendersWithoutLibrary() {
		all = append(all, requestOf(sender))
	}
	return all
}

func (r *requests) gets(path string) [][]byte {
	return r.forEach(func(sender int) []byte { return r.of(sender, http.MethodGet, path, "") })
}

// recipePath returns the path of one of a sender's recipes.
func (r *requests) recipePath(sender int) string {
	ids := r.ids[sender]
	return fmt.Sprintf("/api/recipes/%d/", ids[sender%len(ids)])
}

func (r *requests) getOne() [][]byte {
	return r.forEach(func(sender int) []byte { return r.of(sender, http.MethodGet, r.recipePath(sender), "") })
}

// getOneScaled is getOne with scaled amounts and converted units.
func (r *requests) getOneScaled() [][]byte {
	return r.forEach(func(sender int) []byte {
		return r.of(sender, http.MethodGet, r.recipePath(sender)+"?factor=3/2&units=metric", "")
	})
}

// large returns a request to the library of the last sender, which is the largest.
func (r *requests) large(path string) [][]byte {
	return [][]byte{r.of(len(r.senders)-1, http.MethodGet, path, "")}
}

func (r *requests) creations() [][]byte {
	return r.forEach(func(sender int) []byte {
		return r.of(sender, http.MethodPost, "/api/recipes/", r.bodies[sender%len(r.bodies)])
	})
}

// patches returns requests that mark a recipe of every sender as used, and then all of these as active again.
func (r *requests) patches() [][]byte {
	var all [][]byte
	for _, state := range []string{"used", "active"} {
		all = append(all, r.forEach(func(sender int) []byte {
			return r.of(sender, http.MethodPatch, r.recipePath(sender), `{"state":"`+state+`"}`)
		})...)
	}
	return all
}

// imports returns bulk requests of 100 recipes each. They are few, because each is large.
func (r *requests) imports() [][]byte {
	var all [][]byte
	for sender := range min(r.sendersWithoutLibrary(), 16) {
		var bodies []string
		for i := range 100 {
			bodies = append(bodies, r.bodies[(sender*100+i)%len(r.bodies)])
		}
		all = append(all, r.of(sender, http.MethodPost, "/api/recipes/bulk/", importBody(bodies)))
	}
	return all
}

// plans returns requests that plan every recipe of every sender once: at a second time it would already be marked as used.
func (r *requests) plans() [][]byte {
	var all [][]byte
	for from := 0; from+recipesPerPlan <= r.recipes; from += recipesPerPlan {
		all = append(all, r.forEach(func(sender int) []byte {
			ids, _ := json.Marshal(r.ids[sender][from : from+recipesPerPlan]) // numbers
			return r.of(sender, http.MethodPost, "/api/grocery/", `{"recipe_ids":`+string(ids)+`}`)
		})...)
	}
	return all
}

func (r *requests) logins() [][]byte {
	return r.forEach(func(sender int) []byte {
		return request(http.MethodPost, "/api/user/token/", "", fmt.Sprintf(`{"username":"cook%d","password":%q}`, r.senders[sender], password))
	})
}

// generationsPerSession is the maximum number of refreshes of a session in a run. After more than 7 in half a minute, a refresh takes a
// slower path than usual.
const generationsPerSession = 4

// refreshOnce returns the operation with one refresh per session. The second one is valid only after the first one has succeeded,
// which a mixed load can't guarantee: the first one may still wait, or was rejected.
func (o *operation) refreshOnce() *operation {
	return &operation{
		Name: o.Name, Title: o.Title, status: o.status, otherStatus: o.otherStatus, requests: o.requests[:len(o.requests)/generationsPerSession],
		once: o.once, volatile: o.volatile, reset: o.reset,
	}
}

// refreshes returns requests with the refresh tokens of the first generations of every session, in the order of the generations.
func (b *testbed) refreshes(now time.Time) ([][]byte, error) {
	if !b.selected("refresh") {
		return nil, nil
	}
	var all [][]byte
	for gen := range int64(generationsPerSession) {
		for _, s := range b.sessions {
			text, err := b.tokens.IssueRefresh(token.Refresh{
				UserID: s.user, SessionID: s.id, Generation: gen + 1, IssuedAt: now, ExpiresAt: now.Add(24 * time.Hour),
			}, now)
			if err != nil {
				return nil, err
			}
			all = append(all, request(http.MethodPost, "/api/user/token/refresh/", "Cookie: refresh_token="+text, ""))
		}
	}
	return all, nil
}
