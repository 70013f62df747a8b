package api_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/apitoken"
)

const apiTokensPath = "/api/user/api-tokens/"

// newAPIToken returns the body of a request that creates a token.
func newAPIToken(name string, scopes ...string) map[string]any {
	return map[string]any{"name": name, "scopes": scopes, "expires_in_days": 30}
}

// createAPIToken creates a token for the user of a client.
func createAPIToken(t testing.TB, c *apitest.Client, scopes ...string) models.NewAPIToken {
	t.Helper()
	return apitest.Decode[models.NewAPIToken](t, c.Call(t, http.MethodPost, apiTokensPath, newAPIToken("script", scopes...)).Is(t, http.StatusCreated))
}

// withAPIToken returns a client that sends a new API token of the same user.
func withAPIToken(t testing.TB, c *apitest.Client, scopes ...string) *apitest.Client {
	t.Helper()
	script := apitest.ClientOf(t, c.Base)
	script.Access = createAPIToken(t, c, scopes...).Token
	return script
}

// fillAPITokens gives every user the maximum number of tokens.
func fillAPITokens(t testing.TB, s *apitest.Server) {
	t.Helper()
	s.Exec(t, `insert into api_tokens (user_id, hash, name, scopes, expires_at, user_agent, address)
		select u.user_id, sha256((u.user_id || ' ' || n)::bytea), 'token ' || n, '{recipes:read}', now() + interval '1 day', '', ''
		from user_versions u, generate_series(1, $1) as n
		where n > (select count(*) from api_tokens t where t.user_id = u.user_id)`, apitoken.MaxTokens)
}

// rowsOfToken returns the database row of a token as text.
func rowsOfToken(t testing.TB, s *apitest.Server, id int64) (row string) {
	t.Helper()
	require.NoError(t, s.Pool.QueryRow(t.Context(), `select t::text from api_tokens t where id = $1`, id).Scan(&row))
	return row
}
