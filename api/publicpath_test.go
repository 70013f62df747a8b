package api_test

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

const underPath = "https://home.example.org/ocipe"

// proxied returns the URL under which a proxy serves s. If removes is true, the proxy removes the path of the public URL.
func proxied(t *testing.T, s *apitest.Server, removes bool) *url.URL {
	t.Helper()
	target, err := url.Parse(s.URL)
	require.NoError(t, err)
	path := s.Config.PublicURL.EscapedPath()
	mux := http.NewServeMux()
	var proxy http.Handler = httputil.NewSingleHostReverseProxy(target)
	if removes {
		proxy = http.StripPrefix(strings.TrimSuffix(s.Config.PublicURL.Path, "/"), proxy)
	}
	mux.Handle(strings.TrimSuffix(s.Config.PublicURL.Path, "/")+"/", proxy)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL + path)
	require.NoError(t, err)
	return u
}

// fetch returns the response and text of a URL, without following redirects.
func fetch(t *testing.T, u *url.URL, headers ...string) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, u.String(), http.NoBody)
	require.NoError(t, err)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	res, err := http.DefaultTransport.RoundTrip(r)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // read whole
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(text)
}

// resolve resolves a link of the page u.
func resolve(t *testing.T, u *url.URL, link string) *url.URL {
	t.Helper()
	target, err := u.Parse(link)
	require.NoError(t, err)
	return target
}

// links matches the URLs in a page and in the scripts of the documentation.
var links = regexp.MustCompile(`(?:src=|href=|from |init\(|new URL\()["']([^"'#]+)["']`)

func TestAProxyServesTheProgramUnderAPath(t *testing.T) {
	t.Parallel()
	for name, removes := range map[string]bool{"RemovesThePath": true, "LeavesThePath": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := apitest.Start(t, withPublicURL(t, underPath))
			base := proxied(t, s, removes)

			t.Run("TheRootLeadsToTheDocumentation", func(t *testing.T) {
				res, _ := fetch(t, base.JoinPath("/"))
				require.Equal(t, http.StatusFound, res.StatusCode)
				require.Equal(t, "/ocipe/docs/", res.Header.Get("Location"))
				for _, page := range []string{"docs", "reference"} {
					res, _ := fetch(t, base.JoinPath(page))
					require.Equal(t, http.StatusFound, res.StatusCode)
					require.Equal(t, "/ocipe/"+page+"/", resolve(t, base.JoinPath(page), res.Header.Get("Location")).Path)
				}
			})

			t.Run("EveryLinkOfAPageLeadsToAPageUnderThePath", func(t *testing.T) {
				seen := map[string]bool{}
				open := []*url.URL{base.JoinPath("docs/"), base.JoinPath("reference/")}
				for len(open) > 0 {
					u := open[0]
					open = open[1:]
					if seen[u.Path] {
						continue
					}
					seen[u.Path] = true
					require.True(t, strings.HasPrefix(u.Path, "/ocipe/"), u.Path)
					res, text := fetch(t, u)
					require.Equal(t, http.StatusOK, res.StatusCode, u.Path)
					if regexp.MustCompile(`/docs/$|/reference/$|/docs/[a-z-]+\.js$|/reference\.js$`).MatchString(u.Path) && !strings.Contains(u.Path, "bundle") {
						from := u
						if strings.HasSuffix(u.Path, "ocipe.js") || strings.HasSuffix(u.Path, "reference.js") { // relative to the page
							from = resolve(t, u, "./")
						}
						for _, link := range links.FindAllStringSubmatch(text, -1) {
							require.False(t, strings.HasPrefix(link[1], "/"), "%s: %s", u.Path, link[1])
							open = append(open, resolve(t, from, link[1]))
						}
					}
				}
				for _, path := range []string{"docs/session.js", "docs/swagger-ui.css", "docs/swagger-ui-bundle.js", "reference/reference.js", "openapi.yaml", "openapi.json"} {
					require.Contains(t, seen, "/ocipe/"+path)
				}
			})

			t.Run("TheContractNamesThePath", func(t *testing.T) {
				for _, path := range []string{"openapi.yaml", "openapi.json"} {
					_, text := fetch(t, base.JoinPath(path))
					doc, err := openapi3.NewLoader().LoadFromData([]byte(text))
					require.NoError(t, err)
					require.Len(t, doc.Servers, 1)
					require.Equal(t, "/ocipe", doc.Servers[0].URL)
				}
			})

			t.Run("TheNextPageIsUnderThePath", func(t *testing.T) {
				c := s.User(t, "paged-"+name)
				for range 2 {
					c.Call(t, http.MethodPost, "/api/recipes/", atomicRecipe("soup"))
				}
				page := base.JoinPath("api/recipes/")
				page.RawQuery = "limit=1"
				res, _ := fetch(t, page, "Authorization: Bearer "+c.Access)
				require.Equal(t, http.StatusOK, res.StatusCode)
				next := regexp.MustCompile(`^<([^>]+)>; rel="next"$`).FindStringSubmatch(res.Header.Get("Link"))
				require.NotNil(t, next, res.Header.Get("Link"))
				require.True(t, strings.HasPrefix(next[1], "/ocipe/api/recipes/?"), next[1])
				res, text := fetch(t, resolve(t, page, next[1]), "Authorization: Bearer "+c.Access)
				require.Equal(t, http.StatusOK, res.StatusCode)
				require.Contains(t, text, "soup")
				require.Empty(t, res.Header.Get("Link"))
			})

			t.Run("TheCookieIsForTheWholeHost", func(t *testing.T) {
				s.Client(t).Register(t, "cookie-"+name)
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, base.JoinPath("api/user/token/").String(),
					bytes.NewReader([]byte(apitest.Credentials("cookie-"+name, apitest.Password))))
				require.NoError(t, err)
				r.Header.Set("Content-Type", "application/json")
				r.Header.Set("Origin", "https://home.example.org")
				r.Header.Set("Sec-Fetch-Site", "cross-site")
				res, err := http.DefaultTransport.RoundTrip(r)
				require.NoError(t, err)
				defer res.Body.Close() //nolint:errcheck // not read
				require.Equal(t, http.StatusOK, res.StatusCode, "its origin has no path")
				require.Equal(t, "/", res.Cookies()[0].Path)
			})
		})
	}
}

// TestPublicPaths tries paths that are easily confused with others.
func TestPublicPaths(t *testing.T) {
	t.Parallel()
	for public, location := range map[string]string{
		"http://localhost:8080/": "/docs/", "http://localhost:8080/ocipe/": "/ocipe/docs/", "http://localhost:8080/a/b": "/a/b/docs/",
		"http://localhost:8080/k%C3%BCche": "/k%C3%BCche/docs/", "http://localhost:8080/a'b:": "/a'b:/docs/", "http://localhost:8080/api": "/api/docs/",
	} {
		t.Run(location, func(t *testing.T) {
			t.Parallel()
			s := apitest.Start(t, withPublicURL(t, public))
			c := s.Client(t)
			require.Equal(t, location, c.Do(t, http.MethodGet, "/", "").Header.Get("Location"))
			doc, err := openapi3.NewLoader().LoadFromData([]byte(c.Do(t, http.MethodGet, "/openapi.yaml", "").Text))
			require.NoError(t, err)
			path := strings.TrimSuffix(location, "docs/")
			require.Equal(t, strings.TrimSuffix(path, "/"), strings.TrimSuffix(doc.Servers[0].URL, "/"))
			require.Equal(t, http.StatusOK, c.Do(t, http.MethodGet, "/api/monitoring/healthz/", "").StatusCode, "a proxy removes the path")
			get := func(path string) *http.Response {
				u, err := url.Parse(s.URL + path)
				require.NoError(t, err)
				res, _ := fetch(t, u)
				return res
			}
			if path != "/api/" { // for this path, the proxy must remove it
				require.Equal(t, http.StatusOK, get(path+"docs/").StatusCode)
				require.Equal(t, location, get(strings.TrimSuffix(path, "/")).Header.Get("Location"))
				require.Equal(t, http.StatusNotFound, get(path+"docs/../main.go").StatusCode)
				require.Equal(t, http.StatusUnauthorized, get(path+"api/recipes/7").StatusCode)
				require.Equal(t, http.StatusMethodNotAllowed, get(path+"api/fridge/ingredient/group/a%2Fb").StatusCode)
			}
			for _, other := range []string{"/ocip/docs/", "/ocipes/docs/", "/OCIPE/docs/", "/a/docs/"} {
				require.Equal(t, http.StatusNotFound, c.Do(t, http.MethodGet, other, "").StatusCode, other)
			}
		})
	}
}

func withPublicURL(t *testing.T, text string) func(*apitest.Config) {
	t.Helper()
	u, err := url.Parse(text)
	require.NoError(t, err)
	return func(c *apitest.Config) { c.PublicURL = u }
}
