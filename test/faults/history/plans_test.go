package history

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/sdk/ocipe"
	"github.com/ocipe/ocipe/sdk/ocipe/api"
)

// planModel is the model of a list of plans. Its state is a text of their keys in order.
var planModel = porcupine.Model{
	Partition: partitionPlans,
	Init:      func() any { return "" },
	Step: func(state, in, out any) (bool, any) {
		before := state.(string)
		switch in := in.(input); in.name {
		case "add":
			keys := append(strings.Fields(before), in.text)
			slices.Sort(keys)
			return true, strings.Join(keys, " ")
		case "clear":
			return true, ""
		}
		return keysOf(out.(output).rows) == before, before
	},
}

func keysOf(rows []row) string {
	var keys []string
	for _, r := range rows {
		keys = append(keys, r.key)
	}
	slices.Sort(keys)
	return strings.Join(keys, " ")
}

// partitionPlans splits a history by accounts. If the creation of a plan has an unknown outcome, it ended before the end of the first list
// that has the plan; if no list has it, it makes no difference. So the check needn't try all combinations.
func partitionPlans(all []porcupine.Operation) (parts [][]porcupine.Operation) {
	seen := map[string]int64{}
	for _, o := range all {
		for _, r := range o.Output.(output).rows {
			if first, ok := seen[r.key]; !ok || o.Return < first {
				seen[r.key] = o.Return
			}
		}
	}
	byKey := map[string][]porcupine.Operation{}
	for _, o := range all {
		in := o.Input.(input)
		if in.name == "add" && o.Return == never {
			end, ok := seen[in.text]
			if !ok {
				continue
			}
			o.Return = max(end, o.Call)
		}
		byKey[in.key] = append(byKey[in.key], o)
	}
	for _, part := range byKey {
		parts = append(parts, part)
	}
	return parts
}

// recipesPerPlan is the number of recipes of a plan. They are the digits of the plan's number.
const recipesPerPlan = 8

// planClient is a client of the plans of one account. A deletion isn't repeated, because a second one could delete a plan that another
// client added meanwhile.
type planClient struct {
	recorder               *recorder
	id                     int
	username               string
	client, withoutRetries *ocipe.Client
	recipes                []int64
	next                   func() int // the number of the next plan of the account
}

// startPlanClients starts clients of the plans of one account.
func startPlanClients(ctx context.Context, t *testing.T, f *fleet, r *recorder, running *sync.WaitGroup, count int) {
	t.Helper()
	name := f.name("planner")
	client, withoutRetries := f.account(t, name), f.login(t, name, ocipe.WithRetries(0))
	var recipes []int64
	for i := range 8 {
		pgtest.Eventually(t, func() bool {
			recipe, err := client.CreateRecipe(t.Context(), api.RecipeInput{Name: fmt.Sprintf("Soup %d", i), MeatType: "none", Frequency: "weekday", Longevity: 2, Ingredients: []api.IngredientInput{{Name: "leek"}}})
			if err == nil {
				recipes = append(recipes, recipe.ID)
			}
			return err == nil
		})
	}
	require.Len(t, recipes, 8)
	var mu sync.Mutex
	number := 0
	next := func() int {
		mu.Lock()
		defer mu.Unlock()
		number++
		return number
	}
	for id := range count {
		running.Go(func() {
			p := &planClient{recorder: r, id: id, username: name, client: client, withoutRetries: withoutRetries, recipes: recipes, next: next}
			for r.wait(ctx) {
				p.step()
			}
		})
	}
}

// step calls a random operation.
func (p *planClient) step() {
	ctx := context.Background()
	switch n := rand.IntN(20); {
	case n == 0 && p.recorder.allows(p.username):
		p.recorder.record(p.id, input{name: "clear", key: p.username}, func() ([]row, error) { return nil, p.withoutRetries.DeletePlans(ctx) })
	case n < 10:
		ids := p.plan(p.next())
		p.recorder.record(p.id, input{name: "add", key: p.username, text: planKey(ids)}, func() ([]row, error) {
			_, err := p.client.PlanGroceries(ctx, ids...)
			return nil, err
		})
	default:
		p.recorder.record(p.id, input{name: "list", key: p.username}, func() ([]row, error) {
			plans, err := p.client.ListPlans(ctx, nil)
			var rows []row
			for _, plan := range plans {
				rows = append(rows, row{key: planKey(plan.Recipes)})
			}
			return rows, err
		})
	}
}

// plan returns the recipes of the plan with a number.
func (p *planClient) plan(number int) (ids []int64) {
	for range recipesPerPlan {
		ids = append(ids, p.recipes[number%len(p.recipes)])
		number /= len(p.recipes)
	}
	return ids
}

func planKey(ids []int64) string {
	return strings.ReplaceAll(strings.Trim(fmt.Sprint(ids), "[]"), " ", ",")
}
