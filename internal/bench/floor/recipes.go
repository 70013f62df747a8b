package main

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

const recipeColumns = `id, name, meat_type, longevity, frequency, state, note, ingredients, added_date`

// recipe is a row; its ingredients are stored as they are answered.
type recipe struct {
	id, longevity                          int64
	name, meatType, frequency, state, note string
	ingredients                            []byte
	addedDate                              time.Time
}

// columns are what [recipeColumns] is scanned into.
func (r *recipe) columns() []any {
	return []any{&r.id, &r.name, &r.meatType, &r.longevity, &r.frequency, &r.state, &r.note, &r.ingredients, &r.addedDate}
}

// append leaves the object open: a search adds a member.
func (r *recipe) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"id":`...), r.id, 10)
	b = appendText(append(b, `,"name":`...), r.name)
	b = appendText(append(b, `,"meat_type":`...), r.meatType)
	b = strconv.AppendInt(append(b, `,"longevity":`...), r.longevity, 10)
	b = appendText(append(b, `,"frequency":`...), r.frequency)
	b = appendText(append(b, `,"note":`...), r.note)
	b = appendText(append(b, `,"state":`...), r.state)
	b = append(append(b, `,"ingredient_list":`...), r.ingredients...)
	return appendTime(append(b, `,"added_date":`...), r.addedDate)
}

func (f *floor) getRecipe(w http.ResponseWriter, r *http.Request, user int64) error {
	id, err := strconv.ParseInt(r.PathValue("id"), 10, 64)
	if err != nil {
		return err
	}
	var found recipe
	var version int64
	err = f.db.QueryRow(r.Context(), `select `+recipeColumns+`, version from recipes where id = $1 and user_id = $2`, id, user).
		Scan(append(found.columns(), &version)...)
	if err != nil {
		return err
	}
	setTag(w, version)
	return writeJSON(w, http.StatusOK, append(found.append(nil), '}'))
}

// listRecipes answers the whole list, what a search by ingredients finds, or that nothing has changed.
func (f *floor) listRecipes(w http.ResponseWriter, r *http.Request, user int64) error {
	if seen := r.Header.Get("If-None-Match"); seen != "" {
		return f.unchanged(w, r, user)
	}
	if r.URL.RawQuery != "" {
		return f.searchRecipes(w, r, user)
	}
	rows, err := f.db.Query(r.Context(), `select `+recipeColumns+`, `+recipesVersion+` from recipes where user_id = $1 order by added_date desc, id desc`, user)
	if err != nil {
		return err
	}
	var one recipe
	var version int64
	columns := append(one.columns(), &version)
	return writeRows(w, rows, &version, func(b []byte) ([]byte, error) {
		err := rows.Scan(columns...)
		return append(one.append(b), '}'), err
	})
}

// unchanged answers 304 for whatever the client has.
func (f *floor) unchanged(w http.ResponseWriter, r *http.Request, user int64) error {
	var version int64
	if err := f.db.QueryRow(r.Context(), `select recipes from user_versions where user_id = $1`, user).Scan(&version); err != nil {
		return err
	}
	setTag(w, version)
	w.WriteHeader(http.StatusNotModified)
	return nil
}

// recipesVersion is a column: the version of all of the user's recipes.
const recipesVersion = `(select c.recipes from user_versions c where c.user_id = $1)`

const search = `select ` + recipeColumns + `, ` + recipesVersion + `, found.matches, found.accuracy from recipes
	cross join lateral (
		select count(*) as matches, 100 * count(*) / cardinality(ingredient_terms) as accuracy
		from unnest(ingredient_terms) as has(term) join unnest($2::text[]) as wants(term) using (term)
	) as found
	where user_id = $1 and ingredient_terms && $2::text[]
	order by found.matches desc, found.accuracy desc, added_date desc, id desc`

func (f *floor) searchRecipes(w http.ResponseWriter, r *http.Request, user int64) error {
	names := strings.Split(r.URL.Query().Get("ingredients"), ",")
	slices.Sort(names)
	for i, name := range names {
		names[i] = strconv.FormatInt(user, 10) + ":" + name
	}
	rows, err := f.db.Query(r.Context(), search, user, names)
	if err != nil {
		return err
	}
	var one recipe
	var version, matches, accuracy int64
	columns := append(one.columns(), &version, &matches, &accuracy)
	return writeRows(w, rows, &version, func(b []byte) ([]byte, error) {
		err := rows.Scan(columns...)
		b = append(one.append(b), `,"accuracy":`...)
		return append(strconv.AppendInt(b, accuracy, 10), '}'), err
	})
}

// buffers are large enough for most answers, and used again.
var buffers = sync.Pool{New: func() any { return new(make([]byte, 0, 64<<10)) }}

// writeRows answers an array with an element for each row, of which each tells the version.
func writeRows(w http.ResponseWriter, rows pgx.Rows, version *int64, element func([]byte) ([]byte, error)) error {
	defer rows.Close()
	buffer := buffers.Get().(*[]byte)
	b := (*buffer)[:0]
	defer func() { *buffer = b; buffers.Put(buffer) }()
	b = append(b, '[')
	for first := true; rows.Next(); first = false {
		if !first {
			b = append(b, ',')
		}
		var err error
		if b, err = element(b); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	b = append(b, ']')
	setTag(w, *version)
	return writeJSON(w, http.StatusOK, b)
}
