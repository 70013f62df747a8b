package api_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestAStormOverTheSameRecipes plans the same recipes in opposite orders while recipes are imported, made active and deleted. No call
// may fail, and there must be no deadlock.
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
	require.ElementsMatch(t, planned, history, "a plan is in the history if it succeeded")
	// PostgreSQL counts a deadlock when the connection that detected it ends.
	k.Exec(t, `select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)
	require.Zero(t, k.Int(t, `select deadlocks from pg_stat_database where datname = current_database()`))
}

// TestATagStandsForOneResponseInAStorm reads lists and resources from two servers while it sends them all writes of the contract, many at
// once. Two different responses must not have the same tag.
func TestATagStandsForOneResponseInAStorm(t *testing.T) {
	t.Parallel()
	k := newLoneReplicaUser(t, "tag-storm")
	a := &faultyDatabaseUser{Server: k.Server, Client: k.clients[0]}
	a.fill(t)
	lists := []string{
		modelRecipes, modelRecipes + "?search=new", modelRecipes + "?limit=1", modelRecipes + "stats/", modelRecipes + "trash/", "/api/fridge/", modelHistory,
		modelHistory + "recent/", modelLines,
	}
	urls := append(lists, modelRecipePath(a.recipes[3]), modelItemPath(a.items[1]), modelLinePath(a.lines[1]))
	responses := apitest.NewTags()
	for _, url := range urls {
		responses.Remember(t, "", url, k.call(t, 0, http.MethodGet, url, nil).Is(t, http.StatusOK))
	}
	writing, reading := apitest.Concurrently(t), apitest.Concurrently(t)
	ctx, stop := context.WithCancel(t.Context())
	rounds := apitest.Rounds(t, 6)
	for i, c := range a.writeCalls() {
		writing.Go(func(t testing.TB) {
			for round := range rounds {
				require.Less(t, k.call(t, i+round, c.method, c.path, c.body).StatusCode, 500, "some find nothing to change")
			}
		})
	}
	for reader := range 6 {
		reading.Go(func(t testing.TB) {
			mine := map[string]string{}
			for round := 0; ctx.Err() == nil || round%len(urls) != 0; round++ {
				url := urls[round%len(urls)]
				headers := []string{"Authorization: Bearer " + k.clients[0].Access}
				switch way := (reader + round/len(urls)) % 3; {
				case way == 1:
					headers = append(headers, `If-None-Match: "other"`)
				case way == 2 && mine[url] != "":
					headers = append(headers, "If-None-Match: "+mine[url])
				}
				a := k.clients[(reader+round)%2].Do(t, http.MethodGet, url, "", headers...)
				switch a.StatusCode {
				case http.StatusNotModified:
					require.Equal(t, mine[url], a.Header.Get("Etag"))
					continue
				case http.StatusNotFound: // a deleted resource
					continue
				}
				responses.Remember(t, "", url, a.Is(t, http.StatusOK))
				mine[url] = a.Header.Get("Etag")
			}
		})
	}
	writing.Wait()
	stop()
	reading.Wait()
	for _, url := range lists {
		responses.Remember(t, "", url, k.call(t, 0, http.MethodGet, url, nil).Is(t, http.StatusOK))
		stale, newest := responses.Of("", url)
		require.NotEmpty(t, stale, "%s has changed", url)
		require.Equal(t, newest, k.call(t, 1, http.MethodGet, url, nil).Header.Get("Etag"))
	}
}
