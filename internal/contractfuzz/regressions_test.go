package contractfuzz_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// regressions has short forms of requests that found a bug, or a mutation, with the correct response.
var regressions = []struct {
	what, method, path string
	status             int
	response           string // a part of it
}{
	{"a name in a path that is too long by one", http.MethodDelete, "/api/fridge/ingredient/group/" + strings.Repeat("w", 8193), 404, `"not_found"`},
	{"a name in a path that is as long as can be", http.MethodDelete, "/api/fridge/ingredient/group/" + strings.Repeat("w", 8192), 200, ""},

	// Paths aren't cleaned, with or without the last slash; the names . and .. must be escaped.
	{"the name .. as it is", http.MethodDelete, "/api/fridge/ingredient/group/..", 404, `"not_found"`},
	{"the name .. as it is, and a slash", http.MethodDelete, "/api/fridge/ingredient/group/../", 404, `"not_found"`},
	{"the name .. escaped", http.MethodDelete, "/api/fridge/ingredient/group/%2E%2E", 200, ""},
	{"the name . escaped, and a slash", http.MethodDelete, "/api/fridge/ingredient/group/%2E/", 200, ""},

	{"an empty list", http.MethodGet, "/api/recipes/", 200, "[]"},
}

func TestRequestsThatFoundBugs(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).User(t, "finder")
	for _, f := range regressions {
		a := c.Call(t, f.method, f.path, nil)
		require.Equal(t, f.status, a.StatusCode, "%s: %s", f.what, a.Text)
		require.Contains(t, a.Text, f.response, f.what)
	}
}
