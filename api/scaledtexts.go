package api

import (
	"fmt"
	"sync"

	"github.com/ocipe/ocipe/internal/measure"
	"github.com/ocipe/ocipe/internal/recipe"
)

// scaledTexts remembers the contract's ScaledQuantity of quantities: recipes use the same ones over and over. Without it, a recipe with eight
// ingredients costs several times the CPU of the same recipe as it is written. The zero value is ready to use.
type scaledTexts struct {
	mu          sync.Mutex
	recent, old map[scaledKey]string
}

type scaledKey struct {
	quantity, factor string
	units            measure.System
}

// Two generations of so many quantities, with texts of so many bytes, take about 4 MB at most.
const (
	maxScaled     = 4096
	maxScaledText = 64
)

// ingredients returns the ingredients of a recipe as the contract's IngredientView.
func (t *scaledTexts) ingredients(r recipe.Recipe, s recipe.Scaling) ([]byte, error) {
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

func (t *scaledTexts) of(quantity, factor string, s recipe.Scaling) string {
	key := scaledKey{quantity, factor, s.Units}
	t.mu.Lock()
	text, known := t.recent[key]
	if !known {
		text, known = t.old[key]
	}
	t.mu.Unlock()
	if !known {
		text = string(appendScaled(nil, s.Of(quantity)))
		if len(quantity) <= maxScaledText {
			t.remember(key, text)
		}
	}
	return text
}

func (t *scaledTexts) remember(key scaledKey, text string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.recent == nil || len(t.recent) >= maxScaled {
		t.recent, t.old = map[scaledKey]string{}, t.recent
	}
	t.recent[key] = text
}

// appendScaled appends the contract's ScaledQuantity.
func appendScaled(b []byte, s measure.Scaled) []byte {
	b = appendString(append(b, `{"text":`...), s.Text)
	b = appendList(append(b, `,"amounts":`...), func(b []byte) []byte { return b }, s.Amounts, appendAmount)
	return append(b, '}')
}
