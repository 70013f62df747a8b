package api

import (
	"github.com/ocipe/ocipe/gen/models"
	"github.com/ocipe/ocipe/internal/makeable"
	"github.com/ocipe/ocipe/internal/recipe"
)

// stockFilter returns the parameters that select recipes by the content of the fridge.
func (s *Server) stockFilter(p models.ListRecipesParams) recipe.StockFilter {
	return recipe.StockFilter{
		Makeable: valueOf(p.Makeable) == "true", MissingMax: int(valueOf(p.MissingMax)), UseSoon: valueOf(p.UseSoon) == "true", Today: s.today(p.Today),
	}
}

// recipeEncoder returns the encoder of the contract's Recipe, with the lists have and missing unless k is nil.
func recipeEncoder(k *makeable.Kitchen) func([]byte, recipe.Recipe) []byte {
	if k == nil {
		return appendRecipe
	}
	return func(b []byte, r recipe.Recipe) []byte {
		have, missing, err := k.SplitFoods(r.Ingredients)
		if err != nil { // can't happen: the use case has read the same ingredients to select the recipe
			return appendRecipe(b, r)
		}
		b = appendRecipe(b, r)
		b = appendAll(append(b[:len(b)-1], `,"have":`...), have, appendStocked)
		b = appendAll(append(b, `,"missing":`...), missing, appendStocked)
		return append(b, '}')
	}
}

// appendStocked appends the contract's StockedIngredient.
func appendStocked(b []byte, i makeable.Ingredient) []byte {
	b = appendString(append(b, `{"name":`...), i.Name)
	b = appendString(append(b, `,"quantity":`...), i.Quantity)
	b = appendText(b, "to_buy", i.ToBuy)
	if !i.BestBefore.IsZero() {
		b = appendDate(append(b, `,"best_before":`...), i.BestBefore)
	}
	return append(b, '}')
}
