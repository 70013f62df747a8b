package api_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/db"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// etagUser is a user of two servers who has data of every kind.
type etagUser struct {
	replicaUser
	*apitest.Kitchen

	urls []string // of all lists and resources of the user
}

// conditionalQueries are URLs of lists. The test doesn't depend on their contents.
var conditionalQueries = []string{
	modelRecipes + "?ordering=name&limit=1", modelRecipes + "?ordering=-name", modelRecipes + "?ordering=added_date", modelRecipes + "?limit=2",
	modelRecipes + "?search=soup&ingredients=leek,salt", modelRecipes + "?ingredients=salt&limit=1", modelRecipes + "?search=nothing-has-this",
	modelRecipes + "?ingredients=nothing-has-this", modelHistory + "?limit=1",
}

// newETagUser returns a user of the servers that all tests share.
func newETagUser(t *testing.T, name string) etagUser {
	t.Helper()
	return etagUserOf(t, newReplicaUser(t, name))
}

func etagUserOf(t *testing.T, user replicaUser) etagUser {
	t.Helper()
	k := etagUser{replicaUser: user}
	k.Kitchen = &apitest.Kitchen{Client: k.clients[0]}
	k.Fill(t)
	k.recipe(t, "leek soup", "active", "leek", "salt")
	k.urls = slices.Concat(slices.Sorted(maps.Keys(k.ReadTagged(t))), conditionalQueries)
	for _, url := range conditionalQueries {
		if link := k.get(t, url).Header.Get("Link"); link != "" {
			next, _, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
			k.urls = append(k.urls, next)
		}
	}
	return k
}

// sendWithHeader sends a request with a header that has these lines.
func (k etagUser) sendWithHeader(t testing.TB, method, url, header string, lines ...string) *apitest.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, k.URL+url, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+k.Access)
	r.Header.Set("Accept-Encoding", "identity") // other codings have other tags
	if len(lines) > 0 {
		r.Header[header] = lines
	}
	return apitest.Send(t, k.HTTP, r)
}

func (k etagUser) get(t testing.TB, url string, ifNoneMatch ...string) *apitest.Response {
	t.Helper()
	return k.sendWithHeader(t, http.MethodGet, url, "If-None-Match", ifNoneMatch...)
}

// etag sends a GET request, checks the headers of the response, and returns its tag.
func (k etagUser) etag(t *testing.T, url string) string {
	t.Helper()
	a := k.get(t, url).Is(t, http.StatusOK)
	require.Regexp(t, `^"[0-9a-f]+-[0-9a-z]+-[0-9a-z]+"$`, a.Header.Get("Etag"), url)
	require.Equal(t, "private, no-cache", a.Header.Get("Cache-Control"), url)
	return a.Header.Get("Etag")
}

// TestEveryReadHasATagAndIsNotSentAgain sends headers that take different ways to the handler; etag_internal_test.go has the others.
func TestEveryReadHasATagAndIsNotSentAgain(t *testing.T) {
	t.Parallel()
	k := newETagUser(t, "unchanged")
	require.GreaterOrEqual(t, len(k.urls), 9+len(conditionalQueries)+3)
	for _, url := range k.urls {
		tag := k.etag(t, url)
		other := k.clients[1].Do(t, http.MethodGet, url, "", "Authorization: Bearer "+k.Access, "Accept-Encoding: identity")
		require.Equal(t, tag, other.Header.Get("Etag"), "%s: the same of another replica", url)
		head := k.sendWithHeader(t, http.MethodHead, url, "").Is(t, http.StatusOK)
		require.Equal(t, []string{tag, "private, no-cache", ""}, []string{head.Header.Get("Etag"), head.Header.Get("Cache-Control"), head.Text}, url)
		for _, lines := range [][]string{
			{tag}, {"*"}, {`"other", ` + tag}, {`"other"`, tag}, {tag, `"other"`}, {`"a, b", ` + tag}, {`garbage ", ` + tag}, {"\"\xe9\", " + tag},
		} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				a := k.sendWithHeader(t, method, url, "If-None-Match", lines...).Is(t, http.StatusNotModified)
				require.Equal(t, tag, a.Header.Get("Etag"), url)
				require.Equal(t, "private, no-cache", a.Header.Get("Cache-Control"), url)
				require.Empty(t, a.Text, url)
				for _, none := range []string{"Content-Type", "Content-Length", "Link"} {
					require.Empty(t, a.Header.Values(none), "%s: %s", url, none)
				}
			}
		}
	}
}

func TestAnErrorIsSentWhateverTheClientHas(t *testing.T) {
	t.Parallel()
	k := newETagUser(t, "refused")
	gone := k.etag(t, modelRecipes)
	for url, status := range map[string]int{
		modelRecipes + "?cursor=x":                           http.StatusBadRequest,
		modelRecipes + "?limit=0":                            http.StatusBadRequest,
		modelRecipes + "?ordering=x":                         http.StatusBadRequest,
		modelHistory + "?cursor=AAAA":                        http.StatusBadRequest,
		modelHistory + "?limit=x":                            http.StatusBadRequest,
		modelRecipePath(1<<53 - 1):                           http.StatusNotFound,
		modelItemPath(1<<53 - 1):                             http.StatusNotFound,
		modelLinePath(1<<53 - 1):                             http.StatusNotFound,
		modelRecipes + "x/":                                  http.StatusNotFound,
		modelRecipes + "?ingredients=" + differentNames(501): http.StatusBadRequest,
	} {
		for _, lines := range [][]string{{"*"}, {gone}, {""}} {
			a := k.get(t, url, lines...).Is(t, status)
			require.Empty(t, a.Header.Get("Etag"), url)
			require.Equal(t, "no-store", a.Header.Get("Cache-Control"), url)
		}
	}
	k.Access = "x"
	for _, url := range k.urls {
		require.Empty(t, k.get(t, url, "*").Is(t, http.StatusUnauthorized).Header.Get("Etag"), url)
	}
}

// newRecorded returns a new database twice: through a recorder, and directly. The recorder doesn't record the statements that the
// server executes in the background, such as those about ended sessions and keys.
func newRecorded(t *testing.T) (recorder *pgtest.Recorder, recorded, direct *pgtest.Database) {
	t.Helper()
	direct = pgtest.New(t)
	recorder, recorded = direct.Recorded(t, func(sql string) bool {
		return sql == db.Now || sql == db.ListSessionEnds || sql == db.DeleteSessions || strings.Contains(sql, "ended_sessions") ||
			sql == db.GetDeployment || sql == db.GetClock || strings.Contains(sql, "signing_keys") || strings.HasPrefix(sql, "notify ocipe_echo_") // the heartbeat of a listener
	})
	return recorder, recorded, direct
}

// TestAnUnchangedListTakesOneStatement counts the statements that reach PostgreSQL. A single resource is always read in one statement.
func TestAnUnchangedListTakesOneStatement(t *testing.T) {
	t.Parallel()
	recorder, database, _ := newRecorded(t)
	s := apitest.Serve(t, database)
	k := etagUser{replicaUser: replicaUser{Server: s}, Kitchen: s.Kitchen(t, "cheap", "")}
	k.Fill(t)
	queries := map[string]string{
		modelRecipes: "ListRecipes", modelRecipes + "stats/": "CountRecipes", modelRecipes + "trash/": "ListDeletedRecipes", "/api/fridge/": "ListFridgeItems", foodsPath: "ListFoods",
		modelHistory: "ListPlans", modelHistory + "recent/": "ListPlans", modelLines: "ListGroceryItems",
		"/api/grocery/plan/overrides/": "ListPlanOverrides", "/api/fridge/journal/": "ListFridgeJournal",
		modelRecipes + "?ordering=-name&limit=1": "ListRecipes", modelRecipes + "?ingredients=leek&search=e": "ListRecipes",
	}
	for url := range k.ReadAll(t) {
		if _, known := queries[url]; !known {
			name := map[string]string{"/api/r": "GetRecipe", "/api/f": "GetFridgeItem", "/api/g": "GetGroceryItem", "/api/u": "GetAccount"}[url[:6]]
			if strings.HasPrefix(url, foodsPath) {
				name = "GetFood"
			}
			for path, of := range map[string]string{
				"/api/user/sessions/": "ListSessions", "/api/user/activity/": "ListEvents", "/api/user/api-tokens/": "ListAPITokens",
				"/api/fridge/expiring/": "ListExpiringItems", "/api/grocery/plan/": "LoadMealPlan", // their ETags also depend on the day
			} {
				if url == path {
					name = of
				} else if strings.HasPrefix(url, path) {
					name = "GetAPIToken"
				}
			}
			tag := k.etag(t, url)
			require.Equal(t, []string{name}, recorder.Statements(func() { k.get(t, url, tag).Is(t, http.StatusNotModified) }), url)
		}
	}
	empty := etagUser{replicaUser: k.replicaUser, Kitchen: s.Kitchen(t, "cheap-and-empty", "")}
	for url, name := range queries {
		whole, withFoods := []string{name}, []string{name}
		if strings.Contains(url, "ingredients=") { // the user's foods might have other names: the first user has some, the second has none
			whole, withFoods = []string{name, "GetFoodSettings"}, []string{name, "GetFoodSettings", name}
		}
		require.Equal(t, whole, recorder.Statements(func() { empty.get(t, url).Is(t, http.StatusOK) }), "%s, empty, whole", url)
		nothing := empty.etag(t, url)
		require.Equal(t, []string{"GetVersions"}, recorder.Statements(func() { empty.get(t, url, nothing).Is(t, http.StatusNotModified) }), "%s, empty", url)
		tag := k.etag(t, url)
		require.Equal(t, []string{"GetVersions"}, recorder.Statements(func() { k.get(t, url, tag).Is(t, http.StatusNotModified) }), url)
		require.Equal(t, []string{"GetVersions"}, recorder.Statements(func() { k.get(t, url, `"other", W/`+tag).Is(t, http.StatusNotModified) }), url)
		require.Equal(t, withFoods, recorder.Statements(func() { k.get(t, url).Is(t, http.StatusOK) }), "%s, whole", url)
		require.Equal(t, withFoods, recorder.Statements(func() { k.get(t, url, `"other"`).Is(t, http.StatusOK) }), "%s, with a tag that no version has", url)
		require.Equal(t, append([]string{"GetVersions"}, withFoods...), recorder.Statements(func() { k.get(t, url, otherVersion(tag)).Is(t, http.StatusOK) }), "%s, changed", url)
	}
}
