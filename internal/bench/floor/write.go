package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/ocipe/ocipe/internal/fold"
)

// input is a recipe as clients send it.
type input struct {
	Name        string       `json:"name"`
	MeatType    string       `json:"meat_type"`
	Longevity   int64        `json:"longevity"`
	Frequency   string       `json:"frequency"`
	Note        string       `json:"note"`
	Ingredients []ingredient `json:"ingredients"`
}

type ingredient struct {
	Name     string `json:"name"`
	Quantity string `json:"quantity"`
}

// lines returns the ingredients as they are stored: as they are answered, as they are looked up, and as they are searched.
func (in *input) lines(user int64) (answer []byte, terms []string, folded string) {
	names := make([]string, 0, len(in.Ingredients))
	answer = append(answer, '[')
	for i, one := range in.Ingredients {
		if i > 0 {
			answer = append(answer, ',')
		}
		name := strings.ToLower(one.Name)
		names = append(names, name)
		answer = appendText(append(answer, `{"name":`...), name)
		answer = append(appendText(append(answer, `,"quantity":`...), one.Quantity), '}')
	}
	slices.Sort(names)
	names = slices.Compact(names)
	for i, name := range names {
		terms = append(terms, strconv.FormatInt(user, 10)+":"+name)
		names[i] = fold.Text(name)
	}
	return append(answer, ']'), terms, strings.Join(names, fold.Separator)
}

// recipe is the row that an input becomes, its id and date excepted.
func (in *input) recipe(lines []byte) recipe {
	return recipe{
		name: in.Name, meatType: in.MeatType, longevity: in.Longevity, frequency: in.Frequency, state: "active",
		note: in.Note, ingredients: lines,
	}
}

// moved begins every write, as the server's do: it moves the version of the user's recipes.
const moved = `with moved as (update user_versions set recipes = next_version(recipes) where user_id = $1 returning user_id, recipes as version) `

const insertRecipe = moved + `insert into recipes (user_id, version, name, meat_type, longevity, frequency, state, note, ingredients,
	ingredient_terms, name_folded, meat_type_folded, ingredients_folded, note_folded)
	select user_id, version, $2, $3, $4, $5, 'active', $6, $7::json, $8::text[], $9, $10, $11, $12 from moved returning id, added_date`

func (f *floor) createRecipe(w http.ResponseWriter, r *http.Request, user int64) error {
	var in input
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		return err
	}
	lines, terms, folded := in.lines(user)
	made := in.recipe(lines)
	err := f.db.QueryRow(r.Context(), insertRecipe, user, in.Name, in.MeatType, in.Longevity, in.Frequency, in.Note, lines, terms,
		fold.Text(in.Name), fold.Text(in.MeatType), folded, fold.Text(in.Note)).Scan(&made.id, &made.addedDate)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, append(made.append(nil), '}'))
}

// insertRecipes takes an array for each column; the terms of a recipe come in PostgreSQL's text form of an array.
const insertRecipes = moved + `insert into recipes (user_id, version, state, name, meat_type, longevity, frequency, note, ingredients, ingredient_terms,
	name_folded, meat_type_folded, ingredients_folded, note_folded)
	select user_id, version, 'active', r.name, r.meat_type, r.longevity, r.frequency, r.note, r.ingredients::json, r.terms::text[],
		r.name_folded, r.meat_type_folded, r.ingredients_folded, r.note_folded
	from moved, unnest($2::text[], $3::text[], $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
		as r(name, meat_type, longevity, frequency, note, ingredients, terms, name_folded, meat_type_folded, ingredients_folded, note_folded)
	returning id, added_date`

var escapeInArray = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

func (f *floor) importRecipes(w http.ResponseWriter, r *http.Request, user int64) error {
	var body struct {
		List []input `json:"list"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	n := len(body.List)
	made, longevities := make([]recipe, 0, n), make([]int64, 0, n)
	var texts [10][]string
	for i := range texts {
		texts[i] = make([]string, 0, n)
	}
	for _, in := range body.List {
		lines, terms, folded := in.lines(user)
		for i, term := range terms {
			terms[i] = `"` + escapeInArray.Replace(term) + `"`
		}
		made, longevities = append(made, in.recipe(lines)), append(longevities, in.Longevity)
		for i, text := range []string{
			in.Name, in.MeatType, in.Frequency, in.Note, string(lines), "{" + strings.Join(terms, ",") + "}",
			fold.Text(in.Name), fold.Text(in.MeatType), folded, fold.Text(in.Note),
		} {
			texts[i] = append(texts[i], text)
		}
	}
	rows, err := f.db.Query(r.Context(), insertRecipes, user, texts[0], texts[1], longevities, texts[2], texts[3], texts[4], texts[5],
		texts[6], texts[7], texts[8], texts[9])
	if err != nil {
		return err
	}
	defer rows.Close()
	b := append(make([]byte, 0, r.ContentLength+int64(n)*200), '[')
	for i := 0; rows.Next(); i++ {
		if err := rows.Scan(&made[i].id, &made[i].addedDate); err != nil {
			return err
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = append(made[i].append(b), '}')
	}
	if err := rows.Err(); err != nil {
		return err
	}
	return writeJSON(w, http.StatusCreated, append(b, ']'))
}

func (f *floor) updateState(w http.ResponseWriter, r *http.Request, user int64) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return err
	}
	var body struct {
		State string `json:"state"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	var changed recipe
	err = f.db.QueryRow(r.Context(), moved+`update recipes r set state = $3, version = moved.version from moved
		where r.id = $2 and r.user_id = $1 returning `+recipeColumns, user, id, body.State).Scan(changed.columns()...)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, append(changed.append(nil), '}'))
}
