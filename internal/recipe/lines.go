package recipe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/ocipe/ocipe/internal/casefold"
)

// lines are the ingredients of a recipe in the forms in which they are stored.
type lines struct {
	json   string // as they are answered
	terms  string // the different names as they are looked up, in PostgreSQL's text form of an array
	folded string // for the search by text
}

func linesOf(userID int64, ingredients []Ingredient) (lines, error) {
	lower := make([]Ingredient, 0, len(ingredients))
	names := make([]string, 0, len(ingredients))
	for _, i := range ingredients {
		name := strings.ToLower(i.Name)
		lower = append(lower, Ingredient{Name: name, Quantity: i.Quantity})
		names = append(names, name)
	}
	text, err := json.Marshal(lower)
	if err != nil {
		return lines{}, fmt.Errorf("write the ingredients: %w", err)
	}
	slices.Sort(names)
	names = slices.Compact(names)
	l := lines{json: string(text), terms: arrayText(termsOf(userID, names))}
	for i, name := range names {
		names[i] = casefold.Text(name)
	}
	l.folded = strings.Join(names, casefold.Separator)
	return l, nil
}

// termsOf returns what the index of ingredients holds for these names of a user's. It is never nil, which SQL would take
// for null.
func termsOf(userID int64, names []string) []string {
	terms := make([]string, 0, len(names))
	for _, name := range names {
		terms = append(terms, strconv.FormatInt(userID, 10)+":"+name)
	}
	return terms
}

var escapeInArray = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayText writes texts as PostgreSQL does an array of them (section 8.15.2).
func arrayText(texts []string) string {
	quoted := make([]string, len(texts))
	for i, t := range texts {
		quoted[i] = `"` + escapeInArray.Replace(t) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
