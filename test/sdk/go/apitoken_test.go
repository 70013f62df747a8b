package ocipe_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

func TestAScriptUsesAnAPIToken(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	owner, _ := newClient(t, s)
	logIn(t, owner)
	made, err := owner.CreateAPIToken(t.Context(), api.APITokenInput{Name: "cron", Scopes: api.Scopes{api.ScopeGroceryRead}, ExpiresInDays: 7})
	require.NoError(t, err)

	tr := &transport{}
	script, err := ocipe.New(s.URL, ocipe.WithAPIToken(made.Token), ocipe.WithLogin("nobody", "no password"), ocipe.WithHTTPClient(&http.Client{Transport: tr}))
	require.NoError(t, err)
	list, err := script.ListGroceryItems(t.Context())
	require.NoError(t, err)
	require.Empty(t, list)
	_, err = script.AddGroceryItems(t.Context(), "milk")
	require.Equal(t, api.ProblemCodeInsufficientScope, requireError(t, err).Code)

	changed, err := owner.UpdateAPIToken(t.Context(), made.ID, api.APITokenPatch{Scopes: &api.Scopes{api.ScopeGroceryWrite, api.ScopeGroceryRead}})
	require.NoError(t, err)
	require.Equal(t, api.Scopes{api.ScopeGroceryRead, api.ScopeGroceryWrite}, changed.Scopes)
	_, err = script.AddGroceryItems(t.Context(), "milk")
	require.NoError(t, err)
	tokens, err := owner.ListAPITokens(t.Context())
	require.NoError(t, err)
	require.Equal(t, []api.APIToken{*changed}, tokens)
	one, err := owner.GetAPIToken(t.Context(), made.ID)
	require.NoError(t, err)
	require.Equal(t, changed, one)

	require.NoError(t, owner.RevokeAPIToken(t.Context(), made.ID))
	_, err = script.ListGroceryItems(t.Context())
	require.Equal(t, api.ProblemCodeTokenNotValid, requireError(t, err).Code)
	require.False(t, script.LoggedIn())
	require.Zero(t, tr.logins.Load()+tr.refreshes.Load(), "a script has no session")
}
