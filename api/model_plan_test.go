package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

const (
	modelHistory = "/api/grocery/history/"
	modelFridge  = "/api/fridge/ingredient/"
	modelLines   = "/api/grocery/list/"
)

func modelItemPath(id int64) string { return fmt.Sprintf("%s%d/", modelFridge, id) }

func modelLinePath(id int64) string { return fmt.Sprintf("%s%d/", modelLines, id) }

// modelItem is an ingredient of the fridge.
type modelItem struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Group string `json:"group"`
}

// modelLine is an item of the checklist.
type modelLine struct {
	ID      int64  `json:"id"`
	Item    string `json:"item"`
	Checked bool   `json:"isChecked"`
}

// modelPlan is an entry of the history.
type modelPlan struct {
	ID        int64   `json:"id"`
	Recipes   []int64 `json:"recipes"`
	CreatedAt string  `json:"created_at"`
}

// modelBasket is the response to a plan.
type modelBasket struct {
	Buy  []modelNeed `json:"grocery_list"`
	Have []modelNeed `json:"others"`
}

func (w *modelRun) fillFridge(c *modelUser) {
	name, want := w.text("food", modelHeld)
	c.Call(w.tb, http.MethodPost, modelFridge, map[string]any{"name": name, "group": "any"}).Is(w.tb, http.StatusCreated)
	c.fridge = append(c.fridge, modelItem{Name: want})
}

func (w *modelRun) plan(c *modelUser) {
	if len(c.recipes) == 0 {
		return
	}
	ids := []int64{}
	for range rapid.IntRange(1, 5).Draw(w.T, "choices") {
		ids = append(ids, c.recipes[w.which(len(c.recipes))].ID)
	}
	want := c.basket(ids)
	a := c.Call(w.tb, http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids})
	require.Equal(w, want, modelDecode[modelBasket](w, a.Is(w.tb, http.StatusOK)))
	w.saw("a sum of quantities", slices.ContainsFunc(want.Buy, func(n modelNeed) bool { return strings.Contains(n.Quantity, " + ") }))
	w.saw("something to buy, and something in the fridge", len(want.Buy) > 0 && len(want.Have) > 0)
	w.saw("a recipe that is chosen twice", len(slices.Compact(slices.Sorted(slices.Values(ids)))) < len(ids))
	for i := range c.recipes {
		if slices.Contains(ids, c.recipes[i].ID) {
			c.recipes[i].State = "used"
		}
	}
	recent := modelDecode[[]modelPlan](w, w.ok(c, modelHistory+"recent/"))
	require.Len(w, recent, 1)
	w.newest.plan.requireNewer(w, recent[0].ID, recent[0].CreatedAt)
	require.Equal(w, ids, recent[0].Recipes)
	c.plans = append(c.plans, recent[0])
}

// basket adds up what the recipes need.
func (c *modelUser) basket(ids []int64) modelBasket {
	var all []modelNeed
	for _, id := range ids {
		r := c.recipes[slices.IndexFunc(c.recipes, func(r modelRecipe) bool { return r.ID == id })]
		for _, need := range r.Ingredients {
			at := slices.IndexFunc(all, func(n modelNeed) bool { return modelFold(n.Name) == modelFold(need.Name) })
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
		if slices.ContainsFunc(c.fridge, func(i modelItem) bool { return modelFold(i.Name) == modelFold(need.Name) }) {
			basket.Have = append(basket.Have, need)
		} else {
			basket.Buy = append(basket.Buy, need)
		}
	}
	return basket
}

func (w *modelRun) pageHistory(c *modelUser) {
	all := append([]modelPlan{}, c.plans...)
	slices.Reverse(all)
	require.Equal(w, all, modelPages[modelPlan](w, c, modelHistory, url.Values{}, len(all)))
}
