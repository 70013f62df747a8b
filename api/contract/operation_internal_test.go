package contract

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/password"
)

func TestOperationReadsWhoMayCallIt(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../openapi.yaml")
	require.NoError(t, err)
	const method, path, id = http.MethodGet, "/api/recipes/stats/", "      operationId: getRecipeStats\n"
	for _, c := range []struct {
		lines       string // instead of the operation's x-required-scope
		scope       string
		recentLogin bool
		want        string // the error
	}{
		{lines: "x-required-scope: recipes:read", scope: "recipes:read"},
		{lines: "x-required-scope: account:read", scope: "account:read"},
		{lines: "x-requires-recent-login: true", recentLogin: true},
		{},
		{lines: "x-requires-recent-login: false", want: "getRecipeStats: x-requires-recent-login must be true"},
		{lines: "x-requires-recent-login: 'true'", want: "getRecipeStats: x-requires-recent-login must be true"},
		{lines: "x-required-scope: recipes", want: "getRecipeStats: x-required-scope must be a scope like recipes:read"},
		{lines: "x-required-scope: [recipes:read]", want: "getRecipeStats: x-required-scope must be a scope like recipes:read"},
		{
			lines: "x-required-scope: recipes:read\n      x-requires-recent-login: true",
			want:  "getRecipeStats: an API token never has a recent login: it needs no x-required-scope",
		},
		{
			lines: "x-required-scope: recipes:read\n      security: []",
			want:  "getRecipeStats needs no access token, and so no scope and no recent login",
		},
	} {
		changed := strings.Replace(string(source), id+"      x-required-scope: recipes:read\n", id+"      "+c.lines+"\n", 1)
		if c.lines != "x-required-scope: recipes:read" {
			require.NotEqual(t, string(source), changed)
		}
		contract, err := Load(t.Context(), []byte(changed), password.Policy{MinLength: 8}, &url.URL{})
		require.NoError(t, err)
		op, err := contract.operation(method, path)
		if c.want != "" {
			require.EqualError(t, err, c.want)
			continue
		}
		require.NoError(t, err)
		require.Equal(t, c.scope, op.scope)
		require.Equal(t, c.recentLogin, op.recentLogin)
	}
}
