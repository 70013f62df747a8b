package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// textToEscape is part of all texts in these tests. It must be escaped in the path of a group.
const textToEscape = "50%/leek"

// operationsWith returns the operations of the contract for which is returns true. There must be at least one, or the test would prove
// nothing.
func operationsWith(t *testing.T, is func(apitest.Operation) bool) []apitest.Operation {
	t.Helper()
	var some []apitest.Operation
	for _, o := range apitest.Operations(t) {
		if is(o) {
			some = append(some, o)
		}
	}
	require.NotEmpty(t, some)
	return some
}

// everyRow returns all rows of the database by table.
func everyRow(t *testing.T, s *apitest.Server) map[string]string {
	t.Helper()
	ctx := context.Background()
	rows, err := s.Pool.Query(ctx, `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	all := map[string]string{}
	for _, table := range tables {
		var text string
		require.NoError(t, s.Pool.QueryRow(ctx, `select coalesce(string_agg(r::text, e'\n' order by r::text), '') from `+table+` r`).Scan(&text))
		all[table] = text
	}
	require.NotEmpty(t, all["users"])
	return all
}

func TestEveryOperationChecksTheTokenFirst(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "known", textToEscape)
	later := s.Replica(t, expired)
	const bare, invalid = `Bearer realm="api"`, `Bearer realm="api", error="invalid_token"`
	callers := []struct {
		name, header, code, challenge string
		at                            *apitest.Server
	}{
		{"RejectsAMissingToken", "", "not_authenticated", bare, s},
		{"RejectsGarbage", "Bearer garbage", "token_not_valid", invalid, s},
		{"RejectsARefreshToken", "Bearer " + k.RefreshToken(t), "token_not_valid", invalid, s},
		{"RejectsAnExpiredToken", "Bearer " + k.Access, "token_not_valid", invalid, later},
	}
	var calls []apitest.Request
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken }) {
		calls = append(calls, k.Prepare(t, o))
	}
	before := everyRow(t, s)

	for _, c := range callers {
		t.Run(c.name, func(t *testing.T) {
			requireUnauthorized := func(o apitest.Operation, a *apitest.Response) {
				require.Equal(t, http.StatusUnauthorized, a.StatusCode, o.ID+a.Text)
				require.Equal(t, c.code, a.Problem(t).Code, o.ID)
				require.Equal(t, c.challenge, a.Header.Get("WWW-Authenticate"), o.ID)
			}
			caller := cookieless(t, c.at)
			for _, r := range calls {
				requireUnauthorized(r.Operation, r.Send(t, caller, "Authorization: "+c.header))
				// Everything else is also invalid, but the token is checked first.
				r.URL, r.Text = missingPath(r.Operation)+"?limit=x&cursor=x&ordering=x", "{"
				size := int64(len(r.Text))
				if r.Body != nil {
					size = r.Body.MaxBytes + 1
				}
				requireUnauthorized(r.Operation, r.SendPadded(t, caller, size, true, "Authorization: "+c.header, "Content-Type: text/plain"))
			}
		})
	}
	require.Equal(t, before, everyRow(t, s))
}

// missingPath returns a path of the operation. If it has a parameter, the resource doesn't exist.
func missingPath(o apitest.Operation) string { return pathWith(o, "999999999") }

// pathWith returns a path of the operation with text as the value of its parameter.
func pathWith(o apitest.Operation, text string) string {
	path := o.Path
	for _, p := range o.In("path") {
		path = strings.Replace(path, "{"+p.Name+"}", text, 1)
	}
	return path
}
