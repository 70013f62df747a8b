package ocipe_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

func TestAnUnchangedListIsNotSentAgain(t *testing.T) {
	t.Parallel()
	c, tr := newClient(t, apitest.Start(t))
	logIn(t, c)
	_, err := c.AddGroceryItemsWithResponse(t.Context(), api.NewGroceryItems{Items: "milk"})
	require.NoError(t, err)
	list, err := c.ListGroceryItemsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	tag := list.HTTPResponse.Header.Get("ETag")
	require.NotEmpty(t, tag)
	ifChanged := &api.ListGroceryItemsParams{IfNoneMatch: &tag}

	tr.expireToken() // the repeated call must have the condition, too
	same, err := c.ListGroceryItemsWithResponse(t.Context(), ifChanged)
	require.NoError(t, err, "304 is not an error")
	require.Equal(t, http.StatusNotModified, same.StatusCode())
	require.Nil(t, same.JSON200)
	require.Empty(t, same.Body)
	require.Equal(t, tag, same.HTTPResponse.Header.Get("ETag"))
	require.EqualValues(t, 1, tr.refreshes.Load())
	require.True(t, c.LoggedIn())

	_, err = c.AddGroceryItemsWithResponse(t.Context(), api.NewGroceryItems{Items: "bread"})
	require.NoError(t, err)
	changed, err := c.ListGroceryItemsWithResponse(t.Context(), ifChanged)
	require.NoError(t, err)
	require.Len(t, *changed.JSON200, 2)
}

func TestIfMatchWithAnOldVersionChangesNothing(t *testing.T) {
	t.Parallel()
	c, tr := newClient(t, apitest.Start(t), ocipe.WithLogin("amélie", apitest.Password))
	created, err := c.AddFridgeIngredientWithResponse(t.Context(), api.FridgeIngredientInput{Name: "leek", Group: "green"})
	require.NoError(t, err)
	first, id := created.HTTPResponse.Header.Get("ETag"), created.JSON201.ID
	moveTo := func(group string, version *string) (*api.UpdateFridgeIngredientResponse, error) {
		return c.UpdateFridgeIngredientWithResponse(t.Context(), id,
			&api.UpdateFridgeIngredientParams{IfMatch: version}, api.FridgeIngredientPatch{Group: &group})
	}

	tr.expireToken() // the repeated call must have the condition, too
	changed, err := moveTo("white", &first)
	require.NoError(t, err)
	second := changed.HTTPResponse.Header.Get("ETag")
	require.NotEqual(t, first, second)

	calls := tr.calls.Load()
	_, err = moveTo("grey", &first)
	e := requireError(t, err)
	require.Equal(t, http.StatusPreconditionFailed, e.Status)
	require.Equal(t, api.ProblemCodePreconditionFailed, e.Code)
	require.Zero(t, e.RetryAfter)
	require.Equal(t, calls+1, tr.calls.Load(), "the client must not repeat the call")
	require.True(t, c.LoggedIn())

	_, err = c.DeleteFridgeIngredientWithResponse(t.Context(), id, &api.DeleteFridgeIngredientParams{IfMatch: &second})
	require.NoError(t, err)
}
