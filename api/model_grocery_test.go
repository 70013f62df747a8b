package api_test

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const modelHistory = "/api/grocery/history/"

// modelPlan is an entry of the history.
type modelPlan struct {
	ID        int64   `json:"id"`
	Recipes   []int64 `json:"recipes"`
	CreatedAt string  `json:"created_at"`
}

// modelBasket is the answer to a plan.
type modelBasket struct {
	Buy  []modelNeed `json:"grocery_list"`
	Have []modelNeed `json:"others"`
}

var modelPlanFlaws = []invalidMember{
	{"recipe_ids", modelMissing{}, "recipe_ids:required"}, {"recipe_ids", []int{}, "recipe_ids:too_few"},
	{"recipe_ids", nil, "recipe_ids:not_an_array"}, {"recipe_ids", 1, "recipe_ids:not_an_array"},
	{"recipe_ids", []any{1, "1"}, "recipe_ids.1:not_an_integer"}, {"recipe_ids", []any{nil}, "recipe_ids.0:not_an_integer"},
	{"recipe_ids", []any{1.5}, "recipe_ids.0:not_an_integer"}, {"recipe_ids", make([]int, 501), "recipe_ids:too_many"},
}

func (w *modelRun) plan(c *modelUser) {
	ids, known := []int64{}, true
	for range rapid.IntRange(1, 5).Draw(w.T, "choices") {
		id, at := pickID(w, c.recipes)
		if w.chance(30, "out of range") {
			id, at = rapid.SampledFrom([]int64{0, -1, 1 << 53, 1 << 62}).Draw(w.T, "number"), -1
		}
		ids, known = append(ids, id), known && at >= 0
	}
	body := map[string]any{"recipe_ids": ids}
	faults := w.corrupt(body, false, modelPlanFlaws)
	a := c.Call(w.tb, http.MethodPost, "/api/grocery/", body)
	switch {
	case faults != nil:
		w.refused(a, faults)
	case !known:
		a.Is(w.tb, http.StatusNotFound)
	default:
		require.Equal(w, c.basket(ids), modelDecode[modelBasket](w, a.Is(w.tb, http.StatusOK)))
		w.planned(c, ids)
	}
}

// basket adds up what the recipes need.
func (c *modelUser) basket(ids []int64) modelBasket {
	var all []modelNeed
	for _, id := range ids {
		r := c.recipes[slices.IndexFunc(c.recipes, func(r modelRecipe) bool { return r.ID == id })]
		for _, need := range r.Ingredients {
			at := slices.IndexFunc(all, func(n modelNeed) bool { return n.Name == need.Name })
			switch {
			case at < 0:
				all = append(all, need)
			case all[at].Quantity == "":
				all[at].Quantity = need.Quantity
			case need.Quantity != "":
				all[at].Quantity += " + " + need.Quantity
			}
		}
	}
	basket := modelBasket{[]modelNeed{}, []modelNeed{}}
	for _, need := range all {
		if slices.ContainsFunc(c.fridge, func(i modelItem) bool { return modelLower(i.Name) == need.Name }) {
			basket.Have = append(basket.Have, need)
		} else {
			basket.Buy = append(basket.Buy, need)
		}
	}
	return basket
}

// planned takes note of a plan: its recipes are used, and the history has it with an id and a time of its own.
func (w *modelRun) planned(c *modelUser, ids []int64) {
	for i := range c.recipes {
		if slices.Contains(ids, c.recipes[i].ID) {
			c.recipes[i].State = "used"
		}
	}
	recent := modelDecode[[]modelPlan](w, w.ok(c, modelHistory+"recent/"))
	require.Len(w, recent, 1)
	w.made(&w.newest.plan, recent[0].ID)
	w.dated(&w.newest.planDate, recent[0].CreatedAt)
	want := modelPlan{recent[0].ID, ids, recent[0].CreatedAt}
	require.Equal(w, want, recent[0])
	c.plans = append(c.plans, want)
}

func (c *modelUser) history() []modelPlan {
	all := append([]modelPlan{}, c.plans...)
	slices.Reverse(all)
	return all
}

func (w *modelRun) compareHistory(c *modelUser) {
	all := c.history()
	require.Equal(w, all, modelDecode[[]modelPlan](w, w.ok(c, modelHistory)))
	require.Equal(w, all[:min(1, len(all))], modelDecode[[]modelPlan](w, w.ok(c, modelHistory+"recent/")))
}

func (w *modelRun) pageHistory(c *modelUser) {
	require.Equal(w, c.history(), modelPages[modelPlan](w, c, modelHistory, url.Values{}, len(c.plans)))
}

func (w *modelRun) deleteHistory(c *modelUser) {
	c.Call(w.tb, http.MethodDelete, modelHistory, nil).Is(w.tb, http.StatusNoContent)
	c.plans = nil
	w.compareHistory(c)
}
