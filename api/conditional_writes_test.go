package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEveryWriteChangesTheTagOfItsCollection calls every operation of the contract that writes, and changes something.
func TestEveryWriteChangesTheTagOfItsCollection(t *testing.T) {
	t.Parallel()
	k := newFaultyDatabaseUser(t)
	k.fill(t)
	requireEveryWrite(t, k.writeCalls())
	for i := range k.writeCalls() {
		k.fill(t)
		call, before := k.writeCalls()[i], k.tagsAndTexts(t)
		k.Call(t, call.method, call.path, call.body).Is(t, call.status)
		after := k.tagsAndTexts(t)
		changed := map[string]bool{}
		for url, old := range before {
			now, there := after[url]
			if there && old.text != now.text {
				require.NotEqual(t, old.tag, now.tag, "%s %s has changed GET %s", call.method, call.path, url)
			}
			if there && old.tag != now.tag {
				changed[url] = true
			}
		}
		for url, moved := range map[string]bool{
			modelRecipes:   strings.HasPrefix(call.path, modelRecipes) || call.path == "/api/grocery/" || call.path == mealPlanPath || strings.HasPrefix(call.path, foodsPath),
			foodsPath:      strings.HasPrefix(call.path, foodsPath),
			"/api/fridge/": strings.HasPrefix(call.path, "/api/fridge/") || strings.HasSuffix(call.path, "/cook/") || strings.HasSuffix(call.path, "/restock/"),
			modelHistory:   call.path == modelHistory || call.path == "/api/grocery/" || strings.HasPrefix(call.path, mealPlanPath),
			modelLines:     strings.HasPrefix(call.path, modelLines) || call.path == mealPlanPath || strings.HasPrefix(call.path, mealPlanPath+"meals/"),
		} {
			require.Equal(t, moved, changed[url], "%s %s, and GET %s", call.method, call.path, url)
		}
	}
}

// tagsAndTexts returns all data of the user by URL.
func (k *faultyDatabaseUser) tagsAndTexts(t *testing.T) map[string]struct{ tag, text string } {
	t.Helper()
	urls := []string{
		modelRecipes, modelRecipes + "?limit=1&ordering=name", modelRecipes + "?ingredients=leek", modelRecipes + "stats/", modelRecipes + "trash/", "/api/fridge/", foodsPath, modelHistory,
		modelHistory + "?limit=1", modelHistory + "recent/", modelLines, mealPlanPath, mealPlanPath + "overrides/",
	}
	for _, id := range k.recipes {
		urls = append(urls, modelRecipePath(id))
	}
	for _, id := range k.items {
		urls = append(urls, modelItemPath(id))
	}
	for _, id := range k.foods {
		urls = append(urls, foodPath(id))
	}
	for _, id := range k.lines {
		urls = append(urls, modelLinePath(id))
	}
	all := map[string]struct{ tag, text string }{}
	for _, url := range urls {
		if a := k.Call(t, http.MethodGet, url, nil); a.StatusCode == http.StatusOK {
			all[url] = struct{ tag, text string }{a.Header.Get("Etag"), a.Header.Get("Link") + a.Text}
		}
	}
	return all
}
