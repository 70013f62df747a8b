package apitest

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/routers"
)

// restPrefix precedes a name that is the rest of the path, including slashes.
const restPrefix = "/api/fridge/ingredient/group/"

// find looks up the operation under both spellings of its path. It uses the path as it is written, where an escaped slash isn't a
// slash. HEAD counts as GET.
func find(router routers.Router, r *http.Request) (route *routers.Route, params map[string]string, err error) {
	probe := r.Clone(context.Background())
	if probe.Method == http.MethodHead {
		probe.Method = http.MethodGet
	}
	path := r.URL.EscapedPath()
	if name, ok := strings.CutPrefix(path, restPrefix); ok { // the library takes a parameter for one segment
		path = restPrefix + strings.ReplaceAll(name, "/", "%2F")
	}
	bare := strings.TrimSuffix(path, "/")
	if strings.HasSuffix(bare, "/") {
		return nil, nil, routers.ErrPathNotFound
	}
	for _, path := range []string{bare, bare + "/"} {
		if probe.URL.Path, err = url.PathUnescape(path); err != nil {
			return nil, nil, err
		}
		probe.URL.RawPath = path
		if route, params, err = router.FindRoute(probe); err == nil {
			return route, params, nil
		}
	}
	return nil, nil, err
}

// checkUnrouted checks the rules in the description of the contract: for unknown paths, unknown methods of known paths, OPTIONS, and
// the documentation.
func checkUnrouted(r *http.Request, res *http.Response, known bool) error {
	problem := res.Header.Get("Content-Type") == "application/problem+json"
	switch {
	case r.Method == http.MethodOptions && res.StatusCode == http.StatusNoContent && res.Header.Get("Allow") != "",
		res.StatusCode == http.StatusNotFound && problem && !known,
		res.StatusCode == http.StatusMethodNotAllowed && problem && res.Header.Get("Allow") != "":
		if res.Header.Get("Cache-Control") != "no-store" {
			return errStored
		}
		return nil
	case slices.ContainsFunc([]string{"/docs", "/reference", "/openapi."}, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) }), r.URL.Path == "/":
		return nil
	}
	return fmt.Errorf("no operation, and not the response to an unknown one: %v", res.Header)
}
