package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestRatio(t *testing.T) {
	t.Parallel()
	cpu := func(own, postgres time.Duration) figures {
		return figures{Own: own, Postgres: postgres, Rate: float64(own)}
	}

	t.Run("IsTheMedianOfTheRounds", func(t *testing.T) {
		t.Parallel()
		o := operation{Runs: [sides][]figures{
			{cpu(20, 10), cpu(100, 20), cpu(15, 5)}, // the second round was disturbed on both sides
			{cpu(10, 10), cpu(50, 10), cpu(8, 2)},
		}}

		ratio, ok := o.ratio()

		require.True(t, ok)
		require.InDelta(t, 2.0, ratio, 1e-9)
	})
	t.Run("ComparesRatesWhereTheTargetDoes", func(t *testing.T) {
		t.Parallel()
		o := operation{ByRate: true, Limit: 0.9, Runs: [sides][]figures{{cpu(45, 0)}, {cpu(50, 100)}}}

		ratio, ok := o.ratio()

		require.True(t, ok)
		require.InDelta(t, 0.9, ratio, 1e-9)
		require.True(t, o.met(0.9))
		require.False(t, o.met(0.89))
	})
	t.Run("IsNoneWithoutRuns", func(t *testing.T) {
		t.Parallel()
		o := operation{Limit: 1.25, Note: "not there yet", Runs: [sides][]figures{nil, {cpu(1, 1)}}}

		_, ok := o.ratio()

		require.False(t, ok)
		require.Equal(t, "not there yet", o.judgement())
		require.True(t, o.met(1.25))
		require.False(t, o.met(1.26))
	})
}

func TestSameHoldsAnswersAgainstEachOther(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name              string
		volatile          bool
		ofServer, ofFloor string
		same              bool
	}{
		{"EqualBytes", false, `{"id":1}`, `{"id":1}`, true},
		{"EqualValues", false, `{"a":1,"b":"<"}`, `{"b":"\u003c","a":1}`, true},
		{"AnotherID", false, `{"id":1}`, `{"id":2}`, false},
		{"AnotherIDOfWhatIsNew", true, `{"id":1,"added_date":"x"}`, `{"id":2,"added_date":"y"}`, true},
		{"AnotherNameOfWhatIsNew", true, `{"id":1,"name":"leek"}`, `{"id":1,"name":"salt"}`, false},
		{"NoJSON", false, `{"id":1}`, `500`, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := operation{Name: "get", volatile: test.volatile}

			err := o.same(answer{body: []byte(test.ofServer)}, answer{body: []byte(test.ofFloor)})

			if test.same {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, "get: ")
			}
		})
	}
}

func TestPercentileOfAscendingDurations(t *testing.T) {
	t.Parallel()
	var took []time.Duration
	for i := range 101 {
		took = append(took, time.Duration(i))
	}
	require.Equal(t, time.Duration(50), percentile(took, 50))
	require.Equal(t, time.Duration(99), percentile(took, 99))
	require.Zero(t, percentile(nil, 50))
}
