package recipe_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

func TestList(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	user := database.User(t, "a")
	recipes := &recipe.Service{DB: database.Open(t)}

	t.Run("TakesAtMost500Names", func(t *testing.T) {
		t.Parallel()
		var names []string
		for i := range 501 {
			names = append(names, fmt.Sprint(i))
		}
		_, err := recipes.List(t.Context(), user, recipe.Query{Ingredients: append(names[:500:500], names[:100]...)}, nil)
		require.NoError(t, err, "a repeated name counts once")
		_, err = recipes.List(t.Context(), user, recipe.Query{Ingredients: names}, nil)
		requireFieldError(t, err, "ingredients", "too_many")
	})

	// The checksum of a cursor is not secret: anybody can forge a key.
	t.Run("RejectsKeysThatNoRowHas", func(t *testing.T) {
		t.Parallel()
		for _, order := range []recipe.Order{recipe.NewestFirst, recipe.OldestFirst, recipe.ByName, recipe.ByNameReversed} {
			for _, key := range []map[string]any{{"t": int64(-300000000000000000)}, {"t": int64(1) << 62}, {"t": -(int64(1) << 62)}, {"n": "%"}} {
				cursor, err := page.Cursor("recipes\x00"+string(order)+"\x00", key)
				require.NoError(t, err)
				_, err = recipes.List(t.Context(), user, recipe.Query{Order: order, Page: page.Request{Limit: 1, Cursor: cursor}}, nil)
				requireFieldError(t, err, "cursor", "invalid_cursor")
			}
		}
	})
}

func requireFieldError(t *testing.T, err error, path, code string) {
	t.Helper()
	e, ok := errors.AsType[*apperr.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, apperr.InvalidInput, e.Code)
	require.Equal(t, path, e.Fields[0].Path)
	require.Equal(t, code, e.Fields[0].Code)
}
