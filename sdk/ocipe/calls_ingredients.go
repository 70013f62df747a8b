package ocipe

import (
	"context"

	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// ParseIngredients parses up to 500 ingredient lines. It returns an object for each line, in the same order. If language is empty, the
// server detects it.
func (c *Client) ParseIngredients(ctx context.Context, language api.Language, lines ...string) ([]api.ParsedLine, error) {
	body := api.IngredientLines{Lines: lines}
	if language != "" {
		body.Language = &language
	}
	parsed, err := ok(c.ParseIngredientsWithResponse(ctx, body))
	if err != nil {
		return nil, err
	}
	return parsed.Lines, nil
}
