package api_test

import (
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestAListEmptiedDuringAReadHasAnotherTag stops a reading after the version was asked for, and empties the list.
func TestAListEmptiedDuringAReadHasAnotherTag(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	for url, table := range map[string]string{
		modelRecipes: "recipes", modelRecipes + "stats/": "recipes", "/api/fridge/": "fridge_items", modelHistory: "plans", modelLines: "grocery_items",
	} {
		t.Run(strings.ReplaceAll(strings.Trim(url, "/"), "/", "-"), func(t *testing.T) {
			k := taggedUserOf(t, replicaUserOf(t, servers, "emptied-"+strings.Trim(strings.ReplaceAll(url, "/", "-"), "-")))
			full := k.get(t, url).Is(t, http.StatusOK)
			calls := apitest.Concurrently(t)
			release := k.hold(t, `lock table `+table+` in access exclusive mode; delete from `+table+`;
				update user_versions set recipes = next_version(recipes), fridge = next_version(fridge), checklist = next_version(checklist), plans = next_version(plans)`)
			reading := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return k.get(t, url, otherVersion(full.Header.Get("Etag"))) })
			release()
			calls.Wait()

			emptied := (*reading).Is(t, http.StatusOK)
			require.NotEqual(t, full.Text, emptied.Text)
			require.NotEqual(t, full.Header.Get("Etag"), emptied.Header.Get("Etag"), "one tag stands for one answer")
			require.Equal(t, emptied.Text, k.get(t, url).Text)
		})
	}
}

// otherVersion returns the tag of another version, with which a list is read after its version.
func otherVersion(tag string) string { return strings.TrimSuffix(tag, `"`) + `0"` }

// TestAThingAddedToAnEmptyListAndDeletedHasItsOwnTag adds something before one query of a reading that would find nothing,
// and takes it away before a later one.
func TestAThingAddedToAnEmptyListAndDeletedHasItsOwnTag(t *testing.T) {
	t.Parallel()
	w, database, direct := throughWire(t)
	s := apitest.Serve(t, database)
	k := taggedUser{replicaUser: replicaUser{Server: s}, Kitchen: s.Kitchen(t, "comes-and-goes", "")}
	other := s.Replica(t, func(c *apitest.Config) { c.DB = direct.Open(t) }).Client(t)
	other.Access = k.Access
	soup := apitest.Decode[modelRecipe](t, other.Call(t, http.MethodPost, modelRecipes, raceRecipe("soup", "active")).Is(t, http.StatusCreated)).ID
	for url, change := range map[string]struct{ path, comes, goes string }{
		modelHistory:                  {"/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d]}`, soup), modelHistory},
		modelLines:                    {modelLines, `{"items": "milk"}`, modelLines},
		"/api/fridge/":                {modelFridge, `{"name": "leek", "group": "g"}`, modelFridge + "group/g"},
		modelRecipes + "?search=stew": {modelRecipes, atomicRecipe("stew"), ""}, // by its id
	} {
		answers := apitest.NewTags()
		remember := func() { answers.Remember(t, "", url, other.Call(t, http.MethodGet, url, nil).Is(t, http.StatusOK)) }
		for _, lines := range [][]string{nil, {otherVersion(k.tag(t, url))}} {
			for first, second := range conditionalPairs(6) {
				count, goes := 0, ""
				w.Meeting(func(string) {
					switch count++; count {
					case first:
						made := other.Call(t, http.MethodPost, change.path, change.comes)
						if goes = change.goes; goes == "" {
							goes = modelRecipePath(apitest.Decode[modelRecipe](t, made).ID)
						}
						remember()
					case second:
						other.Call(t, http.MethodDelete, goes, nil)
						remember()
						goes = ""
					}
				}, func() { answers.Remember(t, "", url, k.get(t, url, lines...).Is(t, http.StatusOK)) })
				if goes != "" {
					other.Call(t, http.MethodDelete, goes, nil)
				}
				remember()
			}
		}
	}
}

// conditionalPairs are all pairs of numbers from 1 to n, the smaller one first.
func conditionalPairs(n int) iter.Seq2[int, int] {
	return func(yield func(int, int) bool) {
		for first := range n {
			for second := range n - first - 1 {
				if !yield(first+1, first+second+2) {
					return
				}
			}
		}
	}
}
