package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// deprecating marks the operation of the fridge as deprecated, in these words.
func deprecating(t *testing.T, words string) func(*apitest.Config) {
	t.Helper()
	const line = "      operationId: getFridge\n"
	return func(c *apitest.Config) {
		require.Equal(t, 1, strings.Count(string(c.Contract), line))
		c.Contract = []byte(strings.Replace(string(c.Contract), line, line+words, 1))
	}
}

func TestADeprecatedOperationSaysSoWithEveryAnswer(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, deprecating(t, "      deprecated: true\n      x-deprecated-since: '2026-12-01'\n      x-sunset: '2027-06-30'\n"))
	for path, deprecated := range map[string]bool{"/api/fridge/": true, "/api/grocery/list/": false} {
		a := s.Client(t).Do(t, http.MethodGet, path, "")
		require.Equal(t, http.StatusUnauthorized, a.StatusCode)
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
