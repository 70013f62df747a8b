package ocipe_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// TestAnAccountFromItsRegistrationToItsDeletion uses an account for everything except cooking.
func TestAnAccountFromItsRegistrationToItsDeletion(t *testing.T) {
	t.Parallel()
	s, ctx := startStrict(t), t.Context()
	asked, stored := 0, ""
	newUser(t, s, "amélie", ocipe.WithRefreshTokenFunc(func(token string) { stored = token }))
	makeLoginsOld(t, s) // the user returns an hour later
	c, err := ocipe.New(s.URL, ocipe.WithRefreshToken(stored), ocipe.WithPasswordFunc(func(context.Context) (string, error) {
		asked++
		return apitest.Password, nil
	}))
	require.NoError(t, err)
	phone, err := ocipe.New(s.URL, ocipe.WithLogin("amélie", apitest.Password))
	require.NoError(t, err)
	importRecipes(t, phone)

	sessions, err := c.ListSessions(ctx)
	require.NoError(t, err)
	require.Len(t, sessions, 2)
	require.Zero(t, asked)
	made, err := c.CreateAPIToken(ctx, api.APITokenInput{Name: "cron", Scopes: api.Scopes{api.ScopeRecipesRead}, ExpiresInDays: 7})
	require.NoError(t, err)
	require.Equal(t, 1, asked, "a new token needs a recent login")
	script, err := ocipe.New(s.URL, ocipe.WithAPIToken(made.Token))
	require.NoError(t, err)
	before, err := script.ListRecipes(ctx, nil)
	require.NoError(t, err)
	require.Len(t, before, 2)

	exportToNewAccount(t, c, s.URL)

	require.NoError(t, c.ChangePassword(ctx, apitest.Password, "soft-boiled at seven"))
	sessions, err = c.ListSessions(ctx)
	require.NoError(t, err)
	require.Len(t, sessions, 1)
	require.True(t, sessions[0].Current)
	_, err = script.ListRecipes(ctx, nil)
	require.NoError(t, err, "a change of the password leaves API tokens")

	require.NoError(t, c.DeleteAccount(ctx))
	require.Equal(t, 1, asked)
	_, err = script.ListRecipes(ctx, nil)
	requireCode(t, err, http.StatusUnauthorized, api.ProblemCodeTokenNotValid)
	_, err = phone.ListRecipes(ctx, nil)
	requireCode(t, err, http.StatusUnauthorized, api.ProblemCodeNoActiveAccount)
	require.NoError(t, c.Register(ctx, "amélie", apitest.Password), "the name is free again")
}

// exportToNewAccount exports the account, imports it into a new one, and compares their recipes.
func exportToNewAccount(t *testing.T, c *ocipe.Client, base string) {
	t.Helper()
	export, err := c.ExportAccount(t.Context())
	require.NoError(t, err)
	file, err := io.ReadAll(export)
	require.NoError(t, err)
	require.NoError(t, export.Close())
	require.NoError(t, c.Register(t.Context(), "amélie.2", apitest.Password))
	other, err := ocipe.New(base, ocipe.WithLogin("amélie.2", apitest.Password))
	require.NoError(t, err)
	added, err := other.ImportAccount(t.Context(), bytes.NewReader(file))
	require.NoError(t, err)
	require.EqualValues(t, 2, added.Recipes)
	here, err := c.ListRecipes(t.Context(), nil)
	require.NoError(t, err)
	there, err := other.ListRecipes(t.Context(), nil)
	require.NoError(t, err)
	for i := range there {
		there[i].ID = here[i].ID
	}
	require.Equal(t, here, there)
}
