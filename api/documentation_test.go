package api_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestDocumentation(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.PasswordMin = 12 })
	c := s.Client(t)

	t.Run("IsServedFromHereUnderAStrictPolicy", func(t *testing.T) {
		const gzip = "Accept-Encoding: gzip" // explicit, because Go's client asks for it only with GET
		const html, script, style = "text/html; charset=utf-8", "text/javascript; charset=utf-8", "text/css; charset=utf-8"
		for path, media := range map[string]string{
			"/docs/": html, "/docs/ocipe.css": style, "/docs/ocipe.js": script, "/docs/authorize.js": script,
			"/docs/fill-in.js": script, "/docs/plain-text.js": script, "/docs/seen.js": script, "/docs/start.js": script,
			"/docs/order.js": script, "/docs/request-id.js": script, "/docs/session.js": script, "/docs/swagger-ui.css": style,
			"/docs/swagger-ui-bundle.js": script, "/docs/favicon-32x32.png": "image/png", "/reference/": html,
			"/reference/reference.js": script, "/reference/redoc.standalone.js": script,
			"/reference/redoc.LICENSE.txt": "text/plain; charset=utf-8",
		} {
			a := c.Do(t, http.MethodGet, path, "", gzip).Is(t, http.StatusOK)
			require.Equal(t, media, a.Header.Get("Content-Type"), path)
			require.NotEmpty(t, a.Text, path)
			policy := a.Header.Get("Content-Security-Policy")
			require.True(t, strings.HasPrefix(policy, "default-src 'none'; script-src 'self'; style-src 'self'"), path)
			require.NotContains(t, policy, "unsafe", path)
			require.NotRegexp(t, `https?:|blob:|\*`, policy, path)

			head := c.Do(t, http.MethodHead, path, "", gzip).Is(t, http.StatusOK)
			require.Empty(t, head.Text, path)
			for _, name := range []string{"Content-Type", "Content-Security-Policy", "ETag"} {
				require.Equal(t, a.Header.Get(name), head.Header.Get(name), path)
			}
			same := c.Do(t, http.MethodGet, path, "", gzip, "If-None-Match: "+a.Header.Get("ETag"))
			require.Equal(t, http.StatusNotModified, same.StatusCode, path)
		}
	})

	t.Run("IsMadeOfNothingElse", func(t *testing.T) {
		for _, page := range []string{"/docs/", "/reference/"} {
			text := c.Do(t, http.MethodGet, page, "").Text
			require.NotContains(t, text, "http://")
			require.NotContains(t, text, "https://")
			require.NotContains(t, text, "<style")
			for _, part := range regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(text, -1) {
				link := resolve(t, &url.URL{Path: page}, part[1]).Path
				require.Equal(t, http.StatusOK, c.Do(t, http.MethodGet, link, "").StatusCode, link)
			}
		}
		for _, path := range []string{"/docs/index.html.gz", "/docs/../main.go", "/reference/redoc.standalone.js.gz", "/reference/index.html"} {
			require.Equal(t, http.StatusNotFound, c.Do(t, http.MethodGet, path, "").StatusCode, path)
		}
	})

	t.Run("IsServedCompressedOrNot", func(t *testing.T) {
		for _, path := range []string{"/docs/swagger-ui-bundle.js", "/reference/redoc.standalone.js", "/openapi.yaml", "/openapi.json"} {
			tags := map[string]bool{}
			for header, encoding := range map[string]string{"gzip, deflate, br": "gzip", "identity": ""} {
				a := c.Do(t, http.MethodGet, path, "", "Accept-Encoding: "+header)
				require.Equal(t, encoding, a.Header.Get("Content-Encoding"))
				require.Contains(t, a.Header.Values("Vary"), "Accept-Encoding")
				require.Equal(t, encoding == "", strings.Contains(a.Text, "description"), "a word of all of them")
				tag := a.Header.Get("ETag")
				require.Regexp(t, `^"[\w-]+"$`, tag)
				require.Equal(t, http.StatusNotModified, c.Do(t, http.MethodGet, path, "", "Accept-Encoding: "+header, "If-None-Match: "+tag).StatusCode)
				tags[tag] = true
			}
			require.Len(t, tags, 2, "two forms, two tags")
		}
	})

	t.Run("NamesTheLicenceOfWhatItBringsAlong", func(t *testing.T) {
		text := c.Do(t, http.MethodGet, "/reference/redoc.LICENSE.txt", "").Text
		require.Contains(t, text, "The MIT License (MIT)")
		require.Contains(t, text, "Rebilly, Inc.")
	})

	t.Run("ServesTheContractOfThisServer", func(t *testing.T) {
		for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
			a := c.Do(t, http.MethodGet, path, "").Is(t, http.StatusOK)
			doc, err := openapi3.NewLoader().LoadFromData([]byte(a.Text))
			require.NoError(t, err)
			require.NoError(t, doc.Validate(t.Context()))
			require.EqualValues(t, 12, doc.Components.Schemas["Registration"].Value.Properties["password"].Value.MinLength)
			require.Equal(t, http.StatusNotModified, c.Do(t, http.MethodGet, path, "", "If-None-Match: "+a.Header.Get("ETag")).StatusCode)
		}
		a := c.Do(t, http.MethodPost, "/api/user/register/", apitest.Credentials("a", "elevenchars"))
		require.Equal(t, []string{"password:too_short"}, a.Problem(t).Fields(), "and it means it")
	})
}

func TestTheContractIsNotMixedUpBetweenOrigins(t *testing.T) {
	t.Parallel()
	const origin = "https://app.example.org"
	s := apitest.Start(t, func(c *apitest.Config) { c.AllowedOrigins = []string{origin} })
	a := s.Client(t).Do(t, http.MethodGet, "/openapi.yaml", "", "Origin: "+origin)
	require.Equal(t, origin, a.Header.Get("Access-Control-Allow-Origin"))
	require.Subset(t, a.Header.Values("Vary"), []string{"Origin", "Accept-Encoding"})
}

// deprecating marks the operation of the fridge as deprecated with the given lines.
func deprecating(t *testing.T, words string) func(*apitest.Config) {
	t.Helper()
	const line = "      operationId: getFridge\n"
	return func(c *apitest.Config) {
		require.Equal(t, 1, strings.Count(string(c.Contract), line))
		c.Contract = []byte(strings.Replace(string(c.Contract), line, line+words, 1))
	}
}

func TestADeprecatedOperationSaysSoInEveryResponse(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, deprecating(t, "      deprecated: true\n      x-deprecated-since: '2026-12-01'\n      x-sunset: '2027-06-30'\n"))
	for path, deprecated := range map[string]bool{"/api/fridge/": true, "/api/grocery/list/": false} {
		a := s.Client(t).Do(t, http.MethodGet, path, "").Is(t, http.StatusUnauthorized)
		if !deprecated {
			require.NotContains(t, a.Header, "Deprecation")
			require.NotContains(t, a.Header, "Sunset")
			continue
		}
		require.Equal(t, "@1796083200", a.Header.Get("Deprecation"))
		require.Equal(t, "Wed, 30 Jun 2027 00:00:00 GMT", a.Header.Get("Sunset"))
	}
}

func TestADeprecationWithoutItsDaysIsNoContract(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t)
	for words, missing := range map[string]string{
		"      deprecated: true\n      x-sunset: '2027-06-30'\n":                                 "x-deprecated-since",
		"      deprecated: true\n      x-deprecated-since: '2026-12-01'\n      x-sunset: soon\n": "x-sunset",
		"      x-sunset: '2027-06-30'\n":                                                         "isn't deprecated",
	} {
		c := s.Config
		deprecating(t, words)(&c)
		_, _, err := c.Assemble(t.Context())
		require.ErrorContains(t, err, "getFridge")
		require.ErrorContains(t, err, missing)
	}
}
