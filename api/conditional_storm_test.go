package api_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestATagStandsForOneAnswerInAStorm reads lists and things on two servers while they are written there: no two answers come
// under one tag, whoever reads them.
func TestATagStandsForOneAnswerInAStorm(t *testing.T) {
	t.Parallel()
	k := newReplicaUser(t, "tag-storm")
	r, i, l := k.recipe(t, "soup", "used", "leek"), k.item(t, "leek", "stays"), k.line(t, "milk")
	urls := []string{
		modelRecipes, modelRecipes + "?search=stew", modelRecipes + "?limit=1", modelRecipes + "stats/", "/api/fridge/", modelHistory,
		modelHistory + "recent/", modelLines, modelRecipePath(r.ID), modelItemPath(i.ID), modelLinePath(l),
	}
	answers := apitest.NewTags()
	for _, url := range urls {
		answers.Remember(t, "", url, k.call(t, 0, http.MethodGet, url, nil).Is(t, http.StatusOK))
	}
	writing, reading := apitest.Concurrently(t), apitest.Concurrently(t)
	ctx, stop := context.WithCancel(t.Context())
	rounds := apitest.Rounds(t, 6)
	for _, write := range k.tagWriters(r, i, l) {
		writing.Go(func(t testing.TB) {
			for round := range rounds {
				write(t, round)
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
				if a.StatusCode == http.StatusNotModified {
					require.Equal(t, mine[url], a.Header.Get("Etag"))
					continue
				}
				answers.Remember(t, "", url, a.Is(t, http.StatusOK))
				mine[url] = a.Header.Get("Etag")
			}
		})
	}
	writing.Wait()
	stop()
	reading.Wait()
	for _, url := range urls {
		answers.Remember(t, "", url, k.call(t, 0, http.MethodGet, url, nil).Is(t, http.StatusOK))
		stale, newest := answers.Of("", url)
		require.NotEmpty(t, stale, "%s has changed", url)
		require.Equal(t, newest, k.call(t, 1, http.MethodGet, url, nil).Header.Get("Etag"))
	}
}

// tagWriters write all kinds of things, each call at the other server, and empty lists again and again. What is given stays.
func (k replicaUser) tagWriters(r modelRecipe, i modelItem, l int64) []func(t testing.TB, round int) {
	return []func(t testing.TB, round int){
		func(t testing.TB, round int) {
			k.call(t, round, http.MethodPost, modelRecipes, raceRecipe("stew", "active", "leek")).Is(t, http.StatusCreated)
			made := k.call(t, round+1, http.MethodPost, modelRecipes+"bulk/", map[string]any{"list": []any{raceRecipe("stew", "used"), raceRecipe("pie", "used")}})
			for _, one := range apitest.Decode[[]modelRecipe](t, made.Is(t, http.StatusCreated)) {
				k.call(t, round, http.MethodDelete, modelRecipePath(one.ID), nil).Is(t, http.StatusNoContent)
			}
			for _, one := range apitest.Decode[[]modelRecipe](t, k.call(t, round, http.MethodGet, modelRecipes+"?search=stew", nil)) {
				k.call(t, round+1, http.MethodDelete, modelRecipePath(one.ID), nil).Is(t, http.StatusNoContent)
			}
		},
		func(t testing.TB, round int) {
			k.call(t, round, http.MethodPatch, modelRecipePath(r.ID), map[string]any{"note": fmt.Sprint(round)}).Is(t, http.StatusOK)
			k.call(t, round+1, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": []int64{r.ID}}).Is(t, http.StatusOK)
			k.call(t, round, http.MethodPost, modelRecipes+"refresh/", nil).Is(t, http.StatusOK)
			k.call(t, round+1, http.MethodDelete, modelHistory, nil).Is(t, http.StatusNoContent)
		},
		func(t testing.TB, round int) {
			made := k.call(t, round, http.MethodPost, modelFridge, map[string]string{"name": "salt", "group": "goes"}).Is(t, http.StatusCreated)
			k.call(t, round+1, http.MethodPut, modelFridge+"group/stays", map[string]string{"new_group": "renamed"}).Is(t, http.StatusOK)
			k.call(t, round, http.MethodDelete, modelItemPath(apitest.Decode[modelItem](t, made).ID), nil)
			k.call(t, round+1, http.MethodPut, modelItemPath(i.ID), map[string]string{"name": fmt.Sprint(round), "group": "stays"}).Is(t, http.StatusOK)
			k.call(t, round, http.MethodDelete, modelFridge+"group/goes", nil).Is(t, http.StatusOK)
		},
		func(t testing.TB, round int) {
			k.call(t, round, http.MethodPost, modelLines, map[string]string{"items": "milk\nbread"}).Is(t, http.StatusCreated)
			k.call(t, round+1, http.MethodPatch, modelLinePath(l), map[string]any{"item": fmt.Sprint(round), "isChecked": round%2 == 0}).Is(t, http.StatusOK)
			for _, one := range apitest.Decode[[]modelLine](t, k.call(t, round, http.MethodGet, modelLines, nil)) {
				if one.ID != l {
					k.call(t, round, http.MethodDelete, modelLinePath(one.ID), nil).Is(t, http.StatusNoContent)
				}
			}
		},
	}
}
