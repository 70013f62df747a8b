package contract

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/password"
)

func TestLoadRejectsKeywordsThatNothingChecks(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../openapi.yaml")
	require.NoError(t, err)
	for _, c := range []struct{ method, path, old, with, want string }{
		{http.MethodPost, "/api/recipes/bulk/", "          maxItems: 1000\n          items: {$ref: '#/components/schemas/RecipeInput'}", "          uniqueItems: true\n          items: {$ref: '#/components/schemas/RecipeInput'}", "importRecipes: body.list: the keyword uniqueItems is not supported for the type array"},
		{http.MethodGet, "/api/recipes/", "{type: integer, format: int64, minimum: 1, maximum: 500}", "{type: integer, format: int64, minimum: 1, maximum: 500, multipleOf: 5}", "listRecipes: limit: the keyword multipleOf is not supported for the type integer"},
	} {
		changed := strings.Replace(string(source), c.old, c.with, 1)
		require.NotEqual(t, string(source), changed)
		contract, err := Load(t.Context(), []byte(changed), password.Policy{MinLength: 8}, "")
		require.NoError(t, err)
		_, err = contract.operation(c.method, c.path)
		require.EqualError(t, err, c.want)
	}
}
