package ocipe_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
)

func TestWhatIsUnchangedIsNotSentAgain(t *testing.T) {
	t.Parallel()
	c, w := newClient(t, apitest.Start(t))
	logIn(t, c)
	_, err := c.AddGroceryItemsWithResponse(t.Context(), models.NewGroceryItems{Items: "milk"})
	require.NoError(t, err)
	list, err := c.ListGroceryItemsWithResponse(t.Context(), nil)
	require.NoError(t, err)
	tag := list.HTTPResponse.Header.Get("ETag")
	require.NotEmpty(t, tag)
	have := &models.ListGroceryItemsParams{IfNoneMatch: &tag}

	w.expire() // what a renewal repeats has its condition, too
	same, err := c.ListGroceryItemsWithResponse(t.Context(), have)
	require.NoError(t, err, "it is no refusal")
	require.Equal(t, http.StatusNotModified, same.StatusCode())
	require.Nil(t, same.JSON200)
	require.Empty(t, same.Body)
	require.Equal(t, tag, same.HTTPResponse.Header.Get("ETag"))
	require.EqualValues(t, 1, w.refreshes.Load())
	require.True(t, c.LoggedIn())

	_, err = c.AddGroceryItemsWithResponse(t.Context(), models.NewGroceryItems{Items: "bread"})
	require.NoError(t, err)
	changed, err := c.ListGroceryItemsWithResponse(t.Context(), have)
	require.NoError(t, err)
	require.Len(t, *changed.JSON200, 2)
}

func TestAChangeOfWhatHasChangedIsRefused(t *testing.T) {
	t.Parallel()
	c, w := newClient(t, apitest.Start(t), ocipe.WithLogin("amélie", apitest.Password))
	made, err := c.AddFridgeIngredientWithResponse(t.Context(), models.FridgeIngredientInput{Name: "leek", Group: "green"})
	require.NoError(t, err)
	first, id := made.HTTPResponse.Header.Get("ETag"), made.JSON201.ID
	to := func(group string) models.FridgeIngredientPatch { return models.FridgeIngredientPatch{Group: &group} }

	w.expire() // what a renewal repeats has its condition, too
	changed, err := c.UpdateFridgeIngredientWithResponse(t.Context(), id, &models.UpdateFridgeIngredientParams{IfMatch: &first}, to("white"))
	require.NoError(t, err)
	second := changed.HTTPResponse.Header.Get("ETag")
	require.NotEqual(t, first, second)

	calls := w.calls.Load()
	_, err = c.UpdateFridgeIngredientWithResponse(t.Context(), id, &models.UpdateFridgeIngredientParams{IfMatch: &first}, to("grey"))
	refused := refusal(t, err)
	require.Equal(t, http.StatusPreconditionFailed, refused.Status)
	require.Equal(t, models.ProblemCodePreconditionFailed, refused.Code)
	require.Zero(t, refused.RetryAfter)
	require.Equal(t, calls+1, w.calls.Load(), "it is not tried again")
	require.True(t, c.LoggedIn())

	_, err = c.DeleteFridgeIngredientWithResponse(t.Context(), id, &models.DeleteFridgeIngredientParams{IfMatch: &second})
	require.NoError(t, err)
}
