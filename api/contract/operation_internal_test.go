package contract

import (
	"fmt"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/password"
)

func TestOperationReadsWhoMayCallIt(t *testing.T) {
	t.Parallel()
	// A small contract, because loading the whole one takes long with the race detector.
	const method, path, source = http.MethodGet, "/api/recipes/stats/", `openapi: 3.0.3
info: {title: Ocipe, version: 1.0.0}
servers:
  - url: /
security:
  - bearerAuth: []
paths:
  /api/recipes/stats/:
    get:
      operationId: getRecipeStats
      %s
      responses: {'204': {description: Nothing.}}
components:
  securitySchemes:
    bearerAuth: {type: http, scheme: bearer}
  schemas:
    NewPassword:
      type: string
      minLength: 8 # OCIPE_PASSWORD_MIN
    Scope: {type: string, enum: ['recipes:read', 'account:read']}
`
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
		contract, err := Load(t.Context(), fmt.Appendf(nil, source, c.lines), password.Policy{MinLength: 8}, &url.URL{})
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
