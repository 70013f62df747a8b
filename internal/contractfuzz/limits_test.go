package contractfuzz_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
)

// sendEveryLimit sends values at their limits. Other tests compare the results.
func (w *run) sendEveryLimit(c *user, r request) {
	m := w.generatorFor(c)
	_, all := copyOf(r)
	if slices.Contains(consuming, r.ID) {
		w.refreshFridge(c)
	}
	for i, p := range all {
		if isRepeated(p) {
			continue
		}
		for _, limit := range m.limits(p) {
			valid, locations := copyOf(r)
			locations[i].set(limit)
			switch r.ID {
			case "restockFridge":
				w.replaceItemIDs(c, valid.body)
			case "planMeals":
				differentFoods(valid.body)
				w.planWithoutIngredients(c, valid.body)
			}
			w.encode(&valid)
			if slices.Contains(consuming, r.ID) {
				w.succeed(c, valid)
				continue
			}
			a := w.send(c, valid)
			require.Equal(w, r.Success(), a.StatusCode, "%s of %s: %s", p.path, r.ID, a.Text)
			if r.ID == "addFood" { // the next one may have the same names
				id := decode(w, a).(map[string]any)["id"].(json.Number)
				c.Call(w.tb, http.MethodDelete, "/api/foods/"+id.String(), nil).Is(w.tb, http.StatusNoContent)
			}
		}
	}
}

// consuming lists operations that remove resources, or change resources that the path doesn't name.
var consuming = []string{"restockFridge", "cookRecipe", "planMeals"}

// refreshFridge records the whole fridge: values at their limits have also added ingredients, which a recipe may need.
func (w *run) refreshFridge(c *user) {
	c.resources[fridge] = nil
	list := decode(w, c.Call(w.tb, http.MethodGet, "/api/fridge/", nil).Is(w.tb, http.StatusOK)).(map[string]any)
	for _, group := range list["ingredient_list"].(map[string]any) {
		for _, one := range group.([]any) {
			path := collection(fridge) + string(one.(map[string]any)["id"].(json.Number)) + "/"
			c.add(w, fridge, decode(w, c.Call(w.tb, http.MethodGet, path, nil).Is(w.tb, http.StatusOK)).(map[string]any))
		}
	}
}

// replaceItemIDs replaces the ids of items that were moved to the fridge by the id of a new item.
func (w *run) replaceItemIDs(c *user, body map[string]any) {
	const items = "/api/grocery/list/{id}/"
	w.succeed(c, w.validRequest(c, w.operation("addGroceryItems")))
	all := c.resources[items]
	ids, _ := body["ids"].([]any)
	for i := range ids {
		ids[i] = json.Number(all[len(all)-1].id)
	}
}

// planWithoutIngredients plans a recipe without ingredients if there are many meals: all meals together have a limit of ingredients.
func (w *run) planWithoutIngredients(c *user, body map[string]any) {
	meals := body["meals"].([]any)
	if len(meals) <= 2 {
		return
	}
	const lean = `{"name": "water", "meat_type": "x", "longevity": 1, "frequency": "weekday", "ingredients": []}`
	one := c.add(w, recipes, decode(w, c.Call(w.tb, http.MethodPost, "/api/recipes/", lean).Is(w.tb, http.StatusCreated)).(map[string]any))
	for _, meal := range meals {
		meal.(map[string]any)["recipe"] = json.Number(one.id)
	}
}

// limits returns valid values at the limits of the schema of a location.
func (m generator) limits(p location) (all []any) {
	switch s := p.schema; {
	case samples[s.Format] != nil:
		for _, one := range samples[s.Format][min(s.MinLength, 1):] {
			all = append(all, one)
		}
	case isDate(s):
		for _, one := range dates {
			all = append(all, one, "\u2003"+one+"\n")
		}
		if s.MinLength == 0 {
			all = append(all, "", " \t")
		}
	case isTime(s):
		for _, one := range times {
			all = append(all, one)
		}
	case s.Type.Is("string") && len(s.Enum) == 0 && s.MaxLength != nil && *s.MaxLength <= maxTextLength && !slices.Contains(lineTexts, p.path):
		wide, narrow := "🍋", "x"
		if !matches(s, wide+narrow) { // a number
			wide, narrow = "7", "7"
		}
		most := strings.Repeat(wide, int(*s.MaxLength))
		all = append(all, most, strings.Repeat(narrow, max(1, int(s.MinLength))))
		if trimmed(s) {
			all = append(all, "\u2003"+most+"\n")
		}
		if s.MinLength == 0 {
			all = append(all, "", " \t")
		}
	case s.Type.Is("integer") && s.Max != nil:
		least, most := number(int64(*s.Min)).String(), number(int64(*s.Max)).String()
		all = append(all, rawJSON(least), rawJSON(most), rawJSON(most+".000"), rawJSON(most+"00e-2"))
		if least == "0" {
			all = append(all, rawJSON("-0"), rawJSON("0e99999999999999999999"))
		}
	case s.Type.Is("boolean"):
		all = append(all, true, false)
	case s.Type.Is("array") && isUnlimited(s):
		all = append(all, []any{})
	case s.Type.Is("array"):
		all = append(all, m.listOfLength(s, p.name, int(s.MinItems)), m.listOfLength(s, p.name, int(*s.MaxItems)))
	}
	return all
}

// lineTexts lists texts of several lines, where each line has a limit.
var lineTexts = []string{"items"}
