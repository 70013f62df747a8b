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

// awkward is in every text of the things of these tests: a path that names a group must escape it.
const awkward = "50%/leek"

// operationsWith returns those operations of the contract of which this is true: some, or the test would prove nothing.
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

// everyRow is all that the database holds, by table.
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
	k := s.Kitchen(t, "known", awkward)
	later := s.Replica(t, expired)
	const bare, invalid = `Bearer realm="api"`, `Bearer realm="api", error="invalid_token"`
	callers := []struct {
		name, header, code, challenge string
		at                            *apitest.Server
	}{
		{"RefusesAStranger", "", "not_authenticated", bare, s},
		{"RefusesGarbage", "Bearer garbage", "token_not_valid", invalid, s},
		{"RefusesARefreshToken", "Bearer " + k.RefreshToken(t), "token_not_valid", invalid, s},
		{"RefusesAnExpiredToken", "Bearer " + k.Access, "token_not_valid", invalid, later},
	}
	var calls []apitest.Request
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken }) {
		calls = append(calls, k.Prepare(t, o))
	}
	before := everyRow(t, s)

	for _, c := range callers {
		t.Run(c.name, func(t *testing.T) {
			refused := func(o apitest.Operation, a *apitest.Response) {
				require.Equal(t, http.StatusUnauthorized, a.StatusCode, o.ID+a.Text)
				require.Equal(t, c.code, a.Problem(t).Code, o.ID)
				require.Equal(t, c.challenge, a.Header.Get("WWW-Authenticate"), o.ID)
			}
			caller := cookieless(t, c.at)
			for _, r := range calls {
				refused(r.Operation, r.Send(t, caller, "Authorization: "+c.header))
				// Nothing is right about this one, but who calls is asked first.
				r.URL, r.Text = nowhere(r.Operation)+"?limit=x&cursor=x&ordering=x", "{"
				size := int64(len(r.Text))
				if r.Body != nil {
					size = r.Body.MaxBytes + 1
				}
				refused(r.Operation, r.SendPadded(t, caller, size, true, "Authorization: "+c.header, "Content-Type: text/plain"))
			}
		})
	}
	require.Equal(t, before, everyRow(t, s))
}

// nowhere is a path of the operation that names what isn't there, if it names anything.
func nowhere(o apitest.Operation) string { return spelled(o, "999999999") }

// spelled is a path of the operation with this for its parameter.
func spelled(o apitest.Operation, text string) string {
	path := o.Path
	for _, p := range o.In("path") {
		path = strings.Replace(path, "{"+p.Name+"}", text, 1)
	}
	return path
}

// TestAnIDIsWrittenInOneWay has things with the id 1: whoever read these leniently would find them.
func TestAnIDIsWrittenInOneWay(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "first", awkward)
	withID := operationsWith(t, apitest.Operation.HasID)
	first := map[string]bool{}
	for _, o := range withID {
		if isNumber := o.In("path")[0].Schema.Value.Type.Is("integer"); isNumber && !first[o.Thing()] {
			require.Equal(t, spelled(o, "1"), k.Place(t, o))
			first[o.Thing()] = true
		}
	}
	calls := map[string]apitest.Request{}
	for _, o := range withID {
		calls[o.ID] = k.Prepare(t, o)
	}
	before := everyRow(t, s)

	for _, id := range []string{
		"0", "-1", "-0", "+1", "01", "0x1", "0b1", "1.0", "1e0", "1_0", "1,0", "1;", "9007199254740992", "9007199254740993", "9223372036854775808",
		"18446744073709551617", "99999999999999999999", "１", "١", "¹", "1%20", "%31%20", "%201", "1%0A", "1%00", "%00", "1%2F", "%2B1", "1%FF",
		"abc", "1 ", "1%C2%A0", "null", "{id}", "*",
	} {
		for _, r := range calls {
			r.URL = spelled(r.Operation, id)
			a := r.Send(t, k.Client)
			require.Equal(t, http.StatusNotFound, a.StatusCode, r.Method+" "+r.URL+a.Text)
			require.Equal(t, "not_found", a.Problem(t).Code)
		}
	}
	require.Equal(t, before, everyRow(t, s))

	for _, r := range calls {
		if r.Reads() {
			for _, id := range []string{"1", "%31"} { // RFC 3986, section 6.2.2.2: the same
				r.URL = spelled(r.Operation, id)
				r.Succeed(t, k.Client)
			}
		}
	}
}

// TestAnInvalidNameInAPathIsNotFound: what is none can't name anything.
func TestAnInvalidNameInAPathIsNotFound(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	k := s.Kitchen(t, "namer", awkward)
	named := operationsWith(t, func(o apitest.Operation) bool { return len(o.In("path")) > 0 && !o.HasID() })
	calls := map[string]apitest.Request{}
	for _, o := range named {
		calls[o.ID] = k.Prepare(t, o)
	}
	before := everyRow(t, s)

	for _, name := range []string{strings.Repeat("x", 8193), "%20", "%C2%A0%0A", "%00", "a%00b", "a%00%2F", "%FF", "a%FFb", "%ED%A0%80", "%C0%AF"} {
		for _, r := range calls {
			r.URL = spelled(r.Operation, name)
			a := r.Send(t, k.Client)
			require.Equal(t, http.StatusNotFound, a.StatusCode, r.Method+" "+r.URL+a.Text)
			require.Equal(t, "not_found", a.Problem(t).Code)
		}
	}
	require.Equal(t, before, everyRow(t, s))
}
