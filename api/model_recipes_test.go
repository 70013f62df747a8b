package api_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const modelRecipes = "/api/recipes/"

func modelRecipePath(id int64) string { return fmt.Sprintf("/api/recipes/%d/", id) }

// modelRecipe is a recipe as it comes out.
type modelRecipe struct {
	ID          int64       `json:"id"`
	Name        string      `json:"name"`
	MeatType    string      `json:"meat_type"`
	Longevity   int64       `json:"longevity"`
	Frequency   string      `json:"frequency"`
	Note        string      `json:"note"`
	State       string      `json:"state"`
	Ingredients []modelNeed `json:"ingredient_list"`
	AddedDate   string      `json:"added_date"`
	Accuracy    *int64      `json:"accuracy"`
}

func (r modelRecipe) id() int64 { return r.ID }

// modelNeed is an ingredient, or a line of a plan.
type modelNeed struct {
	Name     string `json:"name"`
	Quantity string `json:"quantity"`
}

// modelRecipeFlaws are faults of a recipe that is sent.
var modelRecipeFlaws = slices.Concat(invalidTexts("name", 100), invalidTexts("meat_type", 30), []invalidMember{
	{"longevity", modelMissing{}, "longevity:required"}, {"longevity", -1, "longevity:too_small"}, {"longevity", 36501, "longevity:too_large"},
	{"longevity", 1.5, "longevity:not_an_integer"}, {"longevity", "3", "longevity:not_an_integer"}, {"longevity", nil, "longevity:not_an_integer"},
	{"frequency", modelMissing{}, "frequency:required"}, {"frequency", "daily", "frequency:not_allowed"}, {"frequency", "", "frequency:blank"},
	{"frequency", 1, "frequency:not_a_string"}, {"state", "eaten", "state:not_allowed"}, {"state", nil, "state:not_a_string"},
	{"note", nil, "note:not_a_string"}, {"note", 0, "note:not_a_string"}, {"note", "\x00", "note:invalid_characters"},
	{"note", strings.Repeat("n", 100_001), "note:too_long"},
	{"ingredients", modelMissing{}, "ingredients:required"}, {"ingredients", map[string]any{}, "ingredients:not_an_array"},
	{"ingredients", []any{5}, "ingredients.0:not_an_object"}, {"ingredients", []any{map[string]any{"quantity": "1"}}, "ingredients.0.name:required"},
	{"ingredients", []modelNeed{{"leek", ""}, {" ", ""}}, "ingredients.1.name:blank"},
	{"ingredients", []modelNeed{{"leek", strings.Repeat("1", 51)}}, "ingredients.0.quantity:too_long"},
	{"ingredients", slices.Repeat([]modelNeed{{"leek", ""}}, 201), "ingredients:too_many"},
})

// recipe draws the members of a recipe, and what it must be. In a patch all of them may be missing.
func (w *modelRun) recipe(patch bool, old modelRecipe) (body map[string]any, r modelRecipe) {
	body, r = map[string]any{}, old
	sends := func(member string) bool { return !patch || rapid.Bool().Draw(w.T, member+" given") }
	if sends("name") {
		body["name"], r.Name = w.text("name", modelNames)
	}
	if sends("meat type") {
		body["meat_type"], r.MeatType = w.text("meat type", modelKinds)
	}
	if sends("longevity") {
		r.Longevity = rapid.SampledFrom([]int64{0, 1, 3, 36_500}).Draw(w.T, "longevity")
		body["longevity"] = r.Longevity
	}
	if sends("frequency") {
		r.Frequency = rapid.SampledFrom([]string{"weekday", "weekend", "rarely"}).Draw(w.T, "frequency")
		body["frequency"] = r.Frequency
	}
	if sends("ingredients") {
		body["ingredients"], r.Ingredients = w.needs()
	}
	if !patch {
		r.Note, r.State = "", "active"
	}
	if rapid.Bool().Draw(w.T, "note given") {
		body["note"], r.Note = w.text("note", modelNotes)
	}
	if rapid.Bool().Draw(w.T, "state given") {
		r.State = rapid.SampledFrom([]string{"used", "active"}).Draw(w.T, "state")
		body["state"] = r.State
	}
	if w.chance(5, "a member of a later version") {
		body["id"], body["accuracy"], body["ingredient_list"] = 1, nil, "as it came out"
	}
	return body, r
}

func (w *modelRun) needs() (typed []map[string]any, kept []modelNeed) {
	typed, kept = []map[string]any{}, []modelNeed{}
	for range rapid.SampledFrom([]int{2, 1, 3, 0, 5}).Draw(w.T, "ingredients") {
		name, food := w.food()
		one, need := map[string]any{"name": name}, modelNeed{Name: modelLower(food)}
		if rapid.Bool().Draw(w.T, "quantity given") {
			one["quantity"], need.Quantity = w.text("quantity", []string{"", "2", "200g", `1 "cup"`, "½"})
		}
		typed, kept = append(typed, one), append(kept, need)
	}
	return typed, kept
}

// added takes note of a recipe that was answered, and compares it with what was wanted.
func (w *modelRun) added(c *modelUser, want, got modelRecipe) {
	w.made(&w.newest.recipe, got.ID)
	w.dated(&w.newest.recipeDate, got.AddedDate)
	want.ID, want.AddedDate = got.ID, got.AddedDate
	require.Equal(w, want, got)
	c.recipes = append(c.recipes, want)
}

func (w *modelRun) addRecipe(c *modelUser) {
	body, want := w.recipe(false, modelRecipe{})
	faults := w.corrupt(body, false, modelRecipeFlaws)
	a := c.Call(w.tb, http.MethodPost, modelRecipes, body)
	if faults != nil {
		w.refused(a, faults)
		return
	}
	w.added(c, want, modelDecode[modelRecipe](w, a.Is(w.tb, http.StatusCreated)))
}

func (w *modelRun) importRecipes(c *modelUser) {
	var bodies []map[string]any
	var wants []modelRecipe
	var faults []string
	for i := range rapid.SampledFrom([]int{6, 3, 1}).Draw(w.T, "recipes") {
		body, want := w.recipe(false, modelRecipe{})
		for _, f := range w.corrupt(body, false, modelRecipeFlaws) {
			faults = append(faults, fmt.Sprintf("list.%d.%s", i, f))
		}
		bodies, wants = append(bodies, body), append(wants, want)
	}
	a := c.Call(w.tb, http.MethodPost, modelRecipes+"bulk/", map[string]any{"list": bodies})
	if faults != nil {
		w.refused(a, faults)
		return
	}
	got := modelDecode[[]modelRecipe](w, a.Is(w.tb, http.StatusCreated))
	require.Len(w, got, len(wants))
	for i, want := range wants {
		w.added(c, want, got[i])
	}
}

func (w *modelRun) getRecipe(c *modelUser) {
	id, at := pickID(w, c.recipes)
	a := c.Call(w.tb, http.MethodGet, modelRecipePath(id), nil)
	if at < 0 {
		a.Is(w.tb, http.StatusNotFound)
		return
	}
	require.Equal(w, c.recipes[at], modelDecode[modelRecipe](w, a.Is(w.tb, http.StatusOK)))
}

func (w *modelRun) putRecipe(c *modelUser)   { w.writeRecipe(c, http.MethodPut) }
func (w *modelRun) patchRecipe(c *modelUser) { w.writeRecipe(c, http.MethodPatch) }

// writeRecipe changes a recipe. Of what is wrong the body comes before the id.
func (w *modelRun) writeRecipe(c *modelUser, method string) {
	id, at := pickID(w, c.recipes)
	var old modelRecipe
	if at >= 0 {
		old = c.recipes[at]
	}
	patch := method == http.MethodPatch
	body, want := w.recipe(patch, old)
	faults := w.corrupt(body, patch, modelRecipeFlaws)
	a := c.Call(w.tb, method, modelRecipePath(id), body)
	switch {
	case faults != nil:
		w.refused(a, faults)
	case at < 0:
		a.Is(w.tb, http.StatusNotFound)
	default:
		require.Equal(w, want, modelDecode[modelRecipe](w, a.Is(w.tb, http.StatusOK)))
		c.recipes[at] = want
	}
}

func (w *modelRun) deleteRecipe(c *modelUser) {
	id, at := pickID(w, c.recipes)
	a := c.Call(w.tb, http.MethodDelete, modelRecipePath(id), nil)
	if at < 0 {
		a.Is(w.tb, http.StatusNotFound)
		return
	}
	a.Is(w.tb, http.StatusNoContent)
	c.recipes = slices.Delete(c.recipes, at, at+1)
}

func (w *modelRun) deleteRecipes(c *modelUser) {
	c.Call(w.tb, http.MethodDelete, modelRecipes, nil).Is(w.tb, http.StatusNoContent)
	c.recipes = nil
}

func (w *modelRun) refreshRecipes(c *modelUser) {
	a := c.Call(w.tb, http.MethodPost, modelRecipes+"refresh/", nil).Is(w.tb, http.StatusOK)
	require.Equal(w, map[string]int{"updated_count": len(c.recipes)}, modelDecode[map[string]int](w, a))
	for i := range c.recipes {
		c.recipes[i].State = "active"
	}
}

// modelStats is how many recipes of which kind there are.
type modelStats struct {
	MeatTypes   []modelCount `json:"meat_type_stats"`
	Frequencies []modelCount `json:"frequency_stats"`
}

type modelCount struct {
	MeatType  string `json:"meat_type"`
	Frequency string `json:"frequency"`
	Total     int    `json:"total"`
	Active    int    `json:"active"`
}

func (w *modelRun) countRecipes(c *modelUser) {
	want := modelStats{
		MeatTypes:   modelCounts(c.recipes, func(r modelRecipe) modelCount { return modelCount{MeatType: r.MeatType} }),
		Frequencies: modelCounts(c.recipes, func(r modelRecipe) modelCount { return modelCount{Frequency: r.Frequency} }),
	}
	require.Equal(w, want, modelDecode[modelStats](w, w.ok(c, modelRecipes+"stats/")))
}

func modelCounts(recipes []modelRecipe, of func(modelRecipe) modelCount) []modelCount {
	counts := []modelCount{}
	for _, r := range recipes {
		at := slices.IndexFunc(counts, func(n modelCount) bool { return n.MeatType == of(r).MeatType && n.Frequency == of(r).Frequency })
		if at < 0 {
			at, counts = len(counts), append(counts, of(r))
		}
		counts[at].Total++
		if r.State == "active" {
			counts[at].Active++
		}
	}
	slices.SortFunc(counts, func(a, b modelCount) int {
		return cmp.Or(strings.Compare(a.MeatType, b.MeatType), strings.Compare(a.Frequency, b.Frequency))
	})
	return counts
}
