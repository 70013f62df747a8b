package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// pageLink returns the link to the next page, or an empty text if there is none.
func pageLink(t *testing.T, a *apitest.Response) string {
	t.Helper()
	link := a.Header.Values("Link")
	if len(link) == 0 {
		return ""
	}
	require.Len(t, link, 1)
	require.Regexp(t, `^</api/[^<> ]*>; rel="next"$`, link[0])
	return strings.TrimSuffix(link[0][1:], `>; rel="next"`)
}

// pageRows returns the rows of a response, each as the server wrote it.
func pageRows(t *testing.T, a *apitest.Response) []string {
	t.Helper()
	rows := []string{}
	for _, r := range apitest.Decode[[]json.RawMessage](t, a.Is(t, http.StatusOK)) {
		rows = append(rows, string(r))
	}
	return rows
}

// walkPages returns the rows of this page and of all following pages. All pages but the last must be full.
func walkPages(t *testing.T, c *apitest.Client, path string, limit int) []string {
	t.Helper()
	all := []string{}
	for next := path; next != ""; {
		a := c.Call(t, http.MethodGet, next, nil)
		head := c.Call(t, http.MethodHead, next, nil).Is(t, http.StatusOK)
		require.Equal(t, a.Header.Values("Link"), head.Header.Values("Link"))
		require.Empty(t, head.Text)
		rows := pageRows(t, a)
		all = append(all, rows...)
		if next = pageLink(t, a); next != "" {
			require.Len(t, rows, limit)
		}
		require.LessOrEqual(t, len(rows), limit)
		require.LessOrEqual(t, len(all), 1000, "it ends")
	}
	return all
}

var pageOrders = []string{"", "&ordering=-added_date", "&ordering=added_date", "&ordering=name", "&ordering=-name"}

// pageLibrary adds recipes. Several have the same name, date, number of matches or accuracy.
func pageLibrary(t *testing.T, s *apitest.Server, c *apitest.Client) {
	t.Helper()
	for i, name := range []string{"soup", "Soup", "straße", "STRASSE", "apple", "pie", "PIE", "Apple", "öl", "Öl", "water", "soup & pie"} {
		addRecipe(t, c, recipeNeeding(name, [][]string{{"leek", "salt"}, {"leek", "egg"}, {"salt", "egg", "leek"}, {}, {"egg", "fig", "yam"}}[i%5]...))
	}
	s.Exec(t, `update recipes set added_date = '2026-03-01T12:00:00.123456Z' where id % 3 <> 0 and name <> 'water'`)
}

func TestPagesOfRecipes(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "pages")
	pageLibrary(t, s, c)

	t.Run("TogetherAreTheWholeListInEveryOrder", func(t *testing.T) {
		t.Parallel()
		for _, filter := range []string{"", "&search=s", "&search=S%26%3D%3B", "&search=STRA%C3%9FE", "&ingredients=leek", "&ingredients=LEEK,egg,+salt", "&search=%C3%B6&ingredients=salt,egg", "&ingredients=,"} {
			for _, order := range pageOrders {
				query := "/api/recipes/?x=y" + filter + order
				whole := c.Call(t, http.MethodGet, query, nil)
				require.Empty(t, whole.Header.Get("Link"), "without limit there is one page")
				for _, limit := range []int{1, 2, 3, 7} {
					require.Equal(t, pageRows(t, whole), walkPages(t, c, fmt.Sprintf("%s&limit=%d", query, limit), limit), "%s, %d", query, limit)
				}
				for _, enough := range []int{max(1, len(pageRows(t, whole))), 500} {
					require.Empty(t, c.Call(t, http.MethodGet, fmt.Sprintf("%s&limit=%d", query, enough), nil).Header.Get("Link"), "the last page has none")
				}
			}
		}
	})

	t.Run("KeepTheOtherParameters", func(t *testing.T) {
		t.Parallel()
		query := url.Values{"search": {`s`}, "ingredients": {" Leek,a&b=c+d;e%<>\"é"}, "ordering": {"name"}, "limit": {"1"}}
		next := pageLink(t, c.Call(t, http.MethodGet, "/api/recipes?"+query.Encode()+"&unknown=%00", nil))
		u, err := url.Parse(next)
		require.NoError(t, err)
		kept := u.Query()
		require.NotEmpty(t, kept.Get("cursor"))
		kept.Del("cursor")
		query.Set("ingredients", strings.TrimSpace(query.Get("ingredients")))
		query.Set("unknown", "\x00") // links keep unknown parameters, too
		require.Equal(t, query, kept)
		require.Equal(t, "/api/recipes/", u.Path)
	})

	t.Run("OfTheLongestQueryHaveALinkToo", func(t *testing.T) {
		t.Parallel()
		long := s.User(t, "pages-longest")
		for range 3 {
			in := recipeNeeding("sharp", "leek")
			in.Note = new(strings.Repeat("ß", 500))
			addRecipe(t, long, in)
		}
		query := "ingredients=leek," + strings.Repeat("%F0%9F%8D%8B", 2200) + "&search=" + strings.Repeat("%E1%BA%9E", 500)
		require.Len(t, walkPages(t, long, "/api/recipes/?limit=1&"+query, 1), 3)
	})

	t.Run("HaveALinkWhateverElseIsAskedFor", func(t *testing.T) {
		t.Parallel()
		require.Len(t, walkPages(t, c, "/api/recipes/?limit=7&unknown="+strings.Repeat("%3C", 10_000), 7), 12)
	})
}

func TestPagesWhileRowsComeAndGo(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	c := s.User(t, "come-and-go")
	for _, filter := range []string{"", "&search=row", "&ingredients=leek,salt"} {
		for _, order := range pageOrders {
			t.Run(fmt.Sprintf("NeitherRepeatNorHideOthers%s%s", filter, order), func(t *testing.T) {
				c.Call(t, http.MethodDelete, "/api/recipes/", nil).Is(t, http.StatusNoContent)
				for n := range 9 {
					addRecipe(t, c, recipeNeeding(fmt.Sprintf("row %d", n*7%9), [][]string{{"leek", "salt"}, {"leek", "egg"}, {"salt"}}[n%3]...))
				}
				ids := func(rows []string) (all []int64) {
					for _, r := range rows {
						var one struct{ ID int64 }
						require.NoError(t, json.Unmarshal([]byte(r), &one))
						all = append(all, one.ID)
					}
					return all
				}
				query := "/api/recipes/?x=y" + filter + order
				before := ids(pageRows(t, c.Call(t, http.MethodGet, query, nil)))
				require.Len(t, before, 9)
				first := c.Call(t, http.MethodGet, query+"&limit=3", nil)
				for _, gone := range []int{0, 2, 5} { // a row of the first page, the row of the cursor, and a later row
					c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", before[gone]), nil).Is(t, http.StatusNoContent)
				}
				var added []int64
				for n := range 10 { // before, between and after the others
					added = append(added, addRecipe(t, c, recipeNeeding(fmt.Sprintf("row %d", n), [][]string{{"leek", "salt"}, {"leek"}, {"x", "y", "salt"}}[n%3]...)).ID)
				}

				after := ids(walkPages(t, c, pageLink(t, first), 3))

				now := ids(pageRows(t, c.Call(t, http.MethodGet, query, nil)))
				require.Equal(t, now[len(now)-len(after):], after, "the rows after that of the cursor")
				require.Equal(t, []int64{before[3], before[4], before[6], before[7], before[8]}, slices.DeleteFunc(after, func(id int64) bool { return slices.Contains(added, id) }))
			})
		}
	}
}

func TestPagesOfTheHistory(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "history-pages")
	id := addRecipe(t, c, recipeNeeding("soup")).ID
	for n := range 8 {
		planRecipes(t, c, slices.Repeat([]int64{id}, n+1)...)
	}
	s.Exec(t, `update plans set created_at = '2026-03-01T12:00:00.123456Z' where id % 3 <> 0`)
	whole := pageRows(t, c.Call(t, http.MethodGet, "/api/grocery/history", nil))
	require.Len(t, whole, 8)
	for _, limit := range []int{1, 2, 3, 7, 8, 500} {
		require.Equal(t, whole, walkPages(t, c, fmt.Sprintf("/api/grocery/history?limit=%d", limit), limit))
	}

	first := c.Call(t, http.MethodGet, "/api/grocery/history/?limit=3", nil)
	for _, gone := range []int{0, 2, 5} { // a plan of the first page, the plan of the cursor, and a later plan
		var one struct{ ID int64 }
		require.NoError(t, json.Unmarshal([]byte(whole[gone]), &one))
		s.Exec(t, `delete from plans where id = $1`, one.ID)
	}
	planRecipes(t, c, id)
	require.Equal(t, []string{whole[3], whole[4], whole[6], whole[7]}, walkPages(t, c, pageLink(t, first), 3))
}
