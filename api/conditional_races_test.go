package api_test

import (
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestOfTwoWritesUnderTheSameTagOneSucceeds sends two writes with the same tag to two servers at once.
func TestOfTwoWritesUnderTheSameTagOneSucceeds(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	for _, o := range conditionalWrites(t) {
		t.Run(o.ID, func(t *testing.T) {
			k := etagUserOf(t, replicaUserOf(t, servers, o.ID))
			second := http.StatusPreconditionFailed
			if o.Method == http.MethodDelete {
				second = http.StatusNoContent // it repeats the first
			}
			k.clients[1].Access = k.Access
			for round := range apitest.Rounds(t, 3) {
				r := k.Prepare(t, o)
				tag := k.etag(t, r.URL)
				send := func(t testing.TB, i int) *apitest.Response { return r.Send(t, k.clients[i], "If-Match: "+tag) }
				var responses []*apitest.Response
				if round == 0 { // each waits until both have arrived
					calls := apitest.Concurrently(t)
					release := k.holdLocks(t, `select from user_versions for update`)
					one := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return send(t, 0) })
					two := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return send(t, 1) })
					release()
					calls.Wait()
					responses = []*apitest.Response{*one, *two}
				} else {
					responses = k.atOnce(t, 2, send)
				}
				statuses := []int{responses[0].StatusCode, responses[1].StatusCode}
				slices.Sort(statuses)
				require.Equal(t, []int{o.Success(), second}, statuses)
			}
		})
	}
}

func TestADeletionThatAChangeOvertakesFails(t *testing.T) {
	t.Parallel()
	k := etagUserOf(t, newLoneReplicaUser(t, "overtaken"))
	for _, o := range conditionalWrites(t) {
		if o.Method != http.MethodDelete {
			continue
		}
		r := k.Prepare(t, o)
		tag := k.etag(t, r.URL)
		calls := apitest.Concurrently(t)
		release := k.holdLocks(t, `select from user_versions for update`)
		change := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response {
			return k.call(t, 1, http.MethodPatch, r.URL, conditionalPatches[collectionOf(r.URL)])
		})
		deletion := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return k.sendIfMatch(t, r, tag) })
		release()
		calls.Wait()
		(*change).Is(t, http.StatusOK)
		(*deletion).Is(t, http.StatusPreconditionFailed)
		require.Equal(t, (*change).Text, k.get(t, r.URL).Is(t, http.StatusOK).Text)
	}
}

// TestAListEmptiedDuringAReadHasAnotherTag stops a read after it has read the version, and empties the list.
func TestAListEmptiedDuringAReadHasAnotherTag(t *testing.T) {
	t.Parallel()
	servers := startLonePair(t)
	for url, table := range map[string]string{
		modelRecipes: "recipes", modelRecipes + "stats/": "recipes", "/api/fridge/": "fridge_items", modelHistory: "plans", modelLines: "grocery_items",
		foodsPath: "foods",
	} {
		t.Run(strings.ReplaceAll(strings.Trim(url, "/"), "/", "-"), func(t *testing.T) {
			k := etagUserOf(t, replicaUserOf(t, servers, "emptied-"+strings.Trim(strings.ReplaceAll(url, "/", "-"), "-")))
			full := k.get(t, url).Is(t, http.StatusOK)
			calls := apitest.Concurrently(t)
			release := k.holdLocks(t, `lock table `+table+` in access exclusive mode; delete from `+table+`;
				update user_versions set recipes = next_version(recipes), fridge = next_version(fridge), checklist = next_version(checklist), plans = next_version(plans), foods = next_version(foods)`)
			reading := k.startAndWaitForLock(t, calls, func(t testing.TB) *apitest.Response { return k.get(t, url, otherVersion(full.Header.Get("Etag"))) })
			release()
			calls.Wait()

			emptied := (*reading).Is(t, http.StatusOK)
			require.NotEqual(t, full.Text, emptied.Text)
			require.NotEqual(t, full.Header.Get("Etag"), emptied.Header.Get("Etag"), "a tag stands for one response")
			require.Equal(t, emptied.Text, k.get(t, url).Text)
		})
	}
}

// otherVersion returns the tag of another version. With such a tag, the server first reads the version and then the list.
func otherVersion(tag string) string { return strings.TrimSuffix(tag, `"`) + `0"` }

// TestAThingAddedToAnEmptyListAndDeletedHasItsOwnTag adds something to an empty list before one query of a read, and deletes it
// before a later query.
func TestAThingAddedToAnEmptyListAndDeletedHasItsOwnTag(t *testing.T) {
	t.Parallel()
	recorder, database, direct := newRecorded(t)
	s := apitest.Serve(t, database)
	k := etagUser{replicaUser: replicaUser{Server: s}, Kitchen: s.Kitchen(t, "comes-and-goes", "")}
	other := s.Replica(t, func(c *apitest.Config) { c.DB = direct.Open(t) }).Client(t)
	other.Access = k.Access
	soup := apitest.Decode[modelRecipe](t, other.Call(t, http.MethodPost, modelRecipes, raceRecipe("soup", "active")).Is(t, http.StatusCreated)).ID
	for url, change := range map[string]struct{ path, comes, goes string }{
		modelHistory:                  {"/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d]}`, soup), modelHistory},
		modelLines:                    {modelLines, `{"items": "milk"}`, modelLines},
		"/api/fridge/":                {modelFridge, `{"name": "leek", "group": "g"}`, modelFridge + "group/g"},
		modelRecipes + "?search=stew": {modelRecipes, atomicRecipe("stew"), ""}, // by its id
	} {
		tags := apitest.NewTags()
		remember := func() { tags.Remember(t, "", url, other.Call(t, http.MethodGet, url, nil).Is(t, http.StatusOK)) }
		for _, lines := range [][]string{nil, {otherVersion(k.etag(t, url))}} {
			for first, second := range conditionalPairs(6) {
				count, goes := 0, ""
				recorder.Intercept(func(string) {
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
				}, func() { tags.Remember(t, "", url, k.get(t, url, lines...).Is(t, http.StatusOK)) })
				if goes != "" {
					other.Call(t, http.MethodDelete, goes, nil)
				}
				remember()
			}
		}
	}
}

// conditionalPairs returns all pairs of numbers from 1 to n, the smaller number first.
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
