package planner_test

import (
	"encoding/json"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/planner"
)

// BenchmarkCompute plans the meals and lots of weekly.
func BenchmarkCompute(b *testing.B) {
	in := weekly(b)
	planner.Compute(in) // loads the dictionary
	b.ReportAllocs()
	start := cpu(b)
	for b.Loop() {
		planner.Compute(in)
	}
	b.ReportMetric(float64(cpu(b)-start)/float64(b.N)/1e6, "cpu-ms/op")
}

// cpu returns the CPU time of this process, which doesn't depend on other programs on the machine.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// weekly returns seven meals with demo recipes, and 200 lots of which many have the same foods.
func weekly(b *testing.B) planner.Input {
	b.Helper()
	text, err := os.ReadFile("../demo/recipes.json")
	require.NoError(b, err)
	var recipes []struct {
		Name        string
		Ingredients []map[string]string
	}
	require.NoError(b, json.Unmarshal(text, &recipes))
	in := planner.Input{Today: time.Date(2026, 12, 7, 0, 0, 0, 0, time.UTC)}
	for i := range 7 {
		r := recipes[i*50]
		m := planner.Meal{RecipeID: int64(i), Recipe: r.Name, Factor: rat(b, "3/2")}
		for _, l := range r.Ingredients {
			m.Lines = append(m.Lines, planner.Line{Name: l["name"], Quantity: l["quantity"]})
		}
		in.Meals = append(in.Meals, m)
	}
	for i := 0; len(in.Lots) < 200; i++ {
		r := recipes[i*17%len(recipes)]
		for _, l := range r.Ingredients {
			if len(in.Lots) < 200 {
				in.Lots = append(in.Lots, planner.Lot{ID: int64(len(in.Lots)), Name: l["name"], Quantity: l["quantity"]})
			}
		}
	}
	return in
}
