package api_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// TestAStormOverTheSameRecipes plans overlapping choices in opposite orders while recipes are imported, made active
// and deleted. No call fails, and none has to wait in a circle.
func TestAStormOverTheSameRecipes(t *testing.T) {
	t.Parallel()
	k := newLoneReplicaUser(t, "race-storm")
	var list []any
	for i := range 20 {
		list = append(list, raceRecipe(fmt.Sprint("soup ", i), []string{"active", "used"}[i%2], "leek", fmt.Sprint(i)))
	}
	load := map[string]any{"list": list}
	k.call(t, 0, http.MethodPost, modelRecipes+"bulk/", load).Is(t, http.StatusCreated)
	var mu sync.Mutex
	var planned [][]int64
	plan := func(t testing.TB, server int) {
		var ids []int64
		for _, r := range apitest.Decode[[]modelRecipe](t, k.call(t, server, http.MethodGet, modelRecipes+"?limit=40", nil)) {
			ids = append(ids, r.ID)
		}
		if len(ids) == 0 {
			return
		}
		if server%2 == 0 {
			slices.Reverse(ids)
		}
		ids = slices.Concat(ids[rand.IntN(len(ids)):], ids[:rand.IntN(len(ids))+1])
		switch a := k.call(t, server, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids}); a.StatusCode {
		case http.StatusOK:
			mu.Lock()
			planned = append(planned, ids)
			mu.Unlock()
		default:
			a.Is(t, http.StatusNotFound)
		}
	}
	var acts []func(testing.TB)
	for worker := range 12 {
		acts = append(acts, func(t testing.TB) {
			for round := range 15 {
				switch turn := worker + round; {
				case worker < 6:
					plan(t, turn)
				case worker < 8:
					k.call(t, turn, http.MethodPost, modelRecipes+"refresh/", nil).Is(t, http.StatusOK)
				case worker < 10:
					k.call(t, turn, http.MethodPost, modelRecipes+"bulk/", load).Is(t, http.StatusCreated)
				case worker < 11 && round%5 == 4:
					k.call(t, turn, http.MethodDelete, modelRecipes, nil).Is(t, http.StatusNoContent)
				default:
					k.call(t, turn, http.MethodGet, modelRecipes+"stats/", nil).Is(t, http.StatusOK)
				}
			}
		})
	}
	apitest.AtOnce(t, acts...)

	require.NotEmpty(t, planned)
	var history [][]int64
	for _, p := range apitest.Decode[[]modelPlan](t, k.call(t, 0, http.MethodGet, modelHistory, nil)) {
		history = append(history, p.Recipes)
	}
	require.ElementsMatch(t, planned, history, "a plan is in the history if it was answered")
	// PostgreSQL counts a deadlock when the connection ends that saw it.
	k.Exec(t, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
	require.Zero(t, k.Int(t, `select deadlocks from pg_stat_database where datname = current_database()`))
}

// TestPagesWhileTheListChanges walks through lists while rows come and go: none is met twice, and of those that stay
// none is missed.
func TestPagesWhileTheListChanges(t *testing.T) {
	t.Parallel()
	k := newReplicaUser(t, "race-pages")
	words := []string{"É", "soup", "Straße", "a", "Z", "_", "strasse", "é"}
	for i := range 60 {
		r := k.recipe(t, fmt.Sprint(words[i%len(words)], i%2), "active", "leek", fmt.Sprint(i%7))
		if i%3 == 0 {
			k.call(t, 0, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{r.ID}}).Is(t, http.StatusOK)
		}
	}
	recipes, plans := k.rows(t, modelRecipes, nil), k.rows(t, modelHistory, nil)
	ctx, stop := context.WithCancel(t.Context())
	noise := apitest.Concurrently(t)
	for worker := range 3 {
		noise.Go(func(t testing.TB) {
			for ctx.Err() == nil {
				r := k.recipe(t, fmt.Sprint(words[rand.IntN(len(words))], rand.IntN(2)), "active", "leek", "salt")
				k.call(t, worker, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{r.ID}}).Is(t, http.StatusOK)
				k.call(t, worker, http.MethodDelete, modelRecipePath(r.ID), nil).Is(t, http.StatusNoContent)
			}
		})
	}
	for _, query := range []string{"", "ordering=added_date", "ordering=name", "ordering=-name", "ingredients=leek,1,salt", "search=s&ingredients=leek"} {
		k.walk(t, modelRecipes+"?"+query, recipes)
	}
	k.walk(t, modelHistory+"?", plans)
	stop()
	noise.Wait()
}

// rows reads the ids of a list as it is at one moment; with some given, only those.
func (k replicaUser) rows(t *testing.T, path string, only []int64) (ids []int64) {
	t.Helper()
	for _, row := range apitest.Decode[[]struct{ ID int64 }](t, k.call(t, 0, http.MethodGet, path, nil).Is(t, http.StatusOK)) {
		if only == nil || slices.Contains(only, row.ID) {
			ids = append(ids, row.ID)
		}
	}
	return ids
}

// walk goes from page to page, each at the other server. It demands the rows that stay, in the order of the list.
func (k replicaUser) walk(t *testing.T, path string, stay []int64) {
	t.Helper()
	want := k.rows(t, path, stay)
	require.NotEmpty(t, want)
	var met []int64
	seen := map[int64]bool{}
	next := path + "&limit=3"
	for page := 0; next != ""; page++ {
		a := k.call(t, page, http.MethodGet, next, nil).Is(t, http.StatusOK)
		for _, row := range apitest.Decode[[]struct{ ID int64 }](t, a) {
			require.False(t, seen[row.ID], "%s repeats %d", path, row.ID)
			seen[row.ID] = true
			if slices.Contains(stay, row.ID) {
				met = append(met, row.ID)
			}
		}
		next, _, _ = strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "<"), ">")
	}
	require.Equal(t, want, met, path)
}

// TestAnAccountIsDeletedInAStorm deletes accounts while everything is called: whoever calls has it, or is refused.
func TestAnAccountIsDeletedInAStorm(t *testing.T) {
	t.Parallel()
	k := newLoneReplicaUser(t, "race-end-0")
	for round := range apitest.Rounds(t, 1) {
		if round > 0 {
			k.clients[0] = k.User(t, fmt.Sprint("race-end-", round))
			k.clients[1].Access = k.clients[0].Access
		}
		a := &failingUser{Server: k.Server, Client: k.clients[0]}
		a.fill(t)
		calls := a.everyWrite()
		for _, path := range []string{modelRecipes, "/api/fridge/", modelHistory, modelLines, modelRecipes + "stats/"} {
			calls = append(calls, writeCall{method: http.MethodGet, path: path})
		}
		acts := []func(testing.TB){k.deleteUsers}
		for i, c := range calls {
			acts = append(acts, func(t testing.TB) {
				for {
					switch answer := k.call(t, i, c.method, c.path, c.body); answer.StatusCode {
					case http.StatusUnauthorized:
						return
					case http.StatusNotFound, http.StatusOK, http.StatusCreated, http.StatusNoContent:
					default:
						require.Failf(t, "neither there nor refused", "%s %s: %d %s", c.method, c.path, answer.StatusCode, answer.Text)
					}
				}
			})
		}
		apitest.AtOnce(t, acts...)
		require.Empty(t, a.dump(t), "nothing is left of it")
	}
}

// deleteUsers deletes every account, again if it meets its calls in a circle, as the server's own command does.
func (k replicaUser) deleteUsers(t testing.TB) {
	t.Helper()
	pgtest.Eventually(t, func() bool {
		_, err := k.Pool.Exec(context.Background(), `delete from users`)
		return err == nil
	})
}
