package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// raceCall is a call. The function on makes the same change in the model of a kitchen and returns the expected response.
type raceCall struct {
	name         string
	method, path string
	body         any
	on           func(*modelUser) string
}

// raceResponse returns the part of a response that is compared.
func raceResponse(status int, body any) string {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // can't happen: bodies are plain structs
	}
	return fmt.Sprintf("%d %s", status, text)
}

func raceRead[T any](t testing.TB, a *apitest.Response) string {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		return raceResponse(a.StatusCode, nil)
	}
	return raceResponse(a.StatusCode, apitest.Decode[T](t, a))
}

// send makes the call and returns its response in the form that the model uses.
func (a raceCall) send(t testing.TB, k replicaUser, server int) string {
	t.Helper()
	response := k.call(t, server, a.method, a.path, a.body)
	switch {
	case a.path == "/api/grocery/":
		return raceRead[modelBasket](t, response)
	case a.path == modelRecipes+"refresh/":
		return raceRead[map[string]int](t, response)
	case response.Text == "":
		return raceResponse(response.StatusCode, nil)
	case strings.HasPrefix(a.path, modelFridge):
		return raceRead[modelItem](t, response)
	default:
		return raceRead[modelRecipe](t, response)
	}
}

// inSomeOrder returns the outcomes of the acts in every possible order. An outcome has the responses and the result of see.
func inSomeOrder(before modelUser, acts []raceCall, see func(modelUser) string) (outcomes []string) {
	responses := make([]string, len(acts))
	var try func(c modelUser, rest []int)
	try = func(c modelUser, rest []int) {
		if len(rest) == 0 {
			outcomes = append(outcomes, fmt.Sprint(responses, see(c)))
		}
		for i, n := range rest {
			next := modelUser{recipes: slices.Clone(c.recipes), fridge: slices.Clone(c.fridge), plans: slices.Clone(c.plans)}
			responses[n] = acts[n].on(&next)
			try(next, slices.Concat(rest[:i], rest[i+1:]))
		}
	}
	all := make([]int, len(acts))
	for i := range acts {
		all[i] = i
	}
	try(before, all)
	return outcomes
}

// race makes four of the calls at once. It requires an outcome that is also possible if they run one after the other.
func (k replicaUser) race(t *testing.T, before modelUser, acts []raceCall, see func(modelUser) string, now func() modelUser) {
	t.Helper()
	acts = slices.Clone(acts)
	rand.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	acts = acts[:4]
	responses, names := make([]string, len(acts)), make([]string, len(acts))
	sends := make([]func(testing.TB), len(acts))
	for i, act := range acts {
		names[i], sends[i] = act.name, func(t testing.TB) { responses[i] = act.send(t, k, i) }
	}
	apitest.AtOnce(t, sends...)
	outcome := fmt.Sprint(responses, see(now()))
	if !slices.Contains(inSomeOrder(before, acts, see), outcome) {
		require.Failf(t, "no order of these calls has this outcome", "%q\nbefore: %s\nafter: %s", names, see(before), outcome)
	}
}

// TestCallsAtOnceAreAsCallsOneAfterTheOther repeatedly makes several calls at once to the same recipes, or to the same groups of the
// fridge.
func TestCallsAtOnceAreAsCallsOneAfterTheOther(t *testing.T) {
	t.Parallel()
	rounds := apitest.Rounds(t, 20)

	t.Run("OnRecipes", func(t *testing.T) {
		t.Parallel()
		k := newReplicaUser(t, "race-recipes")
		see := func(c modelUser) string { return fmt.Sprintf("%+v %+v", c.recipes, c.plans) }
		now := func() (c modelUser) {
			c.recipes = apitest.Decode[[]modelRecipe](t, k.call(t, 0, http.MethodGet, modelRecipes+"?ordering=added_date", nil))
			for _, p := range apitest.Decode[[]modelPlan](t, k.call(t, 1, http.MethodGet, modelHistory, nil)) {
				c.plans = slices.Insert(c.plans, 0, modelPlan{Recipes: p.Recipes})
			}
			return c
		}
		for range rounds {
			k.call(t, 0, http.MethodDelete, modelRecipes, nil).Is(t, http.StatusNoContent)
			k.call(t, 0, http.MethodDelete, modelHistory, nil).Is(t, http.StatusNoContent)
			before := modelUser{recipes: []modelRecipe{k.recipe(t, "soup", "used", "leek", "salt"), k.recipe(t, "stew", "active", "leek")}}
			k.race(t, before, raceRecipeActs(before.recipes[0], before.recipes[1]), see, now)
		}
	})

	t.Run("OnGroupsOfTheFridge", func(t *testing.T) {
		t.Parallel()
		k := newReplicaUser(t, "race-fridge")
		see := func(c modelUser) string { return fmt.Sprintf("%+v", c.fridge) }
		for range rounds {
			before := modelUser{fridge: []modelItem{k.item(t, "leek", "A"), k.item(t, "salt", "A"), k.item(t, "milk", "B"), k.item(t, "egg", "B")}}
			k.race(t, before, raceFridgeActs(before.fridge[1].ID), see, func() (c modelUser) {
				for _, i := range before.fridge {
					if a := k.call(t, 0, http.MethodGet, modelItemPath(i.ID), nil); a.StatusCode == http.StatusOK {
						c.fridge = append(c.fridge, apitest.Decode[modelItem](t, a))
					}
				}
				return c
			})
			for _, group := range []string{"A", "B"} {
				k.call(t, 0, http.MethodDelete, modelFridge+"group/"+group, nil).Is(t, http.StatusOK)
			}
		}
	})
}

// raceRecipeActs returns calls that concern the same recipes.
func raceRecipeActs(first, second modelRecipe) []raceCall {
	plan := func(ids ...int64) raceCall {
		return raceCall{fmt.Sprint("plan ", ids), http.MethodPost, "/api/grocery/", map[string]any{"recipe_ids": ids}, func(c *modelUser) string {
			live := slices.DeleteFunc(slices.Clone(ids), func(id int64) bool { return raceAt(c, id) < 0 }) // the others were deleted
			basket := c.basket(live)
			for _, id := range live {
				c.recipes[raceAt(c, id)].State = "used"
			}
			c.plans = append(c.plans, modelPlan{Recipes: ids})
			return raceResponse(http.StatusOK, basket)
		}}
	}
	edit := func(method string, id int64, body map[string]any, change func(*modelRecipe)) raceCall {
		return raceCall{fmt.Sprint(method, " ", id), method, modelRecipePath(id), body, func(c *modelUser) string {
			at := raceAt(c, id)
			if at < 0 {
				return raceResponse(http.StatusNotFound, nil)
			}
			change(&c.recipes[at])
			return raceResponse(http.StatusOK, c.recipes[at])
		}}
	}
	return []raceCall{
		plan(first.ID, second.ID), plan(second.ID, first.ID, second.ID), plan(second.ID),
		edit(http.MethodPut, first.ID, raceRecipe("new", "active", "salt", "egg"), func(r *modelRecipe) {
			r.Name, r.State, r.Ingredients = "new", "active", []modelNeed{{Name: "salt"}, {Name: "egg"}}
		}),
		edit(http.MethodPatch, second.ID, map[string]any{"ingredients": []modelNeed{{"rice", "1"}}}, func(r *modelRecipe) {
			r.Ingredients = []modelNeed{{"rice", "1"}}
		}),
		{"delete the second", http.MethodDelete, modelRecipePath(second.ID), nil, func(c *modelUser) string {
			c.recipes = slices.DeleteFunc(c.recipes, func(r modelRecipe) bool { return r.ID == second.ID })
			return raceResponse(http.StatusNoContent, nil)
		}},
		{"delete all", http.MethodDelete, modelRecipes, nil, func(c *modelUser) string {
			c.recipes = nil
			return raceResponse(http.StatusNoContent, nil)
		}},
		{"make all active", http.MethodPost, modelRecipes + "refresh/", nil, func(c *modelUser) string {
			for i := range c.recipes {
				c.recipes[i].State = "active"
			}
			return raceResponse(http.StatusOK, map[string]int{"updated_count": len(c.recipes)})
		}},
	}
}

func raceAt(c *modelUser, id int64) int {
	return slices.IndexFunc(c.recipes, func(r modelRecipe) bool { return r.ID == id })
}

// raceFridgeActs returns calls that concern the same groups, and an item of one of them.
func raceFridgeActs(item int64) []raceCall {
	at := func(c *modelUser) int {
		return slices.IndexFunc(c.fridge, func(i modelItem) bool { return i.ID == item })
	}
	rename := func(from, to string) raceCall {
		return raceCall{from + " to " + to, http.MethodPut, modelFridge + "group/" + from, map[string]string{"new_group": to}, func(c *modelUser) string {
			for i := range c.fridge {
				if c.fridge[i].Group == from {
					c.fridge[i].Group = to
				}
			}
			return raceResponse(http.StatusOK, nil)
		}}
	}
	empty := func(group string) raceCall {
		return raceCall{"delete " + group, http.MethodDelete, modelFridge + "group/" + group, nil, func(c *modelUser) string {
			c.fridge = slices.DeleteFunc(c.fridge, func(i modelItem) bool { return i.Group == group })
			return raceResponse(http.StatusOK, nil)
		}}
	}
	return []raceCall{
		rename("A", "B"), rename("B", "A"), rename("A", "B"), empty("A"), empty("B"),
		{"move an item", http.MethodPatch, modelItemPath(item), map[string]string{"group": "B"}, func(c *modelUser) string {
			i := at(c)
			if i < 0 {
				return raceResponse(http.StatusNotFound, nil)
			}
			c.fridge[i].Group = "B"
			return raceResponse(http.StatusOK, c.fridge[i])
		}},
		{"delete an item", http.MethodDelete, modelItemPath(item), nil, func(c *modelUser) string {
			c.fridge = slices.DeleteFunc(c.fridge, func(i modelItem) bool { return i.ID == item })
			return raceResponse(http.StatusNoContent, nil)
		}},
	}
}
