package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// slashVariants returns a path with and without its last slash.
func slashVariants(path string) []string {
	bare := strings.TrimSuffix(path, "/")
	return []string{bare, bare + "/"}
}

func TestRouting(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]
	k := s.Kitchen(t, "router", textToEscape)
	caller := cookieless(t, s) // a cookie would replace the body
	caller.Access = k.Access

	t.Run("WorksWithAndWithoutTheLastSlash", func(t *testing.T) {
		for _, o := range apitest.Operations(t) {
			for i := range 2 {
				r := k.Prepare(t, o)
				r.URL = slashVariants(r.URL)[i]
				r.Succeed(t, caller)
			}
		}
	})

	t.Run("RespondsToHEADAsToGET", func(t *testing.T) {
		for _, o := range operationsWith(t, func(o apitest.Operation) bool { return o.Method == http.MethodGet }) {
			for _, path := range slashVariants(k.Place(t, o)) {
				r := apitest.Request{Operation: o, URL: path}
				get := r.Succeed(t, caller)
				r.Method = http.MethodHead
				head := r.Succeed(t, caller)
				require.Empty(t, head.Text)
				for _, name := range []string{"Content-Type", "Content-Length", "Cache-Control", "ETag"} {
					require.Equal(t, get.Header.Get(name), head.Header.Get(name), r.ID+" "+name)
				}
			}
		}
	})

	t.Run("SaysWhereThePathsOfTheAPIBegin", func(t *testing.T) {
		for _, path := range []string{"/api/api/user/token/", "//api/user/token/", "/docs/api/user/token/", "/recipes/"} {
			p := caller.Do(t, http.MethodPost, path, "{}").Is(t, http.StatusNotFound).Problem(t)
			require.Equal(t, "not_found", p.Code, path)
			require.Contains(t, p.Detail, "begin with /api/", path)
		}
		known := caller.Call(t, http.MethodGet, "/api/recipes/9007199254740991/", nil).Is(t, http.StatusNotFound)
		require.NotContains(t, known.Problem(t).Detail, "/api/")
	})

	t.Run("NamesTheMethodsOfAPath", func(t *testing.T) {
		every := []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete}
		taken, place := map[string][]string{"/docs/": {http.MethodGet, http.MethodHead}}, map[string]string{"/docs/": "/docs/"}
		for _, o := range apitest.Operations(t) {
			if taken[o.Path] == nil {
				place[o.Path] = k.Place(t, o)
			}
			taken[o.Path] = append(taken[o.Path], o.Method)
			if o.Method == http.MethodGet {
				taken[o.Path] = append(taken[o.Path], http.MethodHead)
			}
		}
		for template, methods := range taken {
			t.Run("As "+template, func(t *testing.T) {
				var known []string // in the order of the header Allow
				unknown := []string{http.MethodTrace, "BREW", "get"}
				for _, m := range every {
					if slices.Contains(methods, m) {
						known = append(known, m)
					} else {
						unknown = append(unknown, m)
					}
				}
				allow := strings.Join(append(known, http.MethodOptions), ", ")
				for _, path := range slashVariants(place[template]) {
					options := caller.Do(t, http.MethodOptions, path, "").Is(t, http.StatusNoContent)
					require.Equal(t, allow, options.Header.Get("Allow"), path)
					for _, m := range unknown {
						for _, body := range []string{"", "x"} { // the body doesn't matter
							a := caller.Do(t, m, path, body, "Content-Type: text/plain").Is(t, http.StatusMethodNotAllowed)
							require.Equal(t, allow, a.Header.Get("Allow"), m+" "+path)
							if m != http.MethodHead {
								require.Equal(t, "method_not_allowed", a.Problem(t).Code)
							}
						}
					}
				}
			})
		}
	})

	unknown := func(t *testing.T, path string) {
		for _, method := range []string{http.MethodGet, http.MethodPost, http.MethodDelete, http.MethodOptions, "BREW"} {
			a := caller.Do(t, method, path, "") // no token is needed
			require.Equal(t, http.StatusNotFound, a.StatusCode, method+" "+path)
			require.Equal(t, "not_found", a.Problem(t).Code)
		}
	}

	t.Run("CleansNoPath", func(t *testing.T) {
		for _, path := range []string{
			"/api//fridge/", "//api/fridge", "/api/./fridge/", "/api/user/../fridge/", "/api/fridge//", "/api/fridge%2F", "/api", "/API/fridge/", "/nope",
			"/api/fridge/ingredient/group/a/../b", "/api/fridge//ingredient/group/a", "/api/recipes/1//", "/api/recipes//1/", "/api/recipes/1/2", "/api/grocery/list/1/./",
		} {
			unknown(t, path)
		}
	})

	t.Run("FindsNothingWhereAParameterIsEmpty", func(t *testing.T) {
		for _, o := range operationsWith(t, func(o apitest.Operation) bool { return len(o.In("path")) > 0 && strings.HasSuffix(o.Path, "/") }) {
			unknown(t, strings.TrimSuffix(strings.Split(o.Path, "{")[0], "/")+"//")
		}
	})

	t.Run("GivesEveryResponseAnIDOfItsOwn", func(t *testing.T) {
		seen := map[string]bool{}
		for _, o := range apitest.Operations(t) {
			for _, method := range []string{o.Method, http.MethodOptions, http.MethodTrace} {
				a := caller.Do(t, method, missingPath(o), "")
				id := a.Header.Get("X-Request-Id")
				require.Len(t, id, 16)
				require.False(t, seen[id])
				seen[id] = true
				require.Equal(t, "nosniff", a.Header.Get("X-Content-Type-Options"))
			}
		}
	})
}
