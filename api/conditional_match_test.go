package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// conditionalWrites are the operations of the contract that take If-Match.
func conditionalWrites(t *testing.T) (all []apitest.Operation) {
	t.Helper()
	for _, o := range apitest.Operations(t) {
		for _, p := range o.In("header") {
			if p.Name == "If-Match" {
				all = append(all, o)
			}
		}
	}
	require.Len(t, all, 12, "PUT, PATCH and DELETE of a recipe, a food, an ingredient and an item")
	return all
}

// sendIfMatch sends a write with the header If-Match.
func (k etagUser) sendIfMatch(t testing.TB, r apitest.Request, ifMatch string) *apitest.Response {
	t.Helper()
	return r.Send(t, k.Client, "If-Match: "+ifMatch)
}

// conditionalPatches are bodies that change a resource, by the path of its collection.
var conditionalPatches = map[string]string{
	modelRecipes: `{"note": "touched"}`, modelFridge: `{"group": "touched"}`, modelLines: `{"isChecked": true}`, foodsPath: `{"aisle": "touched"}`,
}

// change changes a resource, and returns its tags before and after the change.
func (k etagUser) change(t *testing.T, url string) (before, after string) {
	t.Helper()
	before = k.etag(t, url)
	k.call(t, 1, http.MethodPatch, url, conditionalPatches[collectionOf(url)]).Is(t, http.StatusOK)
	after = k.etag(t, url)
	require.NotEqual(t, before, after)
	return before, after
}

// collectionOf returns the path of the collection of a resource.
func collectionOf(url string) string {
	return url[:strings.LastIndex(strings.TrimSuffix(url, "/"), "/")+1]
}

// readAllWithETags returns all data of the user by URL, with the tags and links.
func (k etagUser) readAllWithETags(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, url := range k.urls {
		if a := k.get(t, url); a.StatusCode == http.StatusOK {
			all[url] = []string{a.Header.Get("Etag"), a.Header.Get("Link"), a.Text}
		}
	}
	return all
}

func TestAWriteUnderACondition(t *testing.T) {
	t.Parallel()
	for _, o := range conditionalWrites(t) {
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			k := newETagUser(t, "writes")
			for what, condition := range map[string]func(stale, current string) string{
				"the current tag":      func(_, current string) string { return current },
				"any":                  func(_, _ string) string { return "*" },
				"any, among spaces":    func(_, _ string) string { return "  * " },
				"none":                 func(_, _ string) string { return "" },
				"a list":               func(stale, current string) string { return stale + `, "other",` + current },
				"made weak by a proxy": func(_, current string) string { return "W/" + current },
				"made weak, in a list": func(stale, current string) string {
					return "W/" + stale + ", W/" + strings.TrimSuffix(current, `"`) + `-gzip"`
				},
				"a list with nonsense": func(_, current string) string { return `x, ",W/"other" , ` + current + ` ,,` },
			} {
				r := k.Prepare(t, o)
				stale, current := k.change(t, r.URL)
				list := strings.Replace(collectionOf(r.URL), "/ingredient", "", 1)
				whole := k.etag(t, list)
				a := k.sendIfMatch(t, r, condition(stale, current))
				require.Equal(t, o.Success(), a.StatusCode, "%s: %s", what, a.Text)
				require.NotEqual(t, whole, k.etag(t, list), what)
				now := k.get(t, r.URL)
				require.NotEqual(t, current, now.Header.Get("Etag"), what)
				if o.Method == http.MethodPatch {
					require.Equal(t, now.Header.Get("Etag"), a.Header.Get("Etag"), "it is that of the next GET")
					require.Equal(t, now.Text, a.Text)
				} else {
					require.Empty(t, a.Header.Get("Etag"))
				}
			}
		})
	}
}

func TestAWriteWithAStaleTagChangesNothing(t *testing.T) {
	t.Parallel()
	for _, o := range conditionalWrites(t) {
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			k := newETagUser(t, "stale")
			r := k.Prepare(t, o)
			stale, current := k.change(t, r.URL)
			k.urls = append(k.urls, r.URL)
			before := k.readAllWithETags(t)
			parts := strings.Split(strings.Trim(current, `"`), "-")
			for _, condition := range []string{
				stale, `W/` + stale, `"other"`, "x", `"*"`, ",", strings.Trim(current, `"`), strings.Repeat(stale+",", 500), "\"\xe9\"", k.etag(t, modelHistory),
				fmt.Sprintf(`"%s-%sx-%s"`, parts[0], parts[1], parts[2]), fmt.Sprintf(`"000000-%s-%s"`, parts[1], parts[2]),
			} {
				a := k.sendIfMatch(t, r, condition).Is(t, http.StatusPreconditionFailed)
				require.Equal(t, "precondition_failed", a.Problem(t).Code)
				require.Empty(t, a.Header.Get("Etag"))
			}
			require.Equal(t, before, k.readAllWithETags(t))
			require.Equal(t, r.Success(), k.sendIfMatch(t, r, current).StatusCode, "its tag is still the current one")
		})
	}
}

// TestAWriteUnderAnothersTag gives the resources of two users the same versions.
func TestAWriteUnderAnothersTag(t *testing.T) {
	t.Parallel()
	k := etagUserOf(t, newLoneReplicaUser(t, "writes-mine"))
	other := etagUser{replicaUser: k.replicaUser, Kitchen: k.replicaUser.Kitchen(t, "writes-theirs", "")}
	for _, o := range conditionalWrites(t) {
		r, theirs := k.Prepare(t, o), other.Prepare(t, o)
		k.Exec(t, `with r as (update recipes set version = 7), f as (update fridge_items set version = 7), o as (update foods set version = 7) update grocery_items set version = 7`)
		before := k.readAllWithETags(t)
		k.sendIfMatch(t, r, other.etag(t, theirs.URL)).Is(t, http.StatusPreconditionFailed)
		require.Equal(t, before, k.readAllWithETags(t))
		for _, condition := range []string{"*", k.etag(t, r.URL), other.etag(t, theirs.URL), "x"} {
			k.sendIfMatch(t, theirs, condition).Is(t, http.StatusNotFound)
		}
	}
}

func TestInvalidRequestsFailTheSameWithACondition(t *testing.T) {
	t.Parallel()
	k := newETagUser(t, "wrong")
	for _, o := range conditionalWrites(t) {
		r := k.Prepare(t, o)
		stale, current := k.change(t, r.URL)
		for _, condition := range []string{"*", stale, current, "W/" + current, "x"} {
			unknown := r
			unknown.URL = collectionOf(r.URL) + "9007199254740991/"
			k.sendIfMatch(t, unknown, condition).Is(t, http.StatusNotFound)
			if o.Body != nil {
				wrong := r
				wrong.Text = `{"name": 1, "item": 1}`
				require.Equal(t, "invalid_input", k.sendIfMatch(t, wrong, condition).Is(t, http.StatusBadRequest).Problem(t).Code)
				r.Send(t, k.Client, "If-Match: "+condition, "Content-Type: text/plain").Is(t, http.StatusUnsupportedMediaType)
			}
			r.Send(t, k.Client, "If-Match: "+condition, "Authorization: x").Is(t, http.StatusUnauthorized)
		}
		require.Equal(t, current, k.etag(t, r.URL))
	}
}

func TestTheTagOfSeveralLines(t *testing.T) {
	t.Parallel()
	k := newETagUser(t, "lines")
	for _, o := range conditionalWrites(t) {
		if o.Method == http.MethodDelete { // it needs no body
			r := k.Prepare(t, o)
			stale, current := k.change(t, r.URL)
			for _, lines := range [][]string{{""}, {"", ""}, {stale, "W/" + stale}, {"", stale}} {
				k.sendWithHeader(t, http.MethodDelete, r.URL, "If-Match", lines...).Is(t, http.StatusPreconditionFailed)
			}
			k.sendWithHeader(t, http.MethodDelete, r.URL, "If-Match", stale, current).Is(t, http.StatusNoContent)
		}
	}
}

func TestANewThingComesWithItsTag(t *testing.T) {
	t.Parallel()
	k := newETagUser(t, "made")
	recipe := k.call(t, 1, http.MethodPost, modelRecipes, raceRecipe("pie", "active", "leek")).Is(t, http.StatusCreated)
	item := k.call(t, 1, http.MethodPost, modelFridge, `{"name": "leek", "group": "g"}`).Is(t, http.StatusCreated)
	for url, made := range map[string]*apitest.Response{
		modelRecipePath(apitest.Decode[modelRecipe](t, recipe).ID): recipe, modelItemPath(apitest.Decode[modelItem](t, item).ID): item,
	} {
		require.Equal(t, k.etag(t, url), made.Header.Get("Etag"))
		require.Equal(t, "no-store", made.Header.Get("Cache-Control"))
		require.Equal(t, k.get(t, url).Text, made.Text)
		k.get(t, url, made.Header.Get("Etag")).Is(t, http.StatusNotModified)
	}
}
