package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// Ann's word and ids distinguish her data from Bob's.
const (
	annsWord   = "quincunx"
	annsIDs    = 700_000_000_000
	annsDigits = "7000000000"
)

// twoUsers has two users with full kitchens.
type twoUsers struct {
	*apitest.Server
	ann, bob *apitest.Kitchen
	anns     map[string]apitest.Request // valid requests of Ann, by operation
	shown    map[string]string          // Ann's data before Bob did anything
}

func newTwoUsers(t *testing.T) twoUsers {
	t.Helper()
	h := twoUsers{Server: apitest.Start(t), anns: map[string]apitest.Request{}}
	rows, err := h.Pool.Query(t.Context(), `select table_name from information_schema.columns where table_schema = 'public' and is_identity = 'YES' and data_type = 'bigint'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	restart := func(with int) {
		for _, table := range tables {
			h.Exec(t, fmt.Sprintf(`alter table %s alter column id restart with %d`, table, with))
		}
	}
	restart(annsIDs)
	h.ann = h.Kitchen(t, "ann", annsWord)
	h.ann.Fill(t)
	h.ann.Fill(t) // again, so that lists have more than one page
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken }) {
		h.anns[o.ID] = h.ann.Prepare(t, o)
	}
	h.shown = h.ann.ReadAll(t)
	restart(1)
	h.bob = h.Kitchen(t, "bob", "palimpsest")
	h.bob.Fill(t)
	return h
}

// reveals reports whether a response contains data of Ann's.
func reveals(a *apitest.Response) bool {
	return strings.Contains(strings.ToLower(a.Text), annsWord) || strings.Contains(a.Text, annsDigits)
}

// TestNoUserReachesAnotherUsersData calls every operation that needs a token as Bob, with the ids and names of Ann's data.
func TestNoUserReachesAnotherUsersData(t *testing.T) {
	t.Parallel()
	h := newTwoUsers(t)
	for path, text := range h.shown {
		require.True(t, reveals(&apitest.Response{Text: text}), "%s: Ann sees her data: %s", path, text)
	}
	all := operationsWith(t, func(o apitest.Operation) bool { return o.NeedsToken })

	// Ann's responses are compared with responses that have been checked against the contract. To check them again after each call would
	// take longer than the rest of the test.
	checking := h.ann.HTTP.Transport
	h.ann.HTTP.Transport = http.DefaultTransport
	for _, o := range all {
		t.Run("With "+o.ID, func(t *testing.T) {
			r := h.bob.Prepare(t, o)
			r.URL = h.anns[o.ID].URL
			tries := []apitest.Request{r}
			if len(o.IDs()) > 0 {
				tries = []apitest.Request{r, r}
				tries[0].Text = h.anns[o.ID].Text
				tries[1].Text = withForeignIDs(t, o, r.Text, h.anns[o.ID].Text)
			}
			bobs := h.bob.ReadAll(t)

			for _, r := range tries {
				if o.HasID() || len(o.IDs()) > 0 {
					a := r.Send(t, h.bob.Client).Is(t, http.StatusNotFound)
					require.Equal(t, "not_found", a.Problem(t).Code)
					for _, sent := range regexp.MustCompile(`\d{9,}`).FindAllString(r.Text, -1) { // the 404 of a plan names the ids that were sent
						a.Text = strings.ReplaceAll(a.Text, sent, "")
					}
					require.False(t, reveals(a), a.Text)
					require.Equal(t, bobs, h.bob.ReadAll(t))
				} else {
					a := r.Succeed(t, h.bob.Client)
					require.False(t, reveals(a), a.Text)
					h.Exec(t, `delete from api_tokens where name like 'palimpsest%'`) // their number is limited
					h.bob.Fill(t)                                                     // again: some operations delete data
				}
				require.Equal(t, h.shown, h.ann.ReadAll(t))
			}
		})
	}

	h.ann.HTTP.Transport = checking
	for _, o := range all { // the requests are valid: only the caller was wrong
		if o.Method != http.MethodDelete || o.HasID() { // the others would delete data that the rest needs
			h.anns[o.ID].Succeed(t, h.ann.Client)
		}
	}
}

// withForeignIDs returns the first body with the ids of the second body appended to its own.
func withForeignIDs(t *testing.T, o apitest.Operation, first, second string) string {
	t.Helper()
	var a, b map[string]any
	require.NoError(t, json.Unmarshal([]byte(first), &a))
	require.NoError(t, json.Unmarshal([]byte(second), &b))
	for _, member := range o.IDs() {
		a[member] = append(a[member].([]any), b[member].([]any)...)
	}
	text, err := json.Marshal(a)
	require.NoError(t, err)
	return string(text)
}

// TestNoUserFindsAnotherUsersData sends Ann's queries as Bob.
func TestNoUserFindsAnotherUsersData(t *testing.T) {
	t.Parallel()
	h := newTwoUsers(t)
	for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.Reads() && len(o.In("query")) > 0 }) {
		for _, p := range o.In("query") {
			t.Run("With "+o.ID+" by "+p.Name, func(t *testing.T) {
				found := false
				for _, value := range ownValues(t, h, o, p) {
					query := url.Values{"limit": {"500"}} // a cursor needs a limit
					query.Set(p.Name, value)
					r := apitest.Request{Operation: o, URL: h.anns[o.ID].URL + "?" + query.Encode()}
					found = found || reveals(r.Succeed(t, h.ann.Client))
					a := r.Send(t, h.bob.Client)
					if o.HasID() {
						a.Is(t, http.StatusNotFound)
					} else {
						a.Is(t, r.Success())
					}
					require.False(t, reveals(a), a.Text)
				}
				require.True(t, found, "Ann does")
			})
		}
	}
}

// ownValues returns values of a parameter that match Ann's data.
func ownValues(t *testing.T, h twoUsers, o apitest.Operation, p *openapi3.Parameter) []string {
	t.Helper()
	schema := p.Schema.Value
	switch {
	case p.Name == "cursor":
		link := apitest.Request{Operation: o, URL: o.Path + "?limit=1"}.Succeed(t, h.ann.Client).Header.Get("Link")
		reference, _, _ := strings.Cut(strings.TrimPrefix(link, "<"), ">")
		next, err := url.Parse(reference)
		require.NoError(t, err)
		require.NotEmpty(t, next.Query().Get("cursor"))
		return []string{next.Query().Get("cursor")}
	case schema.Format == "date":
		return []string{"2026-03-01", "9999-12-31"}
	case p.Name == "factor":
		return []string{"3/2"}
	case p.Name == "missing_max":
		return []string{"0", "200"}
	case schema.Type.Is("integer"):
		return []string{"1", "500"}
	case len(schema.Enum) > 0:
		var all []string
		for _, value := range schema.Enum {
			all = append(all, fmt.Sprint(value))
		}
		return all
	default:
		return []string{annsWord, annsWord + " leek", annsWord + " Leek soup", "leek"}
	}
}
