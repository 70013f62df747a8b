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

// storedIngredients are the ingredients of a recipe in the forms in which they are stored.
type storedIngredients struct {
	json   string // as they are sent to clients
	terms  string // of the different names, as they are indexed: an array in PostgreSQL's text form
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
		json: string(text), terms: postgres.ArrayText(indexed(userID, foodTerms(keysOf(names)))), folded: casefold.Searchable(names...),
	}, nil
}

// foodTerms returns the term of each name. Two names of one food may have the same term.
func foodTerms(names []string) []string {
	var dictionary *food.Catalog // without settings: they may change
	terms := make([]string, 0, len(names))
	for _, name := range names {
		terms = append(terms, dictionary.Find(name, "").Term)
	}
	return terms
}

// indexed returns terms as the index of ingredients has them for this user. It is never nil, which would be null in SQL.
func indexed(userID int64, terms []string) []string {
	all := make([]string, 0, len(terms))
	for _, term := range terms {
		all = append(all, strconv.FormatInt(userID, 10)+":"+term)
	}
	return all
}
