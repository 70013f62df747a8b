package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/apitest"
)

// parseLines sends ingredient lines and returns the parsed lines.
func parseLines(t *testing.T, c *apitest.Client, language *models.Language, lines ...string) []models.ParsedLine {
	t.Helper()
	res, err := c.ParseIngredientsWithResponse(t.Context(), models.IngredientLines{Language: language, Lines: lines})
	require.NoError(t, err)
	require.NotNil(t, res.JSON200, string(res.Body))
	require.Len(t, res.JSON200.Lines, len(lines))
	return res.JSON200.Lines
}

func TestParseIngredients(t *testing.T) {
	t.Parallel()
	s := apitest.Shared(t)[0]

	t.Run("ReadsAmountUnitAndFood", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "parse-lines")

		got := parseLines(t, c, nil, "3 × 400 g tins butter beans, drained", "Star Anise (4-5)", "Salt", "", "2 EL gehackte Petersilie", "1/3 cup sugar")

		require.Equal(t, "3x400", got[0].Quantity)
		require.Equal(t, "g", got[0].Unit)
		require.Equal(t, models.ParsedAmount{Min: 1200, Max: 1200}, *got[0].Amount)
		require.Equal(t, "butter beans", got[0].Name)
		require.Equal(t, "drained", got[0].Preparation)
		require.Equal(t, "tins", got[0].Note)
		require.Equal(t, models.ParsedAmount{Min: 4, Max: 5}, *got[1].Amount)
		require.Empty(t, got[1].Unit)
		require.Nil(t, got[2].Amount)
		require.Equal(t, "salt", got[2].Name)
		require.Empty(t, got[3].Name)
		require.Equal(t, models.LanguageDe, got[4].Language)
		require.Equal(t, "tbsp", got[4].Unit)
		require.Equal(t, "metric-tbsp", got[4].Measure)
		require.InDelta(t, 1.0/3, got[5].Amount.Max, 1e-9)
	})

	t.Run("UsesTheLanguageOfTheRequest", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "parse-language")
		dutch := models.LanguageNl

		require.Equal(t, "hg", parseLines(t, c, &dutch, "2 ons kaas")[0].Unit)
	})

	t.Run("LosesNoWord", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "parse-parts")
		lines := []string{"½ tsp or less of X  (optional)", "whatever is left - from Sunday", "((2 × 1 (14-oz) can", "1/0 cup, *x*"}

		for i, got := range parseLines(t, c, nil, lines...) {
			var whole strings.Builder
			for _, p := range got.Parts {
				whole.WriteString(p.Text)
			}
			require.Equal(t, lines[i], whole.String())
		}
	})

	t.Run("LimitsTheLines", func(t *testing.T) {
		t.Parallel()
		c := s.User(t, "parse-limits")
		for body, field := range map[string]string{
			`{"lines": []}`:                                   "lines",
			`{"lines": ` + arrayOf(`"x"`, 501) + `}`:          "lines",
			`{"lines": ["` + strings.Repeat("é", 501) + `"]}`: "lines.0",
			`{"lines": ["x"], "language": "tlh"}`:             "language",
		} {
			a := c.Call(t, http.MethodPost, "/api/ingredients/parse/", body).Is(t, http.StatusBadRequest)
			require.Contains(t, a.Text, `"field":"`+field+`"`)
		}
		c.Call(t, http.MethodPost, "/api/ingredients/parse/", `{"lines": `+arrayOf(`"`+strings.Repeat("é", 500)+`"`, 500)+`}`).Is(t, http.StatusOK)
	})
}
