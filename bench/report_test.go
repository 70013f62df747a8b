package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRatio(t *testing.T) {
	t.Parallel()
	runs := func(cpu ...time.Duration) (all []figures) {
		for _, d := range cpu {
			all = append(all, figures{program: d, rate: float64(d)})
		}
		return all
	}
	of := func(server, other []figures) pair {
		return pair{operation: &operation{Limit: 1.25, runs: server}, other: &operation{runs: other}}
	}

	t.Run("IsTheMedianOfTheRounds", func(t *testing.T) {
		t.Parallel()
		p := of(runs(30, 120, 20), runs(20, 60, 10)) // the second round was disturbed on both sides
		require.InDelta(t, 2.0, p.ratio(0.5), 1e-9)
		require.False(t, p.meetsTarget())
	})

	t.Run("ComparesRatesIfTheTargetDoes", func(t *testing.T) {
		t.Parallel()
		p := of(runs(45), runs(50))
		p.ByRate, p.Limit = true, 0.9
		require.True(t, p.meetsTarget())
		p.Limit = 0.91
		require.False(t, p.meetsTarget())
	})

	t.Run("OfAnOldServerIsOfCPUAlways", func(t *testing.T) {
		t.Parallel()
		p := of(runs(105), runs(100))
		p.ByRate, p.Limit, p.old = true, 0.9, true
		require.InDelta(t, 1.05, p.ratio(0.5), 1e-9)
		require.False(t, p.meetsTarget())
	})

	t.Run("OfALibraryIsPerRecipe", func(t *testing.T) {
		t.Parallel()
		sizes := []int{50, 70, 500}
		require.Equal(t, "1.31 !", scaled{runs: [][]figures{runs(100), runs(1), runs(131)}}.cells(sizes)[1])
		require.Equal(t, "0.90", scaled{wholeLibrary: true, runs: [][]figures{runs(100), runs(1), runs(900)}}.cells(sizes)[1])
	})
}

func TestDifferentResponsesAreFound(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		volatile bool
		a, b     string
		same     bool
	}{
		{"EqualBytes", false, `{"id":1}`, `{"id":1}`, true},
		{"EqualValues", false, `{"a":1,"b":"<"}`, `{"b":"\u003c","a":1}`, true},
		{"AnotherID", false, `{"id":1}`, `{"id":2}`, false},
		{"AnotherIDOfANewRecipe", true, `{"id":1,"added_date":"x"}`, `{"id":2,"added_date":"y"}`, true},
		{"AnotherNameOfANewRecipe", true, `{"id":1,"name":"leek"}`, `{"id":1,"name":"salt"}`, false},
		{"NoJSON", false, `{"id":1}`, `500`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			err := (&operation{Name: "get", volatile: test.volatile}).compareBodies([]byte(test.a), []byte(test.b))
			require.Equal(t, test.same, err == nil, err)
		})
	}
}

func TestSoakReport(t *testing.T) {
	t.Parallel()
	report := func(memory ...float64) string {
		r := soakReport{wrong: 1, firstWrong: " One: plan: status 500 instead of 200."}
		for _, m := range memory {
			r.samples = append(r.samples, sample{memory: m})
		}
		return r.markdown()
	}
	require.Contains(t, report(50, 90, 50, 50, 50), "| memory (PSS), MiB | 50.0 | 50.0 | 90.0 | no |")
	require.Contains(t, report(50, 50, 50, 50, 59), "| memory (PSS), MiB | 50.0 | 59.0 | 59.0 | **yes** |")
	require.Contains(t, report(10, 10, 10, 10, 13), "| memory (PSS), MiB | 10.0 | 13.0 | 13.0 | no |", "a few more may be chance")
	require.Contains(t, report(), "0 requests, 1 of them with an unexpected response. One: plan: status 500 instead of 200.")
}
