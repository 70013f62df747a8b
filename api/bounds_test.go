package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// listed is a recipe in a list.
type listed struct {
	ID   int64  `json:"id"`
	Note string `json:"note"`
}

func listedIn(t testing.TB, a *apitest.Response) (list []listed) {
	t.Helper()
	require.Equal(t, http.StatusOK, a.StatusCode, a.Text[:min(len(a.Text), 300)])
	return listedAs(t, a.Text)
}

// withLongNotes adds recipes with notes of 90 kB each. It returns a client that doesn't check responses against the contract, because
// with such notes the check takes longer than the rest of the test.
func withLongNotes(t *testing.T, c *apitest.Client, count int) *apitest.Client {
	t.Helper()
	unchecked := newBareClient(t, c.Base, c.Access)
	list := make([]any, count)
	for i := range list {
		list[i] = map[string]any{
			"name": fmt.Sprint(i), "meat_type": "vegan", "longevity": 1, "frequency": "weekday", "ingredients": []any{}, "note": strings.Repeat("é", 45_000),
		}
	}
	unchecked.Call(t, http.MethodPost, "/api/recipes/bulk/", map[string]any{"list": list}).Is(t, http.StatusCreated)
	return unchecked
}

// TestALongListIsStreamed reads lists that are longer than the server keeps in memory, and more of them than the server streams at once.
// With the budget of `make fuzz`, they are also longer than the buffers of the sockets.
func TestALongListIsStreamed(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	count := apitest.Size(t, 15, 60)
	c := withLongNotes(t, s.User(t, "collector"), count)
	whole := func(t testing.TB, path string) {
		list := listedIn(t, c.Call(t, http.MethodGet, path, nil))
		require.Len(t, list, count)
		for i, r := range list {
			require.Len(t, r.Note, 90_000)
			require.True(t, i == 0 || r.ID < list[i-1].ID)
		}
	}

	t.Run("AlsoToSeveralTabs", func(t *testing.T) {
		tabs := make([]func(testing.TB), 5)
		for i := range tabs {
			tabs[i] = func(t testing.TB) { whole(t, "/api/recipes/") }
		}
		apitest.AtOnce(t, tabs...)
	})

	t.Run("AlsoOfASearch", func(t *testing.T) { whole(t, "/api/recipes/?search=éééé") })

	t.Run("NotIfTheClientHasIt", func(t *testing.T) {
		a := c.Call(t, http.MethodGet, "/api/recipes/", nil)
		for range 10 { // often enough to notice a leaked connection
			require.Equal(t, http.StatusNotModified, c.Do(t, http.MethodGet, "/api/recipes/", "", "Authorization: Bearer "+c.Access, "If-None-Match: "+a.Header.Get("ETag")).StatusCode)
			require.Equal(t, http.StatusNotModified, c.Do(t, http.MethodGet, "/api/recipes/", "", "Authorization: Bearer "+c.Access, "If-None-Match: *").StatusCode)
		}
		whole(t, "/api/recipes/")
	})

	t.Run("OfTheTrash", func(t *testing.T) {
		c.Call(t, http.MethodDelete, "/api/recipes/", nil).Is(t, http.StatusNoContent)
		require.Len(t, listedIn(t, c.Call(t, http.MethodGet, "/api/recipes/trash/", nil)), count)
	})
}

func TestAPageOfLargeRecipesEndsEarly(t *testing.T) {
	t.Parallel()
	c := withLongNotes(t, apitest.Start(t).User(t, "pager"), 30)
	seen, pages, next := map[int64]bool{}, 0, "/api/recipes/?limit=40"
	for ; next != ""; pages++ {
		a := c.Call(t, http.MethodGet, next, nil)
		list := listedIn(t, a)
		require.NotEmpty(t, list)
		for _, r := range list {
			require.False(t, seen[r.ID])
			seen[r.ID] = true
		}
		link, _, _ := strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "<"), ">")
		next = link
	}
	require.Len(t, seen, 30)
	require.Greater(t, pages, 1)
}

func TestAPlanDoesNotRepeatAQuantityWithoutEnd(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "planner")
	recipe := func(ingredients ...any) (id int64) {
		var made listed
		a := c.Call(t, http.MethodPost, "/api/recipes/", map[string]any{
			"name": "x", "meat_type": "vegan", "longevity": 1, "frequency": "weekday", "ingredients": ingredients,
		}).Is(t, http.StatusCreated)
		require.NoError(t, json.Unmarshal([]byte(a.Text), &made))
		return made.ID
	}
	need := func(name, quantity string) any { return map[string]any{"name": name, "quantity": quantity} }
	plan := func(ids ...int64) (quantities map[string]string, text string) {
		var basket modelBasket
		a := c.Call(t, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids}).Is(t, http.StatusOK)
		require.NoError(t, json.Unmarshal([]byte(a.Text), &basket))
		quantities = map[string]string{}
		for _, n := range basket.Buy {
			quantities[n.Name] = n.Quantity
		}
		return quantities, a.Text
	}
	times := func(id int64, n int) (ids []int64) {
		for range n {
			ids = append(ids, id)
		}
		return ids
	}
	soup, salad := recipe(need("leek", "2"), need("salt", "")), recipe(need("leek", "2"), need("leek", "1 more"))

	got, _ := plan(times(soup, 10)...)
	require.Equal(t, strings.TrimSuffix(strings.Repeat("2 + ", 10), " + "), got["leek"])
	got, _ = plan(append(append(times(soup, 6), salad), times(soup, 6)...)...)
	require.Equal(t, map[string]string{"leek": "12 × 2 + 2 + 1 more", "salt": ""}, got)

	t.Run("OfManyIngredients", func(t *testing.T) {
		var all []any
		for i := range 200 {
			all = append(all, need(fmt.Sprintf("i%d", i), strings.Repeat("\u0001", 190)+fmt.Sprint(i)))
		}
		large := recipe(all...)
		_, text := plan(times(large, 500)...)
		require.Less(t, len(text), 500_000)
	})

	t.Run("OfOneIngredient", func(t *testing.T) {
		var ids []int64
		for i := range 12 {
			var all []any
			for n := range 20 {
				all = append(all, need("salt", strings.Repeat("q", 195)+fmt.Sprintf("%d-%d", i, n)))
			}
			ids = append(ids, recipe(all...))
		}
		got, _ := plan(ids...)
		require.LessOrEqual(t, len(got["salt"]), 20_000)
		require.True(t, strings.HasSuffix(got["salt"], " + …"))
	})
}

// TestAPlanOfTooManyIngredientsIsRefused stores 1.5 MB of ingredients.
func TestAPlanOfTooManyIngredientsIsRefused(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "hoarder")
	var ingredients, list []any
	for range 200 {
		ingredients = append(ingredients, map[string]any{"name": strings.Repeat("n", 200), "quantity": strings.Repeat("q", 200)})
	}
	for range 17 {
		list = append(list, map[string]any{"name": "x", "meat_type": "vegan", "longevity": 1, "frequency": "weekday", "ingredients": ingredients})
	}
	a := c.Call(t, http.MethodPost, "/api/recipes/bulk/", map[string]any{"list": list}).Is(t, http.StatusCreated)
	var ids []int64
	for _, r := range listedAs(t, a.Text) {
		ids = append(ids, r.ID)
	}
	refused := c.Call(t, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids})
	require.Equal(t, http.StatusBadRequest, refused.StatusCode)
	require.Equal(t, []string{"recipe_ids:too_many"}, refused.Problem(t).Fields())
	require.Equal(t, "[]\n", c.Call(t, http.MethodGet, "/api/grocery/history/", nil).Text, "nothing has changed")
	c.Call(t, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids[:8]}).Is(t, http.StatusOK)
}

func listedAs(t testing.TB, text string) (list []listed) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(text), &list))
	return list
}
