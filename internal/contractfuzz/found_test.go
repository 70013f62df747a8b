package contractfuzz_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// found are requests that revealed something, made short, with what must be answered. To be honest about them: only the
// first was a fault of the server's. The others are those by which faults were noticed that had been put there on purpose.
var found = []struct {
	what, method, path, body string // {id} is an ingredient of the fridge, in the group A
	headers                  []string
	status                   int
	answer                   string // a part of it
}{
	{"a name in a path that is too long by one", http.MethodDelete, "/api/fridge/ingredient/group/" + strings.Repeat("w", 8193), "", nil, 404, `"not_found"`},
	{"a name in a path that is as long as can be", http.MethodDelete, "/api/fridge/ingredient/group/" + strings.Repeat("w", 8192), "", nil, 200, ""},

	// Paths aren't cleaned, with or without the last slash; the names . and .. must be escaped.
	{"the name .. as it is", http.MethodDelete, "/api/fridge/ingredient/group/..", "", nil, 404, `"not_found"`},
	{"the name .. as it is, and a slash", http.MethodDelete, "/api/fridge/ingredient/group/../", "", nil, 404, `"not_found"`},
	{"the name .. escaped", http.MethodDelete, "/api/fridge/ingredient/group/%2E%2E", "", nil, 200, ""},
	{"the name . escaped, and a slash", http.MethodDelete, "/api/fridge/ingredient/group/%2E/", "", nil, 200, ""},

	{"an empty list", http.MethodGet, "/api/recipes/", "", nil, 200, "[]"},
	{"an id behind a zero", http.MethodGet, "/api/fridge/ingredient/0{id}/", "", nil, 404, `"not_found"`},
	{"an id behind a plus", http.MethodGet, "/api/fridge/ingredient/+{id}/", "", nil, 404, `"not_found"`},
	{"a text that is too long by one", http.MethodPut, "/api/fridge/ingredient/{id}/", `{"group":"A","name":"` + strings.Repeat("w", 201) + `"}`, nil, 400, `"field":"name","code":"too_long"`},
	{"white space around a text", http.MethodPut, "/api/fridge/ingredient/{id}/", `{"group":"\u2028A\u0085","name":" a\u000b"}`, nil, 200, `"name":"a"`},
	{"a NUL character", http.MethodPut, "/api/fridge/ingredient/{id}/", `{"group":"A","name":"a\u0000"}`, nil, 400, `"field":"name","code":"invalid_characters"`},
	{"a member twice", http.MethodPut, "/api/fridge/ingredient/{id}/", `{"group":"A","name":"a","n\u0061me":"a"}`, nil, 400, `"malformed_body"`},
	{"trailing data", http.MethodPut, "/api/fridge/ingredient/{id}/", `{"group":"A","name":"a"}{}`, nil, 400, `"malformed_body"`},
	{"another content type", http.MethodPut, "/api/fridge/ingredient/{id}/", `{"group":"A","name":"a"}`, []string{"Content-Type: text/json"}, 415, `"unsupported_media_type"`},
	{"a fraction", http.MethodPost, "/api/recipes/", `{"name":"a","meat_type":"a","longevity":1e-400,"frequency":"rarely","ingredients":[]}`, nil, 400, `"field":"longevity","code":"not_an_integer"`},
	{"too small by one", http.MethodPost, "/api/recipes/", `{"name":"a","meat_type":"a","longevity":-1,"frequency":"rarely","ingredients":[]}`, nil, 400, `"field":"longevity","code":"too_small"`},
	{"a member missing in a list", http.MethodPost, "/api/recipes/bulk/", `{"list":[{"meat_type":"a","longevity":0,"frequency":"rarely","ingredients":[]}]}`, nil, 400, `"field":"list.0.name","code":"required"`},
	{"a name in capitals, and no state", http.MethodPost, "/api/recipes/", `{"name":"a","meat_type":"a","longevity":0,"frequency":"rarely","ingredients":[{"name":"B"}]}`, nil, 201, `"state":"active","ingredient_list":[{"name":"b","quantity":""}]`},
}

func TestRequestsThatFoundBugs(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "finder")
	made := apitest.Decode[struct{ ID json.Number }](t, c.Call(t, http.MethodPost, "/api/fridge/ingredient/", `{"group":"A","name":"a"}`).Is(t, http.StatusCreated))
	for _, f := range found {
		headers := append([]string{"Authorization: Bearer " + c.Access}, f.headers...)
		a := c.Do(t, f.method, strings.Replace(f.path, "{id}", string(made.ID), 1), f.body, headers...)
		require.Equal(t, f.status, a.StatusCode, "%s: %s", f.what, a.Text)
		require.Contains(t, a.Text, f.answer, f.what)
	}
}
