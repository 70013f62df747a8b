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

// raceCall is a call, and what it does to the model of a kitchen; both return what is answered.
type raceCall struct {
	name         string
	method, path string
	body         any
	on           func(*modelUser) string
}

// raceAnswer is an answer as far as it is compared.
func raceAnswer(status int, body any) string {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err) // plain structs
	}
	return fmt.Sprintf("%d %s", status, text)
}

func raceRead[T any](t testing.TB, a *apitest.Response) string {
	t.Helper()
	if a.StatusCode != http.StatusOK {
		return raceAnswer(a.StatusCode, nil)
	}
	return raceAnswer(a.StatusCode, apitest.Decode[T](t, a))
}

// send makes the call and returns its answer in the form of the model's.
func (a raceCall) send(t testing.TB, k replicaUser, server int) string {
	t.Helper()
	answer := k.call(t, server, a.method, a.path, a.body)
	switch {
	case a.path == "/api/grocery/":
		return raceRead[modelBasket](t, answer)
	case a.path == modelRecipes+"refresh/":
		return raceRead[map[string]int](t, answer)
	case answer.Text == "":
		return raceAnswer(answer.StatusCode, nil)
	case strings.HasPrefix(a.path, modelFridge):
		return raceRead[modelItem](t, answer)
	default:
		return raceRead[modelRecipe](t, answer)
	}
}

// inSomeOrder returns what there is to see after every order of the acts: the answers, and what see finds in the kitchen.
func inSomeOrder(before modelUser, acts []raceCall, see func(modelUser) string) (outcomes []string) {
	answers := make([]string, len(acts))
	var try func(c modelUser, rest []int)
	try = func(c modelUser, rest []int) {
		if len(rest) == 0 {
			outcomes = append(outcomes, fmt.Sprint(answers, see(c)))
		}
		for i, n := range rest {
			next := modelUser{recipes: slices.Clone(c.recipes), fridge: slices.Clone(c.fridge), plans: slices.Clone(c.plans)}
			answers[n] = acts[n].on(&next)
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

// race makes four of the calls at once and demands that what comes of it could have come of them one after the other.
func (k replicaUser) race(t *testing.T, before modelUser, acts []raceCall, see func(modelUser) string, now func() modelUser) {
	t.Helper()
	acts = slices.Clone(acts)
	rand.Shuffle(len(acts), func(i, j int) { acts[i], acts[j] = acts[j], acts[i] })
	acts = acts[:4]
	answers, names := make([]string, len(acts)), make([]string, len(acts))
	sends := make([]func(testing.TB), len(acts))
	for i, act := range acts {
		names[i], sends[i] = act.name, func(t testing.TB) { answers[i] = act.send(t, k, i) }
	}
	apitest.AtOnce(t, sends...)
	outcome := fmt.Sprint(answers, see(now()))
	if !slices.Contains(inSomeOrder(before, acts, see), outcome) {
		require.Failf(t, "no order of these calls explains what came of them", "%q\nbefore: %s\nafter: %s", names, see(before), outcome)
	}
}

// TestCallsAtOnceAreAsCallsOneAfterTheOther does several things at once to the same recipes, or the same groups of the
// fridge, again and again.
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
