package api

import (
	"fmt"

	"github.com/maypok86/otter/v2"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/recipe"
)

// scaledTexts caches the contract's ScaledQuantity of each quantity, because recipes often have the same quantities. Without the cache,
// a scaled recipe with eight ingredients costs several times the CPU of the unscaled recipe.
type scaledTexts struct {
	texts *otter.Cache[scaledKey, string]
}

type scaledKey struct {
	quantity, factor string
	units            measure.System
}

// The maximum number of cached quantities, and the maximum length of each in bytes. The cache takes at most about 4 MB.
const (
	maxScaled     = 8192
	maxScaledText = 64
)

func newScaledTexts() scaledTexts {
	return scaledTexts{otter.Must(&otter.Options[scaledKey, string]{MaximumSize: maxScaled})}
}

// ingredients returns the ingredients of a recipe as a JSON array of the contract's IngredientView.
func (t scaledTexts) ingredients(r recipe.Recipe, s recipe.Scaling) ([]byte, error) {
	factor := s.Factor.RatString()
	b := append(make([]byte, 0, 4*len(r.Ingredients)+64), '[')
	err := r.EachIngredient(func(i recipe.Ingredient) {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = appendString(append(b, `{"name":`...), i.Name)
		b = appendString(append(b, `,"quantity":`...), i.Quantity)
		b = append(append(append(b, `,"scaled":`...), t.of(i.Quantity, factor, s)...), '}')
	})
	if err != nil {
		return nil, fmt.Errorf("scale a recipe: %w", err)
	}
	return append(b, ']'), nil
}

func (t scaledTexts) of(quantity, factor string, s recipe.Scaling) string {
	key := scaledKey{quantity, factor, s.Units}
	if text, known := t.texts.GetIfPresent(key); known {
		return text
	}
	text := string(appendScaled(nil, s.Scale(quantity)))
	if len(quantity) <= maxScaledText {
		t.texts.Set(key, text)
	}
	return text
}

// appendScaled appends the contract's ScaledQuantity.
func appendScaled(b []byte, s measure.Scaled) []byte {
	b = appendString(append(b, `{"text":`...), s.Text)
	b = appendAll(append(b, `,"amounts":`...), s.Amounts, appendAmount)
	return append(b, '}')
}
