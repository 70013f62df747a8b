package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
)

// getFridge responds with the fridge, with the groups in the order of the rows.
func (f *floor) getFridge(w http.ResponseWriter, r *http.Request, user int64) error {
	rows, err := f.db.Query(r.Context(), listFridge, user)
	if err != nil {
		return err
	}
	defer rows.Close()
	var id, version int64
	var name, group, last string
	b := append(make([]byte, 0, 4<<10), `{"ingredient_list":{`...)
	for first := true; rows.Next(); first = false {
		if err := rows.Scan(&id, &name, &group, &version); err != nil {
			return err
		}
		switch {
		case first:
			b = append(appendText(b, group), `:[`...)
		case group != last:
			b = append(appendText(append(b, `],`...), group), `:[`...)
		default:
			b = append(b, ',')
		}
		last = group
		b = strconv.AppendInt(append(b, `{"id":`...), id, 10)
		b = append(appendText(append(b, `,"name":`...), name), '}')
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if last != "" {
		b = append(b, ']')
	}
	setTag(w, version)
	return writeJSON(w, http.StatusOK, append(b, `}}`...))
}

func (f *floor) getChecklist(w http.ResponseWriter, r *http.Request, user int64) error {
	return f.respondAll(w, r, listChecklist, user)
}

// plan adds up the ingredients of recipes and splits them by what is in the fridge. It uses the server's two statements, in one round
// trip.
func (f *floor) plan(w http.ResponseWriter, r *http.Request, user int64) error {
	var body struct {
		RecipeIDs []int64 `json:"recipe_ids"`
	}
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		return err
	}
	var unknown, ids []int64
	var ingredients, fridge []string
	batch := &pgx.Batch{}
	batch.Queue(bumpForPlan, true, false, false, true, false, user)
	var fits bool
	batch.Queue(recordPlan, user, body.RecipeIDs, 1<<20).QueryRow(func(row pgx.Row) error {
		return row.Scan(&unknown, &fits, &ids, &ingredients, &fridge)
	})
	if err := f.db.SendBatch(r.Context(), batch).Close(); err != nil {
		return err
	}
	if len(unknown) > 0 {
		return errors.New("no such recipe")
	}
	lines, held := make(map[int64][]ingredient, len(ids)), make(map[string]bool, len(fridge))
	for i, id := range ids {
		var of []ingredient
		if err := json.Unmarshal([]byte(ingredients[i]), &of); err != nil {
			return err
		}
		lines[id] = of
	}
	for _, name := range fridge {
		held[strings.ToLower(name)] = true
	}
	return writeJSON(w, http.StatusOK, planOf(body.RecipeIDs, lines, held))
}

func planOf(chosen []int64, lines map[int64][]ingredient, held map[string]bool) []byte {
	var names []string
	quantities := map[string][]string{}
	for _, id := range chosen {
		for _, l := range lines[id] {
			if _, known := quantities[l.Name]; !known {
				names = append(names, l.Name)
				quantities[l.Name] = nil
			}
			if l.Quantity != "" {
				quantities[l.Name] = append(quantities[l.Name], l.Quantity)
			}
		}
	}
	buy, have := []byte(`{"grocery_list":[`), []byte(`],"others":[`)
	for _, name := range names {
		if held[name] {
			have = appendNeed(have, name, quantities[name])
		} else {
			buy = appendNeed(buy, name, quantities[name])
		}
	}
	return append(append(buy, have...), `]}`...)
}

func appendNeed(b []byte, name string, quantities []string) []byte {
	if b[len(b)-1] != '[' {
		b = append(b, ',')
	}
	b = appendText(append(b, `{"name":`...), name)
	return append(appendText(append(b, `,"quantity":`...), strings.Join(quantities, " + ")), '}')
}
