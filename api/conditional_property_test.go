package api_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/ocipe/ocipe/internal/apitest"
)

// responsesByTag remembers every answer that was ever seen: one tag of one URL stands for one answer, for ever.
type responsesByTag struct {
	mu   sync.Mutex
	seen map[string]map[string]string // by URL and tag, what was answered
	last map[string]string            // by URL, the newest tag
}

func newResponsesByTag() *responsesByTag {
	return &responsesByTag{seen: map[string]map[string]string{}, last: map[string]string{}}
}

// remember demands that the answer is that which its tag stands for, if it was seen before. of is whose it is.
func (m *responsesByTag) remember(t require.TestingT, of, url string, a *apitest.Response) {
	tag, text := a.Header.Get("Etag"), a.Header.Get("Link")+"\n"+a.Text
	require.NotEmpty(t, tag, url)
	m.mu.Lock()
	defer m.mu.Unlock()
	tags := m.seen[of+url]
	if tags == nil {
		tags = map[string]string{}
		m.seen[of+url] = tags
	}
	if known, seen := tags[tag]; seen {
		require.Equal(t, known, text, "GET %s: under the tag %s another answer was seen", url, tag)
	}
	tags[tag], m.last[of+url] = text, tag
}

// tags are those of a URL; stale without the newest.
func (m *responsesByTag) tags(of, url string) (stale []string, newest string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	newest = m.last[of+url]
	for tag := range m.seen[of+url] {
		if tag != newest {
			stale = append(stale, tag)
		}
	}
	slices.Sort(stale)
	return stale, newest
}

// taggedRun is a history of the model's, of which every answer is remembered.
type taggedRun struct {
	*modelRun
	answers *responsesByTag
	servers [2]*apitest.Server
	server  *apitest.Server // the one that is called now
}

// TestATagStandsForOneAnswer plays random histories of two users, each call at one of two replicas. After each step it
// reads everything: what differs from anything that was ever answered under a tag has another tag, and a tag is answered
// with 304 exactly if it is the current one.
func TestATagStandsForOneAnswer(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	servers, newest := [2]*apitest.Server{s, s.Replica(t)}, modelNewest{}
	tokens := []string{s.User(t, "ann").Access, s.User(t, "ben").Access}
	rapid.Check(t, func(rt *rapid.T) {
		s.Exec(t, `with r as (delete from recipes), p as (delete from plans), f as (delete from fridge_items) delete from grocery_items`)
		w := &taggedRun{&modelRun{T: rt, tb: apitest.Within(t, rt), newest: &newest}, newResponsesByTag(), servers, s}
		for _, token := range tokens {
			c := &modelUser{Client: s.Client(w.tb)}
			c.Access = token
			w.users = append(w.users, c)
			for range 2 { // some are refused
				w.importRecipes(c)
				w.addItem(c)
				w.addLines(c)
			}
			w.look(c)
		}
		acts := w.writes()
		for range 5 {
			act := rapid.SampledFrom(acts).Draw(rt, "what happens")
			c := w.at(w.one(w.users))
			act.do(c)
			w.look(w.at(c))
			if w.chance(4, "look at both") {
				w.look(w.other(c))
			}
		}
	})
}

// at sends a user to one of the servers.
func (w *taggedRun) at(c *modelUser) *modelUser {
	access := c.Access
	w.server = w.servers[rapid.IntRange(0, 1).Draw(w.T, "server")]
	c.Client = w.server.Client(w.tb)
	c.Access = access
	return c
}

func (w *taggedRun) other(c *modelUser) *modelUser {
	if c == w.users[0] {
		return w.users[1]
	}
	return w.users[0]
}

// writes are the model's acts that change something, or fail to.
func (w *taggedRun) writes() []modelStep {
	reads := []string{
		"list recipes", "page through recipes", "show the fridge", "get a recipe", "count recipes", "get an item", "page through the history",
		"get a line", "use a stale cursor",
	}
	acts := slices.DeleteFunc(w.acts(), func(a modelStep) bool { return slices.Contains(reads, a.name) })
	return append(acts, modelStep{"change a line under a condition", w.patchUnder}, modelStep{"delete a line under a condition", w.deleteUnder})
}

// condition draws a tag of the thing, and tells whether it is the current one.
func (w *taggedRun) condition(c *modelUser, url string) (tag string, current bool) {
	newest := w.ok(c, url).Header.Get("Etag")
	stale, _ := w.answers.tags(c.Access, url)
	tag = rapid.SampledFrom(append(stale, newest, "*", "W/"+newest, `"other"`)).Draw(w.T, "If-Match")
	return tag, tag == newest || tag == "*"
}

func (w *taggedRun) patchUnder(c *modelUser) {
	id, at := pickID(w.modelRun, c.lines)
	if at < 0 {
		return
	}
	tag, current := w.condition(c, modelLinePath(id))
	a := c.Do(w.tb, http.MethodPatch, modelLinePath(id), `{"isChecked": true}`, "Authorization: Bearer "+c.Access, "If-Match: "+tag)
	if !current {
		a.Is(w.tb, http.StatusPreconditionFailed)
		return
	}
	c.lines[at].Checked = true
	require.Equal(w, c.lines[at], modelDecode[modelLine](w.modelRun, a.Is(w.tb, http.StatusOK)))
	w.answers.remember(w, c.Access, modelLinePath(id), a)
}

func (w *taggedRun) deleteUnder(c *modelUser) {
	id, at := pickID(w.modelRun, c.lines)
	if at < 0 {
		return
	}
	tag, current := w.condition(c, modelLinePath(id))
	a := c.Do(w.tb, http.MethodDelete, modelLinePath(id), "", "Authorization: Bearer "+c.Access, "If-Match: "+tag)
	if !current {
		a.Is(w.tb, http.StatusPreconditionFailed)
		return
	}
	a.Is(w.tb, http.StatusNoContent)
	c.lines = slices.Delete(c.lines, at, at+1)
}

// urls are all that shows something of a user's: lists in several ways, the next pages, and some of each kind of thing.
func (w *taggedRun) urls(c *modelUser) []string {
	urls := []string{
		modelRecipes, modelRecipes + "?limit=1", modelRecipes + "?ordering=name&search=a", modelRecipes + "?ingredients=leek,salt",
		modelRecipes + "?search=nothing-has-this", modelRecipes + "stats/", "/api/fridge/", modelHistory, modelHistory + "?limit=1", modelHistory + "recent/",
		modelLines,
	}
	for _, r := range conditionalEnds(c.recipes) {
		urls = append(urls, modelRecipePath(r.ID))
	}
	for _, i := range conditionalEnds(c.fridge) {
		urls = append(urls, modelItemPath(i.ID))
	}
	for _, l := range conditionalEnds(c.lines) {
		urls = append(urls, modelLinePath(l.ID))
	}
	return urls
}

// conditionalEnds are the first and the last.
func conditionalEnds[R any](rows []R) []R {
	if len(rows) < 3 {
		return rows
	}
	return []R{rows[0], rows[len(rows)-1]}
}

// look reads everything of a user's, in one of the ways in which clients ask.
func (w *taggedRun) look(c *modelUser) {
	way := rapid.SampledFrom([]string{"without a tag", "with every tag but the newest", "with every tag"}).Draw(w.T, "how it is asked for")
	for _, url := range w.urls(c) {
		w.read(c, url, way)
	}
}

func (w *taggedRun) read(c *modelUser, url, way string) {
	stale, newest := w.answers.tags(c.Access, url)
	have := map[string]string{
		"without a tag": "", "with every tag but the newest": strings.Join(append(stale, `"other"`), ", "),
		"with every tag": strings.Join(append(stale, newest, `"other"`), ", "),
	}
	a := w.fetch(c, url, have[way])
	switch {
	case a.StatusCode == http.StatusNotModified:
		require.Equal(w, "with every tag", way, "GET %s: 304 for a tag that is not the current one", url)
		require.Equal(w, newest, a.Header.Get("Etag"), "GET %s: 304 for a tag that is not the current one", url)
		a = w.fetch(c, url, "") // it must be the answer that the tag stands for
		require.Equal(w, newest, a.Header.Get("Etag"), "GET %s", url)
	case way == "without a tag":
		w.fetch(c, url, a.Header.Get("Etag")).Is(w.tb, http.StatusNotModified)
	}
	w.answers.remember(w, c.Access, url, a.Is(w.tb, http.StatusOK))
	if link := a.Header.Get("Link"); link != "" && strings.HasSuffix(url, "?limit=1") {
		next, _, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
		w.read(c, next, way)
	}
}

// fetch reads. It isn't held against the contract, as the model's calls are: that takes most of the time.
func (w *taggedRun) fetch(c *modelUser, url, ifNoneMatch string) *apitest.Response {
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, w.server.URL+url, nil)
	require.NoError(w, err)
	r.Header.Set("Authorization", "Bearer "+c.Access)
	if ifNoneMatch != "" {
		r.Header.Set("If-None-Match", ifNoneMatch)
	}
	return apitest.Send(w, http.DefaultClient, r)
}
