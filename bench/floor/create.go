package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ocipe/ocipe/internal/casefold"
	"github.com/ocipe/ocipe/internal/food"
)

// input is a recipe as clients send it.
type input struct {
	Name        string       `json:"name"`
	MeatType    string       `json:"meat_type"`
	Longevity   int64        `json:"longevity"`
	Servings    int64        `json:"servings"`
	Frequency   string       `json:"frequency"`
	Note        string       `json:"note"`
	Ingredients []ingredient `json:"ingredients"`
}

type ingredient struct {
	Name     string `json:"name"`
	Quantity string `json:"quantity"`
}

// stored returns the three stored forms of the ingredients: JSON, terms for the index, and text for the search.
func (in *input) stored(user int64) (ingredients []byte, terms []string, folded string) {
	names := make([]string, 0, len(in.Ingredients))
	ingredients = append(ingredients, '[')
	for i, one := range in.Ingredients {
		if i > 0 {
			ingredients = append(ingredients, ',')
		}
		name := strings.ToLower(one.Name)
		names = append(names, name)
		ingredients = appendText(append(ingredients, `{"name":`...), name)
		ingredients = append(appendText(append(ingredients, `,"quantity":`...), one.Quantity), '}')
	}
	folded = casefold.Searchable(names...)
	for i, name := range names {
		names[i] = casefold.Name(name)
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		terms = append(terms, termOf(user, name))
	}
	return append(ingredients, ']'), terms, folded
}

// termOf returns the term for the food that a name means, as in the index of ingredients.
func termOf(user int64, name string) string {
	var dictionary *food.Catalog
	return strconv.FormatInt(user, 10) + ":" + dictionary.Find(name, "").Key
}

// appendTo appends the JSON of the new recipe.
func (in *input) appendTo(b []byte, id int64, ingredients []byte, added time.Time) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), id, 10)
	b = appendText(append(b, `,"name":`...), in.Name)
	b = appendText(append(b, `,"meat_type":`...), in.MeatType)
	b = strconv.AppendInt(append(b, `,"longevity":`...), in.Longevity, 10)
	if in.Servings != 0 {
		b = strconv.AppendInt(append(b, `,"servings":`...), in.Servings, 10)
	}
	b = appendText(append(b, `,"frequency":`...), in.Frequency)
	b = appendText(append(b, `,"note":`...), in.Note)
	b = append(append(b, `,"state":"active","ingredient_list":`...), ingredients...)
	return append(appendTime(append(b, `,"added_date":`...), added), '}')
}

// row returns the texts of a recipe's row, in the order of the insert statements.
func (in *input) row(ingredients []byte, terms []string, folded string) [10]string {
	quoted := make([]string, len(terms))
	for i, term := range terms {
		quoted[i] = `"` + escapeInArray.Replace(term) + `"`
	}
	return [10]string{
		in.Name, in.MeatType, in.Frequency, in.Note, string(ingredients), "{" + strings.Join(quoted, ",") + "}",
		casefold.Searchable(in.Name), casefold.Searchable(in.MeatType), folded, casefold.Searchable(in.Note),
	}
}

var escapeInArray = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (f *floor) createRecipe(w http.ResponseWriter, r *http.Request, user int64) error {
	var in input
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	ingredients, terms, folded := in.stored(user)
	var id int64
	var added time.Time
	err := f.db.QueryRow(r.Context(), createRecipe, user, in.Longevity, in.Servings, in.Name, in.MeatType, in.Frequency, in.Note, ingredients, terms,
		casefold.SortKey(in.Name), casefold.Searchable(in.Name), casefold.Searchable(in.MeatType), folded, casefold.Searchable(in.Note)).Scan(&id, &added)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, in.appendTo(nil, id, ingredients, added))
}

func (f *floor) importRecipes(w http.ResponseWriter, r *http.Request, user int64) error {
	var body struct{ List []input }
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	n := len(body.List)
	longevities, servings, ingredients, nameKeys := make([]int64, n), make([]int64, n), make([][]byte, n), make([][]byte, n)
	var texts [10][]string
	for column := range texts {
		texts[column] = make([]string, n)
	}
	for i := range body.List {
		in := &body.List[i]
		stored, terms, folded := in.stored(user)
		longevities[i], servings[i], ingredients[i], nameKeys[i] = in.Longevity, in.Servings, stored, casefold.SortKey(in.Name)
		for column, text := range in.row(stored, terms, folded) {
			texts[column][i] = text
		}
	}
	rows, err := f.db.Query(r.Context(), importRecipes, user, longevities, texts[0], texts[1], texts[2], texts[3], texts[4], texts[5],
		texts[6], texts[7], texts[8], texts[9], nameKeys, servings)
	if err != nil {
		return err
	}
	defer rows.Close()
	b := append(make([]byte, 0, r.ContentLength+int64(n)*200), '[')
	var id int64
	var added time.Time
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(&id, &added); err != nil {
			return err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = body.List[i].appendTo(b, id, ingredients[i], added)
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, append(b, ']'))
}
