package api_test

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// cachingOf returns the value of Cache-Control that the contract declares for a response. An empty text means no-store.
func cachingOf(t *testing.T, response *openapi3.Response) string {
	t.Helper()
	header := response.Headers["Cache-Control"]
	if header == nil {
		return ""
	}
	example, _ := header.Value.Example.(string)
	require.NotEmpty(t, example)
	return example
}

// TestTheContractLetsNoCacheShareDataOfUsers checks only the contract, without a server.
func TestTheContractLetsNoCacheShareDataOfUsers(t *testing.T) {
	t.Parallel()
	stored := 0
	for _, o := range apitest.Operations(t) {
		for status, response := range o.Responses {
			caching := cachingOf(t, response)
			switch {
			case caching == "" || strings.HasPrefix(caching, "no-store"):
			case o.Method != http.MethodGet || status >= http.StatusBadRequest:
				t.Errorf("%s: a cache may store the response %d: %s", o.ID, status, caching)
			case o.NeedsToken:
				require.Equal(t, "private, no-cache", caching, "%s %d", o.ID, status)
				stored++
			}
		}
	}
	require.Positive(t, stored)
}

// TestEveryOperationSaysHowItMayBeCached calls each operation with valid and invalid requests. In all other tests, the client also
// compares the header with the contract.
func TestEveryOperationSaysHowItMayBeCached(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.RegistrationsPerHour = 0 })
	for _, o := range apitest.Operations(t) {
		t.Run(o.ID, func(t *testing.T) {
			t.Parallel()
			k := s.Kitchen(t, "caching-"+strings.ToLower(o.ID), textToEscape)
			r := k.Prepare(t, o)
			a := r.Send(t, k.Client)
			require.True(t, a.StatusCode == o.Success() || !o.NeedsToken, "%s: %s", o.ID, a.Text) // an operation without a token may need a code
			require.Equal(t, cmp.Or(cachingOf(t, o.Responses[a.StatusCode]), "no-store"), a.Header.Get("Cache-Control"))
			unknown := k.Do(t, "BREW", r.URL, "")
			require.Equal(t, http.StatusMethodNotAllowed, unknown.StatusCode)
			require.Equal(t, "no-store", unknown.Header.Get("Cache-Control"))
			if o.NeedsToken {
				refused := s.Client(t).Do(t, o.Method, r.URL, r.Text)
				require.Equal(t, http.StatusUnauthorized, refused.StatusCode)
				require.Equal(t, "no-store", refused.Header.Get("Cache-Control"))
			}
		})
	}
}

func TestHeadersForBrowsers(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.AllowedOrigins = []string{"https://app.example.org"} })

	t.Run("EveryResponseHasThem", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/api/fridge/", "/nope", "/", "/openapi.json", "/docs/swagger-ui-bundle.js", "/api/monitoring/healthz/"} {
			a := s.Client(t).Do(t, http.MethodGet, path, "")
			require.Equal(t, "same-origin", a.Header.Get("Cross-Origin-Resource-Policy"), path)
			require.Contains(t, []string{"no-referrer", "same-origin"}, a.Header.Get("Referrer-Policy"), path)
			require.Empty(t, a.Header.Get("Strict-Transport-Security"), path)
		}
	})

	t.Run("PagesAreIsolated", func(t *testing.T) {
		t.Parallel()
		for _, path := range []string{"/docs/", "/docs", "/reference/"} {
			a := s.Client(t).Do(t, http.MethodGet, path, "")
			require.Equal(t, "same-origin", a.Header.Get("Cross-Origin-Opener-Policy"), path)
			require.Equal(t, "require-corp", a.Header.Get("Cross-Origin-Embedder-Policy"), path)
			require.Contains(t, a.Header.Get("Permissions-Policy"), "camera=()", path)
			require.Equal(t, "same-origin", a.Header.Get("Referrer-Policy"), "Swagger UI must send its origin")
		}
	})

	t.Run("AllowedOriginsReadResponses", func(t *testing.T) {
		t.Parallel()
		a := s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "", "Origin: https://app.example.org")
		require.Equal(t, "https://app.example.org", a.Header.Get("Access-Control-Allow-Origin"))
		require.Equal(t, "true", a.Header.Get("Access-Control-Allow-Credentials"))
	})
}

func TestStrictTransportSecurity(t *testing.T) {
	t.Parallel()
	for public, want := range map[string]string{
		"https://cook.example.org":            "max-age=31536000; includeSubDomains",
		"https://cook.example.org:8443/ocipe": "max-age=31536000; includeSubDomains",
		"http://cook.example.org":             "",
		"https://localhost:8443":              "",
		"https://cook.localhost":              "",
		"https://192.0.2.1":                   "",
		"https://[2001:db8::1]:8443":          "",
	} {
		t.Run(public, func(t *testing.T) {
			t.Parallel()
			u, err := url.Parse(public)
			require.NoError(t, err)
			s := apitest.Start(t, func(c *apitest.Config) { c.PublicURL, c.HSTSSubdomains = u, true })
			for _, path := range []string{"/api/monitoring/healthz/", "/api/fridge/", "/nope", "/docs/", "/openapi.yaml"} {
				require.Equal(t, want, s.Client(t).Do(t, http.MethodGet, path, "").Header.Get("Strict-Transport-Security"), path)
			}
		})
	}
	t.Run("WithoutSubdomains", func(t *testing.T) {
		t.Parallel()
		u, err := url.Parse("https://example.org")
		require.NoError(t, err)
		s := apitest.Start(t, func(c *apitest.Config) { c.PublicURL = u })
		require.Equal(t, "max-age=31536000", s.Client(t).Do(t, http.MethodGet, "/api/fridge/", "").Header.Get("Strict-Transport-Security"))
	})
}

// TestTheKeySetIsAlwaysWhole sends the headers of range requests, which the contract doesn't have. The client checks the status.
func TestTheKeySetIsAlwaysWhole(t *testing.T) {
	t.Parallel()
	c := apitest.Start(t).Client(t)
	whole := c.Do(t, http.MethodGet, "/.well-known/jwks.json", "").Is(t, http.StatusOK)
	for _, header := range []string{`If-Match: "x"`, "Range: bytes=0-1", "Range: bytes=100000-", `If-Range: "x"`} {
		a := c.Do(t, http.MethodGet, "/.well-known/jwks.json", "", header)
		require.Equal(t, http.StatusOK, a.StatusCode, header)
		require.Equal(t, whole.Text, a.Text)
	}
}
