package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/page"
)

func TestCursors(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "cursors")
	pageLibrary(t, s, c)
	planRecipes(t, c, addRecipe(t, c, recipeNeeding("s")).ID)
	planRecipes(t, c, addRecipe(t, c, recipeNeeding("s")).ID)
	cursorOf := func(t *testing.T, path string) string {
		u, err := url.Parse(pageLink(t, c.Call(t, http.MethodGet, path+"limit=1", nil)))
		require.NoError(t, err)
		return u.Query().Get("cursor")
	}
	requireInvalid := func(t *testing.T, path, cursor string) {
		t.Helper()
		a := c.Call(t, http.MethodGet, path+"limit=1&cursor="+url.QueryEscape(cursor), nil).Is(t, http.StatusBadRequest)
		require.Equal(t, []string{"cursor:invalid_cursor"}, a.Problem(t).Fields())
		require.False(t, len(cursor) > 8 && strings.Contains(a.Text, cursor), "it is never echoed")
	}

	t.Run("AreInvalidInEveryOtherList", func(t *testing.T) {
		t.Parallel()
		lists := []string{"/api/grocery/history/?"}
		for _, filter := range []string{"", "search=s&", "search=so&", "search=so,s&", "ingredients=leek&", "ingredients=leek,salt&", "ingredients=leek&search=s&", "ingredients=salt&search=leek&", "ingredients=so&search=s&"} {
			for _, order := range []string{"", "ordering=added_date&", "ordering=name&", "ordering=-name&"} {
				lists = append(lists, "/api/recipes/?"+filter+order)
			}
		}
		for _, list := range lists {
			first := c.Call(t, http.MethodGet, list+"limit=1", nil)
			if pageLink(t, first) == "" {
				continue // it has at most one row
			}
			cursor := cursorOf(t, list)
			for _, other := range lists {
				if other == list {
					c.Call(t, http.MethodGet, other+"limit=1&cursor="+cursor, nil).Is(t, http.StatusOK)
				} else {
					requireInvalid(t, other, cursor)
				}
			}
		}
	})

	t.Run("AreValidInEverySpellingOfTheSameList", func(t *testing.T) {
		t.Parallel()
		for list, same := range map[string]string{
			"": "ordering=-added_date&", "search=s&": "search=+S&", "ingredients=leek,salt&": "ingredients=,SALT,+Leek,salt&", "ingredients=+&": "search=&",
		} {
			c.Call(t, http.MethodGet, "/api/recipes/?"+same+"limit=1&cursor="+cursorOf(t, "/api/recipes/?"+list), nil).Is(t, http.StatusOK)
		}
	})

	t.Run("MayBeMadeUpAndBreakNothing", func(t *testing.T) {
		t.Parallel()
		for list, path := range map[string]string{
			"plans": "/api/grocery/history/?", "recipes\x00-added_date\x00\x00": "/api/recipes/?", "recipes\x00added_date\x00\x00": "/api/recipes/?ordering=added_date&",
			"recipes\x00name\x00\x00": "/api/recipes/?ordering=name&", "recipes\x00-name\x00\x00": "/api/recipes/?ordering=-name&", "recipes\x00\x00\x00\x00leek": "/api/recipes/?ingredients=leek&",
		} {
			respondTo := func(key string) *apitest.Response {
				cursor, err := page.Cursor(list, jsontext.Value(key))
				require.NoError(t, err)
				return c.Call(t, http.MethodGet, path+"limit=1&cursor="+cursor, nil)
			}
			respondTo(`{"id": 1, "t": 1772366400123456}`).Is(t, http.StatusOK)
			for _, key := range []string{
				`{}`, `{"id": -1}`, `{"id": 9223372036854775807}`, `{"id": 9223372036854775808}`, `{"t": 9223372036854775807}`, `{"t": -9223372036854775808}`, `{"t": 1.5}`, `{"n": "\u0000"}`, `{"n": "\uffff"}`, `{"n": null, "id": null}`,
				`{"m": -9223372036854775808, "a": 9223372036854775807}`, `{"id": "1"}`, `[]`, `null`, `5`, `{"n": "` + strings.Repeat("􏿿", 500) + `"}`,
			} {
				require.Contains(t, []int{http.StatusOK, http.StatusBadRequest}, respondTo(key).StatusCode, "%q %s", list, key)
			}
		}
	})
}
