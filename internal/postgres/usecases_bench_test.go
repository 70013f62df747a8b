package postgres_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/demo"
	"github.com/ocipe/ocipe/internal/fridge"
	"github.com/ocipe/ocipe/internal/grocery"
	"github.com/ocipe/ocipe/internal/page"
	"github.com/ocipe/ocipe/internal/pgtest"
	"github.com/ocipe/ocipe/internal/recipe"
)

// BenchmarkUseCases reports the CPU time of this process (client) and of PostgreSQL (database) for each call. Other programs disturb
// it less than the elapsed time.
func BenchmarkUseCases(b *testing.B) {
	u := oneUser{Database: pgtest.New(b)}
	d := u.openWith(b, "pool_max_conns", "1")
	recipes, fridges, groceries := &recipe.Service{DB: d}, &fridge.Service{DB: d}, &grocery.Service{DB: d}
	kitchen, err := demo.Load()
	require.NoError(b, err)
	var inputs []recipe.Input
	for i := range 100 {
		in := kitchen.Recipes[i%len(kitchen.Recipes)]
		for len(in.Ingredients) < 8 {
			in.Ingredients = slices.Concat(in.Ingredients, in.Ingredients)
		}
		in.Ingredients = in.Ingredients[:8]
		inputs = append(inputs, in)
	}
	few, many, writer := u.User(b, "few"), u.User(b, "many"), u.User(b, "writer")
	made, err := recipes.Create(b.Context(), few, nil, inputs[:50]...)
	require.NoError(b, err)
	for range 100 {
		_, err := recipes.Create(b.Context(), many, nil, inputs...)
		require.NoError(b, err)
	}
	var items []string
	for i := range 30 {
		_, err := fridges.Add(b.Context(), few, nil, fridge.Input{Name: fmt.Sprintf("item %d", i), Group: fmt.Sprintf("group %d", i%5)})
		require.NoError(b, err)
		items = append(items, fmt.Sprintf("%d g flour", i))
	}
	_, err = groceries.Add(b.Context(), few, nil, strings.Join(items, "\n"))
	require.NoError(b, err)
	for i := range 200 {
		ingredients := kitchen.Recipes[i].Ingredients
		item := fridge.Input{Name: ingredients[len(ingredients)/2].Name, Group: "Shelf"}
		if i%2 == 0 {
			item.Quantity = new("500 g")
		}
		_, err := fridges.Add(b.Context(), many, nil, item)
		require.NoError(b, err)
	}
	u.Exec(b, `vacuum analyze`)
	backend := u.Int(b, `select pid from pg_stat_activity where datname = current_database() and query like '-- name%'`)
	list := func(user int64, q recipe.Query, want int) func() error {
		return func() error {
			list, err := recipes.List(b.Context(), user, q, nil)
			require.NoError(b, err)
			require.Equal(b, want, count(b, list))
			return nil
		}
	}
	found, err := recipes.List(b.Context(), many, recipe.Query{Ingredients: []string{"leek", "chicken breast"}}, nil)
	require.NoError(b, err)
	matching := count(b, found)
	chosen := []int64{made[0].ID, made[1].ID, made[2].ID, made[3].ID, made[4].ID}
	cook := u.User(b, "cook")
	week := grocery.MealRequest{Today: time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)}
	for i := range 7 {
		made, err := recipes.Create(b.Context(), cook, nil, kitchen.Recipes[i*50])
		require.NoError(b, err)
		week.Meals = append(week.Meals, grocery.Meal{RecipeID: made[0].ID, Factor: "3/2"})
	}
	lots := 0
	for i := 0; lots < 200; i++ {
		for _, need := range kitchen.Recipes[i*17%len(kitchen.Recipes)].Ingredients {
			if lots++; lots <= 200 {
				_, err := fridges.Add(b.Context(), cook, nil, fridge.Input{Name: need.Name, Group: "any", Details: fridge.Details{Quantity: &need.Quantity}})
				require.NoError(b, err)
			}
		}
	}
	for _, c := range []struct {
		name string
		call func() error
	}{
		{"List50", list(few, recipe.Query{}, 50)},
		{"List10000", list(many, recipe.Query{}, 10_000)},
		{"Search10000", list(many, recipe.Query{Ingredients: []string{"leek", "chicken breast"}}, matching)},
		{"SearchText10000", list(many, recipe.Query{Search: "zucchini", Page: page.Request{Limit: 50}}, 50)},
		{"PageByName", list(many, recipe.Query{Order: recipe.ByName, Page: page.Request{Limit: 50}}, 50)},
		{"Makeable10000", func() error {
			stock := recipe.StockFilter{Makeable: true, MissingMax: 2}
			_, err := recipes.List(b.Context(), many, recipe.Query{Stock: stock, Page: page.Request{Limit: 50}}, nil)
			return err
		}},
		{"EmptySearch", list(few, recipe.Query{Search: "nowhere"}, 0)},
		{"Fridge30", func() error { _, err := fridges.List(b.Context(), few, nil); return err }},
		{"FridgeAdd", func() error {
			_, err := fridges.Add(b.Context(), writer, nil, fridge.Input{Name: "flour", Group: "dry"})
			return err
		}},
		{"Checklist30", func() error { _, err := groceries.List(b.Context(), few, nil); return err }},
		{"GetRecipe", func() error { _, err := recipes.Get(b.Context(), few, made[0].ID); return err }},
		{"Patch", func() error {
			_, err := recipes.Update(b.Context(), few, made[9].ID, nil, recipe.Patch{State: new("used")})
			return err
		}},
		{"Plan5", func() error { _, err := groceries.Plan(b.Context(), few, nil, chosen); return err }},
		{"PlanMeals7Lots200", func() error { _, err := groceries.PreviewMeals(b.Context(), cook, week); return err }},
		{"Create", func() error { _, err := recipes.Create(b.Context(), writer, nil, inputs[0]); return err }},
		{"Create100", func() error { _, err := recipes.Create(b.Context(), writer, nil, inputs...); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			require.NoError(b, c.call())
			b.ReportAllocs()
			client, database := clientCPU(b), backendCPU(b, backend)
			for b.Loop() {
				require.NoError(b, c.call())
			}
			b.ReportMetric(float64(clientCPU(b)-client)/1000/float64(b.N), "µs-client/op")
			b.ReportMetric(float64(backendCPU(b, backend)-database)/1000/float64(b.N), "µs-database/op")
		})
	}
}

func clientCPU(b *testing.B) int64 {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return u.Utime.Nano() + u.Stime.Nano()
}

// backendCPU returns the CPU time of a process in nanoseconds, or 0 if the system isn't Linux.
func backendCPU(b *testing.B, pid int64) int64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/schedstat", pid))
	if err != nil {
		return 0
	}
	ns, err := strconv.ParseInt(strings.Fields(string(text))[0], 10, 64)
	require.NoError(b, err)
	return ns
}

// count reads a whole list and returns the number of its items.
func count(b *testing.B, list recipe.Page) int {
	b.Helper()
	defer list.Rest.Close()
	n := len(list.Recipes)
	for {
		more, err := list.Rest.Next()
		require.NoError(b, err)
		if len(more) == 0 {
			return n
		}
		n += len(more)
	}
}
