package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/recipe"
	"github.com/ocipe/ocipe/internal/token"
)

// pantry has what requests are written of.
type pantry struct {
	*world
	recipes [][]byte  // as clients send them
	ids     [][]int64 // of each cook's recipes
}

func newPantry(ctx context.Context, w *world) (*pantry, error) {
	p := &pantry{world: w}
	kitchen, err := demo.Load()
	if err != nil {
		return nil, err
	}
	for _, r := range ofEightLines(kitchen.Recipes) {
		text, err := json.Marshal(struct {
			Name        string              `json:"name"`
			MeatType    string              `json:"meat_type"`
			Longevity   int64               `json:"longevity"`
			Frequency   string              `json:"frequency"`
			Note        string              `json:"note"`
			Ingredients []recipe.Ingredient `json:"ingredients"`
		}{r.Name, r.MeatType, r.Longevity, r.Frequency, r.Note, r.Ingredients})
		if err != nil {
			return nil, err
		}
		p.recipes = append(p.recipes, text)
	}
	rows, err := w.admin.Query(ctx, `select array_agg(id order by id) from recipes where user_id = any($1) group by user_id order by user_id`, w.cooks)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var ids []int64
		if err := rows.Scan(&ids); err != nil {
			return nil, err
		}
		p.ids = append(p.ids, ids)
	}
	return p, rows.Err()
}

// of is a request of one cook's, counted from 0.
func (p *pantry) of(user int, method, path, body string) []byte {
	return request(method, path, "Authorization: Bearer "+p.access[user], body)
}

// each reads the same of every user with few recipes.
func (p *pantry) each(path string) [][]byte {
	var all [][]byte
	for user := range p.few() {
		all = append(all, p.of(user, http.MethodGet, path, ""))
	}
	return all
}

// getOne reads another recipe of every user.
func (p *pantry) getOne() [][]byte {
	var all [][]byte
	for user := range p.few() {
		all = append(all, p.of(user, http.MethodGet, fmt.Sprintf("/api/recipes/%d/", p.ids[user][user%len(p.ids[user])]), ""))
	}
	return all
}

// large searches the last cook's recipes, which are the most.
func (p *pantry) large(path string) [][]byte {
	return [][]byte{p.of(len(p.cooks)-1, http.MethodGet, path, "")}
}

func (p *pantry) creations() [][]byte {
	var all [][]byte
	for user := range p.few() {
		all = append(all, p.of(user, http.MethodPost, "/api/recipes/", string(p.recipes[user%len(p.recipes)])))
	}
	return all
}

// patches cook a recipe of every user, and after all users take it back.
func (p *pantry) patches() [][]byte {
	var all [][]byte
	for _, state := range []string{"used", "active"} {
		for user := range p.few() {
			path := fmt.Sprintf("/api/recipes/%d/", p.ids[user][user%len(p.ids[user])])
			all = append(all, p.of(user, http.MethodPatch, path, `{"state":"`+state+`"}`))
		}
	}
	return all
}

// imports are few: each is large.
func (p *pantry) imports() [][]byte {
	var all [][]byte
	for user := range min(p.few(), 16) {
		body := []byte(`{"list":[`)
		for i := range 100 {
			if i > 0 {
				body = append(body, ',')
			}
			body = append(body, p.recipes[(user*100+i)%len(p.recipes)]...)
		}
		all = append(all, p.of(user, http.MethodPost, "/api/recipes/bulk/", string(body)+"]}"))
	}
	return all
}

// plans choose every recipe of every user once: a second time it would be marked already.
func (p *pantry) plans() [][]byte {
	var all [][]byte
	for from := 0; from+planned <= p.config.recipes; from += planned {
		for user := range p.few() {
			ids, _ := json.Marshal(p.ids[user][from : from+planned]) // numbers
			all = append(all, p.of(user, http.MethodPost, "/api/grocery/", `{"recipe_ids":`+string(ids)+`}`))
		}
	}
	return all
}

func (p *pantry) logins() [][]byte {
	var all [][]byte
	for user := range p.few() {
		body := fmt.Sprintf(`{"username":"cook%d","password":%q}`, p.cooks[user], password)
		all = append(all, request(http.MethodPost, "/api/user/token/", "", body))
	}
	return all
}

// generations is how often a session is refreshed in a run at most: beyond 7 times in half a minute, refreshing takes
// another path than the usual one.
const generations = 4

// refreshes are the refresh tokens of the first generations of every session, which nobody has been given yet.
func (w *world) refreshes(now time.Time) ([][]byte, error) {
	if !w.selected("refresh") {
		return nil, nil
	}
	var all [][]byte
	for gen := range int64(generations) {
		for _, s := range w.sessions {
			text, err := w.tokens.IssueRefresh(token.Refresh{
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
