package api_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// taggedUser is a user with something of everything, on two servers.
type taggedUser struct {
	replicaUser
	*apitest.Kitchen

	urls []string // of all that shows what is theirs
}

// conditionalQueries are ways to ask for lists; what they find is another matter.
var conditionalQueries = []string{
	modelRecipes + "?ordering=name&limit=1", modelRecipes + "?ordering=-name", modelRecipes + "?ordering=added_date", modelRecipes + "?limit=2",
	modelRecipes + "?search=soup&ingredients=leek,salt", modelRecipes + "?ingredients=salt&limit=1", modelRecipes + "?search=nothing-has-this",
	modelRecipes + "?ingredients=nothing-has-this", modelHistory + "?limit=1",
}

// newTaggedUser returns a user of the servers that all tests share.
func newTaggedUser(t *testing.T, name string) taggedUser {
	t.Helper()
	return taggedUserOf(t, newReplicaUser(t, name))
}

func taggedUserOf(t *testing.T, user replicaUser) taggedUser {
	t.Helper()
	k := taggedUser{replicaUser: user}
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

// ask sends a request with a header in so many lines.
func (k taggedUser) ask(t testing.TB, method, url, header string, lines ...string) *apitest.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), method, k.URL+url, nil)
	require.NoError(t, err)
	r.Header.Set("Authorization", "Bearer "+k.Access)
	r.Header.Set("Accept-Encoding", "identity") // another coding has another tag
	if len(lines) > 0 {
		r.Header[header] = lines
	}
	return apitest.Send(t, k.HTTP, r)
}

func (k taggedUser) get(t testing.TB, url string, ifNoneMatch ...string) *apitest.Response {
	t.Helper()
	return k.ask(t, http.MethodGet, url, "If-None-Match", ifNoneMatch...)
}

// tag demands an answer, and returns its tag.
func (k taggedUser) tag(t *testing.T, url string) string {
	t.Helper()
	a := k.get(t, url).Is(t, http.StatusOK)
	require.Regexp(t, `^"[0-9a-f]+-[0-9a-z]+-[0-9a-z]+"$`, a.Header.Get("Etag"), url)
	require.Equal(t, "private, no-cache", a.Header.Get("Cache-Control"), url)
	return a.Header.Get("Etag")
}

func TestEveryReadHasATag(t *testing.T) {
	t.Parallel()
	k := newTaggedUser(t, "tags")
	require.GreaterOrEqual(t, len(k.urls), 9+len(conditionalQueries)+3)
	for _, url := range k.urls {
		tag := k.tag(t, url)
		require.Equal(t, tag, k.tag(t, url), "%s: nothing has changed", url)
		other := k.clients[1].Do(t, http.MethodGet, url, "", "Authorization: Bearer "+k.Access, "Accept-Encoding: identity")
		require.Equal(t, tag, other.Header.Get("Etag"), "%s: the same of another replica", url)

		head := k.ask(t, http.MethodHead, url, "").Is(t, http.StatusOK)
		require.Equal(t, []string{tag, "private, no-cache", ""}, []string{head.Header.Get("Etag"), head.Header.Get("Cache-Control"), head.Text}, url)
	}
}

func TestAnUnchangedResponseIsNotSentAgain(t *testing.T) {
	t.Parallel()
	k := newTaggedUser(t, "unchanged")
	for _, url := range k.urls {
		tag := k.tag(t, url)
		for _, lines := range [][]string{
			{tag}, {"W/" + tag}, {"*"}, {" * "}, {`"other", ` + tag}, {tag + `,"other"`}, {`W/"other",W/` + tag + `,`}, {`"other"`, tag}, {tag, `"other"`},
			{`"a, b", ` + tag}, {`garbage ", ` + tag}, {"\t" + tag}, {"\"\xe9\", " + tag},
		} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				a := k.ask(t, method, url, "If-None-Match", lines...)
				require.Equal(t, http.StatusNotModified, a.StatusCode, "%s %s %q", method, url, lines)
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

func TestAResponseThatTheClientLacksIsSent(t *testing.T) {
	t.Parallel()
	k := newTaggedUser(t, "sent")
	for _, url := range k.urls {
		whole := k.get(t, url).Is(t, http.StatusOK)
		tag := whole.Header.Get("Etag")
		parts := strings.Split(strings.Trim(tag, `"`), "-")
		require.Len(t, parts, 3)
		for _, lines := range [][]string{
			{""}, {" "}, {","}, {"x"}, {`"`}, {`""`}, {`"*"`}, {`W/`}, {`W/*x`}, {strings.Trim(tag, `"`)}, {`"` + strings.ToUpper(strings.Trim(tag, `"`)) + `"`},
			{tag[:len(tag)-1]}, {tag[1:]}, {"w/" + tag}, {"W/W/" + tag + "x"}, {tag + tag}, {tag + " " + tag}, {tag[:len(tag)-2] + `"`}, {tag[:len(tag)-1] + `0"`},
			{tag[:len(tag)-1] + `-xz"`}, {tag[:len(tag)-1] + `-"`},
			{fmt.Sprintf(`"%s-%s-0"`, parts[0], parts[1])}, {fmt.Sprintf(`"%s-%s1-%s"`, parts[0], parts[1], parts[2])}, {fmt.Sprintf(`"000000-%s-%s"`, parts[1], parts[2])},
			{`"other"`, `W/"other"`}, {strings.Repeat(`"other", `, 2_000)},
		} {
			a := k.get(t, url, lines...)
			require.Equal(t, http.StatusOK, a.StatusCode, "%s %q", url, lines)
			require.Equal(t, []string{tag, whole.Text, whole.Header.Get("Link")}, []string{a.Header.Get("Etag"), a.Text, a.Header.Get("Link")}, "%s %q", url, lines)
		}
	}
}

// TestATagIsOfOneUser gives two users lists and items with the same versions.
func TestATagIsOfOneUser(t *testing.T) {
	t.Parallel()
	k := taggedUserOf(t, newLoneReplicaUser(t, "mine"))
	other := taggedUser{replicaUser: k.replicaUser, Kitchen: k.replicaUser.Kitchen(t, "theirs", "")}
	other.Fill(t)
	k.Exec(t, `with c as (update user_versions set recipes = 7, fridge = 7, checklist = 7, plans = 7), r as (update recipes set version = 7),
		f as (update fridge_items set version = 7) update grocery_items set version = 7`)
	theirs := slices.Sorted(maps.Keys(other.ReadTagged(t)))
	for i, url := range slices.Sorted(maps.Keys(k.ReadTagged(t))) {
		tag := k.tag(t, url)
		require.True(t, strings.HasSuffix(tag, `-7"`), tag)
		require.NotEqual(t, tag, other.tag(t, theirs[i]))
		other.get(t, theirs[i], tag).Is(t, http.StatusOK)
	}
}

func TestAnEmptyListHasATag(t *testing.T) {
	t.Parallel()
	k := taggedUser{replicaUser: newReplicaUser(t, "empty")}
	k.Kitchen = &apitest.Kitchen{Client: k.clients[0]}
	for _, o := range apitest.Operations(t) {
		if o.Revalidates() && !o.HasID() {
			tag := k.tag(t, o.Path)
			a := k.get(t, o.Path, tag).Is(t, http.StatusNotModified)
			require.Equal(t, tag, a.Header.Get("Etag"))
			k.get(t, o.Path, `"other"`).Is(t, http.StatusOK)
		}
	}
}

func TestAnErrorIsSentWhateverTheClientHas(t *testing.T) {
	t.Parallel()
	k := newTaggedUser(t, "refused")
	gone := k.tag(t, modelRecipes)
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
