package contractfuzz_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// taggedQueries has queries of reads, by operation. The test doesn't depend on the results.
var taggedQueries = map[string][]string{
	"getRecipe":   {"units=us", "factor=3/2&units=metric"},
	"listRecipes": {"limit=1", "ordering=name&search=a", "ingredients=a,leek", "search=nothing-has-this"},
	"listPlans":   {"limit=1"},
}

// TestATagStandsForOneResponse changes the data of two users, with each call at one of two replicas. After each step it reads all data:
// different responses must have different tags, and the response to a tag must be 304 exactly if the tag is the current one.
func TestATagStandsForOneResponse(t *testing.T) {
	t.Parallel()
	h := startServer(t)
	replicas := []*apitest.Server{h.Server, h.Replica(t)}
	var unchanged, changed atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		w := h.newRun(t, rt)
		w.tags = apitest.NewTags()
		at := func(c *user) {
			access := c.Access
			c.Client = rapid.SampledFrom(replicas).Draw(rt, "replica").Client(w.tb)
			c.Access = access
		}
		for range 6 {
			c := w.drawUser()
			at(c)
			if rapid.IntRange(0, 3).Draw(rt, "replace") == 3 {
				w.replaceAndPatch(c)
			} else {
				w.succeed(c, w.validRequest(c, w.drawOperation(func(o apitest.Operation) bool { return o.NeedsToken && o.Method != http.MethodGet })))
			}
			at(c)
			w.readTagged(c, &unchanged, &changed)
			if rapid.IntRange(0, 3).Draw(rt, "the other user, too") == 3 {
				w.readTagged(w.otherUser(c), &unchanged, &changed)
			}
		}
	})
	require.Positive(t, unchanged.Load(), "no tag was still the current one")
	require.Positive(t, changed.Load(), "no tag was stale")
}

// readTagged reads all data of the user, with one of the values of If-None-Match that clients send.
func (w *run) readTagged(c *user, unchanged, changed *atomic.Int64) {
	var urls []string
	for _, o := range w.operations {
		if !o.Revalidates() {
			continue
		}
		if !o.HasID() {
			urls = append(urls, o.Path)
			for _, query := range taggedQueries[o.ID] {
				urls = append(urls, o.Path+"?"+query)
			}
		} else if resources := c.resources[o.Path]; len(resources) > 0 {
			urls = append(urls, collection(o.Path)+resources[0].id+"/", collection(o.Path)+resources[len(resources)-1].id+"/")
			for _, query := range taggedQueries[o.ID] {
				urls = append(urls, collection(o.Path)+resources[0].id+"/?"+query)
			}
		}
	}
	with := rapid.SampledFrom([]string{"no tag", "every tag but the newest", "every tag"}).Draw(w.T, "If-None-Match")
	for i := 0; i < len(urls); i++ {
		a := w.readOne(c, urls[i], with, unchanged, changed)
		if next, _, more := strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "<"), ">"); more {
			urls = append(urls, next)
		}
	}
}

// isHashed reports whether the tags of a path are hashes of the responses.
func isHashed(url string) bool {
	path, _, _ := strings.Cut(url, "?")
	return strings.HasPrefix(path, "/api/user/") || path == "/api/fridge/expiring/" || path == "/api/grocery/plan/"
}

// readOne returns the whole response to a GET, which may have come as 304 first.
func (w *run) readOne(c *user, url, with string, unchanged, changed *atomic.Int64) *apitest.Response {
	stale, newest := w.tags.Of(c.name, url)
	if isHashed(url) { // an earlier response may become the current one again
		stale = nil
	}
	send := map[string]string{
		"no tag": "", "every tag but the newest": strings.Join(append(slices.Clone(stale), `"other"`), ", "),
		"every tag": strings.Join(append(slices.Clone(stale), newest, `"other"`), ", "),
	}[with]
	a := w.fetch(c, url, send)
	switch {
	case a.StatusCode == http.StatusNotModified:
		require.Equal(w, "every tag", with, "GET %s: 304 for a tag that is not the current one", url)
		require.Equal(w, newest, a.Header.Get("Etag"), "GET %s: 304 for a tag that is not the current one", url)
		a = w.fetch(c, url, "") // it must be the response that the tag stands for
		require.Equal(w, newest, a.Header.Get("Etag"), "GET %s", url)
		unchanged.Add(1)
	case with == "no tag":
		w.fetch(c, url, a.Header.Get("Etag")).Is(w.tb, http.StatusNotModified)
	case newest != "" && a.Header.Get("Etag") != newest:
		changed.Add(1)
	}
	w.tags.Remember(w, c.name, url, a.Is(w.tb, http.StatusOK))
	return a
}

// fetch reads a URL. Unlike all others, the response isn't checked against the contract: that would take most of the time.
func (w *run) fetch(c *user, url, ifNoneMatch string) *apitest.Response {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, c.Base+url, nil)
	require.NoError(w, err)
	r.Header.Set("Authorization", "Bearer "+c.Access)
	if ifNoneMatch != "" {
		r.Header.Set("If-None-Match", ifNoneMatch)
	}
	return apitest.Send(w, http.DefaultClient, r)
}
