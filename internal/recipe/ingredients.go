package recipe

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/food"
	"github.com/ocipe/ocipe/internal/postgres"
)

// storedIngredients has the ingredients of a recipe in the forms in which they are stored.
type storedIngredients struct {
	json   string // as sent to clients
	terms  string // the keys of the foods, as indexed: an array in PostgreSQL's text form
	folded string // the names for the search by text
}

func storedIngredientsOf(userID int64, ingredients []Ingredient) (storedIngredients, error) {
	lower := make([]Ingredient, 0, len(ingredients))
	names := make([]string, 0, len(ingredients))
	for _, i := range ingredients {
		name := strings.ToLower(i.Name)
		lower = append(lower, Ingredient{Name: name, Quantity: i.Quantity})
		names = append(names, name)
	}
	text, err := json.Marshal(lower)
	if err != nil {
		return storedIngredients{}, fmt.Errorf("encode the ingredients: %w", err)
	}
	return storedIngredients{
		json: string(text), terms: postgres.ArrayText(indexTerms(userID, foodKeys(distinctNames(names)))), folded: casefold.Searchable(names...),
	}, nil
}

// foodKeys returns the key of the food for each name. Different names of one food have the same key. It ignores the user's settings,
// because they may change.
func foodKeys(names []string) []string {
	var dictionary *food.Catalog
	keys := make([]string, 0, len(names))
	for _, name := range names {
		keys = append(keys, dictionary.Find(name, "").Key)
	}
	return keys
}

// indexTerms returns the terms in the index of ingredients for keys of foods of this user. It never returns nil, which would be null in
// SQL.
func indexTerms(userID int64, keys []string) []string {
	terms := make([]string, 0, len(keys))
	for _, key := range keys {
		terms = append(terms, strconv.FormatInt(userID, 10)+":"+key)
	}
	return terms
}
