package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/internal/apitest"
)

func TestDocumentation(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *api.Config) { c.PasswordMin = 12 })
	c := s.Client(t)

	t.Run("TheRootLeadsToIt", func(t *testing.T) {
		a := c.Do(t, http.MethodGet, "/", "")
		require.Equal(t, http.StatusFound, a.StatusCode)
		require.Equal(t, "/docs/", a.Header.Get("Location"))
	})

	t.Run("IsServedFromHereUnderAStrictPolicy", func(t *testing.T) {
		page := c.Do(t, http.MethodGet, "/docs/", "")
		require.Equal(t, http.StatusOK, page.StatusCode)
		require.NotContains(t, page.Text, "http://")
		require.NotContains(t, page.Text, "https://")
		for _, path := range []string{"/docs", "/docs/", "/docs/ocipe.js", "/docs/ocipe.css", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/favicon-32x32.png"} {
			a := c.Do(t, http.MethodGet, path, "")
			require.Equal(t, http.StatusOK, a.StatusCode, path)
			require.NotEmpty(t, a.Text)
			policy := a.Header.Get("Content-Security-Policy")
			require.True(t, strings.HasPrefix(policy, "default-src 'none'"), path)
			require.NotContains(t, policy, "unsafe")
			require.Contains(t, page.Text+"ocipe.js/docs/docs/", strings.TrimSuffix(path, "/"))
		}
		require.Equal(t, http.StatusNotFound, c.Do(t, http.MethodGet, "/docs/index.html.gz", "").StatusCode)
		require.Equal(t, http.StatusNotFound, c.Do(t, http.MethodGet, "/docs/../main.go", "").StatusCode)
	})

	t.Run("IsServedCompressedOrNot", func(t *testing.T) {
		for header, encoding := range map[string]string{"gzip, deflate, br": "gzip", "identity": ""} {
			a := c.Do(t, http.MethodGet, "/docs/swagger-ui-bundle.js", "", "Accept-Encoding: "+header)
			require.Equal(t, encoding, a.Header.Get("Content-Encoding"))
			require.Equal(t, encoding == "", strings.Contains(a.Text, "function"))
			tag := a.Header.Get("ETag")
			require.Regexp(t, `^"[\w-]+"$`, tag)
			require.Equal(t, http.StatusNotModified, c.Do(t, http.MethodGet, "/docs/swagger-ui-bundle.js", "", "Accept-Encoding: "+header, "If-None-Match: "+tag).StatusCode)
		}
	})

	t.Run("ServesTheContractOfThisServer", func(t *testing.T) {
		for _, path := range []string{"/openapi.yaml", "/openapi.json"} {
			a := c.Do(t, http.MethodGet, path, "")
			require.Equal(t, http.StatusOK, a.StatusCode)
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
