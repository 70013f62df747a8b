package recipe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/casefold"
)

// storedIngredients are the ingredients of a recipe in the forms in which they are stored.
type storedIngredients struct {
	json   string // as they are sent to clients
	terms  string // the different names as they are indexed: an array in PostgreSQL's text form
	folded string // the different names for the search by text
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
	slices.Sort(names)
	names = slices.Compact(names)
	stored := storedIngredients{json: string(text), terms: arrayText(termsOf(userID, names))}
	for i, name := range names {
		names[i] = casefold.Text(name)
	}
	stored.folded = strings.Join(names, casefold.Separator)
	return stored, nil
}

// termsOf returns the names as the index of ingredients has them for this user. It is never nil, which would be null in SQL.
func termsOf(userID int64, names []string) []string {
	terms := make([]string, 0, len(names))
	for _, name := range names {
		terms = append(terms, strconv.FormatInt(userID, 10)+":"+name)
	}
	return terms
}

var arrayEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayText returns the text form of an array in PostgreSQL (section 8.15.2).
func arrayText(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = `"` + arrayEscapes.Replace(t) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
