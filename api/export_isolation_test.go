package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// fillAccount gives an account data of every kind, with word in all texts.
func fillAccount(t *testing.T, c *apitest.Client, word string) {
	t.Helper()
	post := func(path, body string) *apitest.Response {
		return c.Call(t, http.MethodPost, path, body).Is(t, http.StatusCreated)
	}
	recipe := fmt.Sprintf(`{"name": "recipe %[1]s", "meat_type": "meat %[1]s", "longevity": 1, "frequency": "weekday", "note": "note %[1]s",
		"ingredients": [{"name": "ingredient %[1]s", "quantity": "2 %[1]s"}]}`, word)
	kept := apitest.Decode[models.Recipe](t, post("/api/recipes/", recipe))
	deleted := apitest.Decode[models.Recipe](t, post("/api/recipes/", recipe))
	c.Call(t, http.MethodPost, "/api/grocery/", fmt.Sprintf(`{"recipe_ids": [%d]}`, kept.ID))
	c.Call(t, http.MethodDelete, fmt.Sprintf("/api/recipes/%d/", deleted.ID), nil).Is(t, http.StatusNoContent)
	post("/api/fridge/ingredient/", fmt.Sprintf(`{"name": "food %[1]s", "group": "group %[1]s"}`, word))
	post("/api/grocery/list/", fmt.Sprintf(`{"items": "item %s"}`, word))
}

func TestAnExportHasNothingOfAnotherUser(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	names := []string{"exported-first", "exported-second", "exported-third"}
	users := make([]*apitest.Client, len(names))
	for i, name := range names {
		users[i] = s.User(t, name)
		fillAccount(t, users[i], "of-"+name)
	}
	for i, c := range users {
		file := c.Call(t, http.MethodGet, exportPath, nil).Is(t, http.StatusOK)
		for j, name := range names {
			require.Equal(t, i == j, strings.Contains(file.Text, name), "the export of %s, searched for %s", names[i], name)
		}
		export := apitest.Decode[models.Export](t, file)
		require.Equal(t, names[i], export.Account.Username)
		require.Equal(t, getAccount(t, c).CreatedAt, export.Account.CreatedAt)
		for list, length := range map[string]int{
			"recipes": len(export.Recipes), "trash": len(export.Trash), "fridge": len(export.Fridge), "checklist": len(export.Checklist), "plans": len(export.Plans),
		} {
			require.Equal(t, 1, length, list)
		}
	}
}
