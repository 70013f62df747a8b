package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// TestImportedRecipesWereNotDeletedInTheFuture imports deleted recipes from a server whose clock was wrong. The trash must not keep them
// longer than others.
func TestImportedRecipesWereNotDeletedInTheFuture(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	c := exportingUser(t, s)
	s.Exec(t, `update recipe_trash set deleted_at = '2999-12-31T23:59:59Z' where name = 'Deleted first'`)
	file := c.Call(t, http.MethodGet, exportPath, nil).Text
	require.Contains(t, file, "2999-12-31T23:59:59")
	other := s.User(t, "other")

	before := time.Now()
	other.Call(t, http.MethodPost, importPath, file).Is(t, http.StatusCreated)

	trash := apitest.Decode[[]models.DeletedRecipe](t, other.Call(t, http.MethodGet, "/api/recipes/trash/", nil))
	require.Equal(t, []string{"Deleted first", "Deleted second"}, []string{trash[0].Name, trash[1].Name})
	require.WithinRange(t, trash[0].DeletedDate, before, time.Now())
	require.True(t, trash[1].DeletedDate.Before(before), "a date in the past stays")
}
