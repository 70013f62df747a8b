package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/api"
	"github.com/ocipe/ocipe/internal/apitest"
)

func TestCompression(t *testing.T) {
	t.Parallel()
	s := apitest.Start(t, func(c *apitest.Config) { c.Compression = api.CompressAlways })
	c := s.User(t, "packer")
	long := map[string]any{"name": "Soup", "meat_type": "none", "longevity": 1, "frequency": "rarely", "ingredients": []any{}, "note": strings.Repeat("stir ", 1000)}
	text, err := json.Marshal(long)
	require.NoError(t, err)
	path := modelRecipePath(apitest.Decode[modelRecipe](t, c.Call(t, http.MethodPost, modelRecipes, string(text)).Is(t, http.StatusCreated)).ID)
	get := func(t *testing.T, path string, headers ...string) *apitest.Response {
		t.Helper()
		return c.Do(t, http.MethodGet, path, "", append(headers, "Authorization: Bearer "+c.Access)...)
	}

	for _, coding := range []string{"gzip", "zstd"} {
		t.Run(coding, func(t *testing.T) {
			for _, path := range []string{path, modelRecipes} {
				plain := get(t, path, "Accept-Encoding: identity").Is(t, http.StatusOK)
				require.Empty(t, plain.Header.Get("Content-Encoding"))
				packed := get(t, path, "Accept-Encoding: "+coding).Is(t, http.StatusOK)
				require.Equal(t, coding, packed.Header.Get("Content-Encoding"))
				require.Contains(t, packed.Header.Values("Vary"), "Accept-Encoding")
				require.Less(t, len(packed.Text), 1000)
				unpacked, err := apitest.Decompress(packed.Header, []byte(packed.Text))
				require.NoError(t, err)
				require.Equal(t, plain.Text, string(unpacked))

				tag := packed.Header.Get("ETag")
				require.Equal(t, strings.TrimSuffix(plain.Header.Get("ETag"), `"`)+"-"+coding+`"`, tag, "another text has another tag")
				unchanged := get(t, path, "Accept-Encoding: "+coding, "If-None-Match: "+tag).Is(t, http.StatusNotModified)
				require.Equal(t, tag, unchanged.Header.Get("ETag"))
				require.Empty(t, unchanged.Header.Get("Content-Encoding"))
			}
			tag := get(t, path, "Accept-Encoding: "+coding).Header.Get("ETag")
			patch := func() *apitest.Response {
				return c.Do(t, http.MethodPatch, path, `{"state": "used"}`, "Authorization: Bearer "+c.Access, "If-Match: "+tag)
			}
			patch().Is(t, http.StatusOK)
			patch().Is(t, http.StatusPreconditionFailed)
		})
	}

	t.Run("NotOfWhatIsSmallOrATokenOrRefused", func(t *testing.T) {
		for _, a := range []*apitest.Response{
			get(t, "/api/fridge/", "Accept-Encoding: gzip"),
			get(t, modelRecipePath(999), "Accept-Encoding: gzip"),
			c.Do(t, http.MethodPost, "/api/user/token/", apitest.Credentials("packer", apitest.Password), "Accept-Encoding: gzip"),
		} {
			require.Empty(t, a.Header.Get("Content-Encoding"))
		}
	})

	t.Run("NotForNeighboursUnlessAskedFor", func(t *testing.T) {
		near := s.Replica(t, func(c *apitest.Config) { c.Compression = api.CompressRemote }).Client(t)
		near.Access = c.Access
		require.Empty(t, near.Do(t, http.MethodGet, path, "", "Accept-Encoding: gzip", "Authorization: Bearer "+c.Access).Header.Get("Content-Encoding"))
	})
}
