package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/recipe"
)

func trashOf(t *testing.T, c *apitest.Client) (names []string) {
	t.Helper()
	for _, r := range apitest.Decode[models.DeletedRecipes](t, c.Call(t, http.MethodGet, "/api/recipes/trash/", nil).Is(t, http.StatusOK)) {
		names = append(names, r.Name)
	}
	return names
}

func TestADeletedRecipe(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("IsInTheTrashAndNowhereElse", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "trash-only")
		kept, gone := addRecipe(t, c, recipeNeeding("kept soup", "leek=1")), addRecipe(t, c, recipeNeeding("gone soup", "leek=2"))
		path := fmt.Sprintf("/api/recipes/%d/", gone.ID)
		c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)

		for _, query := range []string{"", "?search=soup", "?ingredients=leek", "?ordering=name", "?limit=5"} {
			list := apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/"+query, nil))
			require.Len(t, list, 1, query)
			require.Equal(t, kept.ID, list[0].ID)
		}
		stats := apitest.Decode[models.RecipeStats](t, c.Call(t, http.MethodGet, "/api/recipes/stats/", nil))
		require.Equal(t, int64(1), stats.MeatTypeStats[0].Total)
		require.JSONEq(t, `{"updated_count": 1}`, c.Call(t, http.MethodPost, "/api/recipes/refresh/", nil).Text)
		c.Call(t, http.MethodGet, path, nil).Is(t, http.StatusNotFound)
		c.Call(t, http.MethodPatch, path, `{"state": "used"}`).Is(t, http.StatusNotFound)
		c.Call(t, http.MethodPut, path, recipeNeeding("new")).Is(t, http.StatusNotFound)
		require.Equal(t, []string{"gone soup"}, trashOf(t, c))
	})

	t.Run("IsRestoredAsItWas", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "trash-restore")
		r := addRecipe(t, c, recipeNeeding("soup", "Leek=1", "salt"))
		path := fmt.Sprintf("/api/recipes/%d/", r.ID)
		c.Call(t, http.MethodPatch, path, `{"state": "used", "note": "a note"}`).Is(t, http.StatusOK)
		before := c.Call(t, http.MethodGet, path, nil)
		for range 2 { // the second time, it was restored before
			c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)
			for range 2 { // a double click
				restored := c.Call(t, http.MethodPost, path+"restore/", nil).Is(t, http.StatusOK)
				require.Equal(t, before.Text, restored.Text)
				require.Equal(t, restored.Header.Get("ETag"), c.Call(t, http.MethodGet, path, nil).Header.Get("ETag"))
			}
		}
		require.NotEqual(t, before.Header.Get("ETag"), c.Call(t, http.MethodGet, path, nil).Header.Get("ETag"))
		require.Empty(t, trashOf(t, c))
		for _, query := range []string{"search=a+note", "ingredients=leek", "ordering=name"} {
			require.Len(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/?"+query, nil)), 1, query)
		}
	})

	t.Run("ByDeleteAllCanBeRestoredToo", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "trash-all")
		ids := map[string]int64{}
		for i := range 5 {
			name := fmt.Sprintf("r%d", i)
			ids[name] = addRecipe(t, c, recipeNeeding(name)).ID
		}
		c.Call(t, http.MethodDelete, "/api/recipes/", nil).Is(t, http.StatusNoContent)
		require.ElementsMatch(t, []string{"r0", "r1", "r2", "r3", "r4"}, trashOf(t, c))
		var paged []string
		for url := "/api/recipes/trash/?limit=2"; url != ""; {
			a := c.Call(t, http.MethodGet, url, nil).Is(t, http.StatusOK)
			for _, r := range apitest.Decode[models.DeletedRecipes](t, a) {
				paged = append(paged, r.Name)
			}
			url, _, _ = strings.Cut(strings.TrimPrefix(a.Header.Get("Link"), "<"), ">")
		}
		require.Equal(t, trashOf(t, c), paged)
		link := c.Call(t, http.MethodGet, "/api/recipes/trash/?limit=1", nil).Header.Get("Link")
		for _, query := range []string{"limit=0", "cursor=x&limit=1", strings.TrimSuffix(link[strings.Index(link, "cursor="):], `&limit=1>; rel="next"`)} {
			c.Call(t, http.MethodGet, "/api/recipes/trash/?"+query, nil).Is(t, http.StatusBadRequest)
		}
		for _, id := range ids {
			c.Call(t, http.MethodPost, fmt.Sprintf("/api/recipes/%d/restore/", id), nil).Is(t, http.StatusOK)
		}
		require.Len(t, apitest.Decode[models.Recipes](t, c.Call(t, http.MethodGet, "/api/recipes/", nil)), 5)
	})
}

func TestARepeatedDelete(t *testing.T) {
	t.Parallel()
	servers := apitest.Shared(t)
	c, other := servers[0].User(t, "again"), servers[0].User(t, "again-other")
	add := map[string]func() int64{
		"/api/recipes/%d/": func() int64 { return addRecipe(t, c, recipeNeeding("soup")).ID },
		"/api/fridge/ingredient/%d/": func() int64 {
			a := c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"name": "leek", "group": "g"}`).Is(t, http.StatusCreated)
			return apitest.Decode[models.FridgeIngredient](t, a).ID
		},
		"/api/grocery/list/%d/": func() int64 {
			a := c.Call(t, http.MethodPost, "/api/grocery/list/", `{"items": "leek"}`).Is(t, http.StatusCreated)
			return apitest.Decode[models.AddedGroceryItems](t, a).ID
		},
	}
	all := map[string]string{
		"/api/recipes/%d/": "/api/recipes/", "/api/fridge/ingredient/%d/": "/api/fridge/ingredient/group/g", "/api/grocery/list/%d/": "/api/grocery/list/",
	}
	for path, one := range add {
		for _, way := range []string{"one by one", "all at once"} {
			url := fmt.Sprintf(path, one())
			tag := c.Call(t, http.MethodGet, url, nil).Header.Get("ETag")
			other.Call(t, http.MethodDelete, url, nil).Is(t, http.StatusNotFound)
			if way == "one by one" {
				c.Call(t, http.MethodDelete, url, nil).Is(t, http.StatusNoContent)
			} else {
				c.Call(t, http.MethodDelete, all[path], nil)
			}
			for _, headers := range [][]string{nil, {"If-Match: " + tag}, {"If-Match: *"}, {`If-Match: "x"`}} {
				headers = append(headers, "Authorization: Bearer "+c.Access)
				c.Do(t, http.MethodDelete, url, "", headers...).Is(t, http.StatusNoContent)
			}
			c.Call(t, http.MethodGet, url, nil).Is(t, http.StatusNotFound)
			other.Call(t, http.MethodDelete, url, nil).Is(t, http.StatusNotFound)
		}
	}
}

func TestTheTrash(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := s.User(t, "ann")
	service := &recipe.Service{DB: s.Open(t), TrashDays: 30}
	old, recent := addRecipe(t, c, recipeNeeding("old")), addRecipe(t, c, recipeNeeding("recent"))
	c.Call(t, http.MethodDelete, "/api/recipes/", nil).Is(t, http.StatusNoContent)
	s.Exec(t, fmt.Sprintf(`update recipe_trash set deleted_at = now() - interval '31 days' where id = %d`, old.ID))
	s.Exec(t, fmt.Sprintf(`update recipe_trash set deleted_at = now() - interval '29 days' where id = %d`, recent.ID))
	tag := c.Call(t, http.MethodGet, "/api/recipes/trash/", nil).Header.Get("ETag")

	deleted, err := service.EmptyTrashNow(t.Context())
	require.NoError(t, err)
	require.Equal(t, int64(1), deleted)

	require.NotEqual(t, tag, c.Call(t, http.MethodGet, "/api/recipes/trash/", nil).Header.Get("ETag"))
	require.Equal(t, []string{"recent"}, trashOf(t, c))
	path := fmt.Sprintf("/api/recipes/%d/", old.ID)
	c.Call(t, http.MethodPost, path+"restore/", nil).Is(t, http.StatusNotFound)
	c.Call(t, http.MethodDelete, path, nil).Is(t, http.StatusNoContent)
	require.Empty(t, planRecipes(t, c, old.ID, recent.ID).GroceryList, "it is still known to have been the caller's")
	require.Equal(t, [][]int64{{old.ID, recent.ID}}, planHistory(t, c))

	s.Exec(t, `delete from users`)
	deleted, err = (&recipe.Service{DB: service.DB}).EmptyTrashNow(t.Context())
	require.NoError(t, err)
	require.Zero(t, deleted, "an account is deleted with its trash")
}
