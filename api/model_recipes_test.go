package api_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
	"pgregory.net/rapid"
)

const modelRecipes = "/api/recipes/"

func modelRecipePath(id int64) string { return fmt.Sprintf("/api/recipes/%d/", id) }

// modelRecipe is a recipe in a response.
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

// modelNeed is an ingredient, or an item of a plan.
type modelNeed struct {
	Name     string `json:"name"`
	Quantity string `json:"quantity"`
}

// recipe draws the body of a request, and the recipe that the server must return for it.
func (w *modelRun) recipe() (body map[string]any, r modelRecipe) {
	body = map[string]any{"longevity": 1}
	r = modelRecipe{Longevity: 1, State: rapid.SampledFrom([]string{"used", "active"}).Draw(w.T, "state")}
	body["state"] = r.State
	body["name"], r.Name = w.text("name", modelNames)
	body["meat_type"], r.MeatType = w.text("meat type", modelKinds)
	body["note"], r.Note = w.text("note", modelNotes)
	r.Frequency = rapid.SampledFrom([]string{"weekday", "weekend", "rarely"}).Draw(w.T, "frequency")
	body["frequency"] = r.Frequency
	sent := []map[string]any{}
	r.Ingredients = []modelNeed{}
	for range rapid.SampledFrom([]int{2, 1, 3, 0, 5}).Draw(w.T, "ingredients") {
		name, food := w.food()
		quantity, want := w.text("quantity", []string{"", "2", "200g", `1 "cup"`, "½"})
		sent = append(sent, map[string]any{"name": name, "quantity": quantity})
		r.Ingredients = append(r.Ingredients, modelNeed{modelLower(food), want})
	}
	body["ingredients"] = sent
	return body, r
}

func (w *modelRun) importRecipes(c *modelUser) {
	var bodies []map[string]any
	var wants []modelRecipe
	for range rapid.SampledFrom([]int{6, 3, 1}).Draw(w.T, "recipes") {
		body, want := w.recipe()
		bodies, wants = append(bodies, body), append(wants, want)
	}
	a := c.Call(w.tb, http.MethodPost, modelRecipes+"bulk/", map[string]any{"list": bodies})
	got := modelDecode[[]modelRecipe](w, a.Is(w.tb, http.StatusCreated))
	require.Len(w, got, len(wants))
	for i, want := range wants {
		w.newest.recipe.requireNewer(w, got[i].ID, got[i].AddedDate)
		want.ID, want.AddedDate = got[i].ID, got[i].AddedDate
		require.Equal(w, want, got[i])
		c.recipes = append(c.recipes, want)
	}
}

// unifyDates gives all recipes of a user the date of the newest recipe, so that their ids determine their order.
func (w *modelRun) unifyDates(c *modelUser) {
	if len(c.recipes) == 0 {
		return
	}
	newest := c.recipes[len(c.recipes)-1]
	w.Exec(w.tb, `update recipes set added_date = $1::timestamptz where user_id = (select user_id from recipes where id = $2)`, newest.AddedDate, newest.ID)
	for i := range c.recipes {
		c.recipes[i].AddedDate = newest.AddedDate
	}
	w.count("recipes of the same date", len(c.recipes) > 1)
}

// replaceRecipe changes all texts of a recipe.
func (w *modelRun) replaceRecipe(c *modelUser) {
	at := w.which(len(c.recipes))
	if at < 0 {
		return
	}
	body, want := w.recipe()
	want.ID, want.AddedDate = c.recipes[at].ID, c.recipes[at].AddedDate
	a := c.Call(w.tb, http.MethodPut, modelRecipePath(want.ID), body)
	require.Equal(w, want, modelDecode[modelRecipe](w, a.Is(w.tb, http.StatusOK)))
	c.recipes[at] = want
}

func (w *modelRun) deleteRecipe(c *modelUser) {
	if at := w.which(len(c.recipes)); at >= 0 {
		c.Call(w.tb, http.MethodDelete, modelRecipePath(c.recipes[at].ID), nil).Is(w.tb, http.StatusNoContent)
		c.recipes = slices.Delete(c.recipes, at, at+1)
	}
}

func (w *modelRun) refreshRecipes(c *modelUser) {
	a := c.Call(w.tb, http.MethodPost, modelRecipes+"refresh/", nil).Is(w.tb, http.StatusOK)
	require.Equal(w, map[string]int{"updated_count": len(c.recipes)}, modelDecode[map[string]int](w, a))
	for i := range c.recipes {
		c.recipes[i].State = "active"
	}
}

// modelStats has the number of recipes of each kind.
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
	w.count("recipes of a kind of which some are active", slices.ContainsFunc(want.Frequencies, func(n modelCount) bool { return n.Active > 0 && n.Active < n.Total }))
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
	natural := collate.New(language.Und, collate.Numeric)
	slices.SortFunc(counts, func(a, b modelCount) int {
		return cmp.Or(natural.CompareString(modelFold(a.MeatType), modelFold(b.MeatType)), strings.Compare(a.MeatType, b.MeatType), strings.Compare(a.Frequency, b.Frequency))
	})
	return counts
}
