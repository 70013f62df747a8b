package demo_test

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

// TestFilesAreValidAgainstTheContract also requires that all texts are trimmed.
func TestFilesAreValidAgainstTheContract(t *testing.T) {
	t.Parallel()
	doc, err := openapi3.NewLoader().LoadFromFile("../../openapi.yaml")
	require.NoError(t, err)
	for file, schema := range map[string]string{"recipes.json": "RecipeInput", "fridge.json": "FridgeIngredientInput"} {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var all []any
		require.NoError(t, json.Unmarshal(text, &all))
		require.NotEmpty(t, all)
		for _, one := range all {
			require.NoError(t, doc.Components.Schemas[schema].Value.VisitJSON(one, openapi3.MultiErrors()))
			requireTrimmed(t, one)
		}
	}
}

func requireTrimmed(t *testing.T, value any) {
	t.Helper()
	switch v := value.(type) {
	case string:
		require.Equal(t, strings.TrimSpace(v), v)
		require.True(t, utf8.ValidString(v))
	case []any:
		for _, e := range v {
			requireTrimmed(t, e)
		}
	case map[string]any:
		for _, m := range v {
			requireTrimmed(t, m)
		}
	}
}

func TestFill(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	d := database.Open(t)
	first := database.User(t, "a")
	database.User(t, "b")

	t.Run("FillsAnEmptyAccount", func(t *testing.T) {
		content, err := demo.Fill(t.Context(), d, first)
		require.NoError(t, err)
		require.Len(t, content.Recipes, 410)
		require.EqualValues(t, len(content.Recipes), database.Int(t, `select count(*) from recipes where user_id = $1`, first))
		require.EqualValues(t, len(content.Fridge), database.Int(t, `select count(*) from fridge_items where user_id = $1`, first))
		require.EqualValues(t, len(content.Checklist), database.Int(t, `select count(*) from grocery_items where user_id = $1`, first))
		require.Zero(t, database.Int(t, `select count(*) from recipes where user_id <> $1`, first))
	})

	t.Run("LeavesAnAccountWithRecipesAlone", func(t *testing.T) {
		_, err := demo.Fill(t.Context(), d, first)
		require.ErrorIs(t, err, demo.ErrNotEmpty)
		require.EqualValues(t, 410, database.Int(t, `select count(*) from recipes`))
		require.EqualValues(t, 37, database.Int(t, `select count(*) from fridge_items`))
	})

	t.Run("WritesNothingIfItFails", func(t *testing.T) {
		database.Exec(t, `alter table recipes add constraint no_soup check (name not ilike '%soup%') not valid`)
		_, err := demo.Fill(t.Context(), d, first+1)
		require.Error(t, err)
		require.Zero(t, database.Int(t, `select count(*) from fridge_items where user_id = $1`, first+1))
		require.Zero(t, database.Int(t, `select count(*) from grocery_items where user_id = $1`, first+1))
	})
}
