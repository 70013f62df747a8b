package metrics_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apperr"
	"github.com/ocipe/ocipe/internal/metrics"
)

// series returns the values of a metric by their labels.
func series(t *testing.T, r *metrics.Requests, name string) map[string]float64 {
	t.Helper()
	sources := metrics.Sources{Pool: func() metrics.Pool { return metrics.Pool{Max: 24} }, Hashing: func() int64 { return 3 }}
	families, err := metrics.New(sources, r).Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			var labels []string
			for _, l := range m.GetLabel() {
				labels = append(labels, l.GetValue())
			}
			values[strings.Join(labels, " ")] = m.GetCounter().GetValue() + m.GetGauge().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return values
}

func TestRequestsAreCountedByOperationAndStatus(t *testing.T) {
	t.Parallel()
	r := metrics.NewRequests([]string{"listRecipes"})
	var calls sync.WaitGroup
	for range 8 {
		calls.Go(func() {
			for range 100 {
				r.Begin()
				r.End("listRecipes", 200, "", time.Millisecond)
			}
		})
	}
	calls.Wait()
	for _, unknown := range []string{"", "madeUp"} { // the number of labels is limited
		r.Begin()
		r.End(unknown, 404, apperr.NotFound, time.Millisecond)
	}
	r.Begin()
	r.End("listRecipes", 429, apperr.TooManyRequests, time.Millisecond)
	r.Begin()
	r.End("listRecipes", 0, "", time.Second)
	r.Begin()

	require.Equal(t, map[string]float64{"listRecipes 200": 800, "listRecipes 429": 1, "listRecipes 500": 1, "none 404": 2}, series(t, r, "ocipe_requests_total"))
	require.Equal(t, map[string]float64{"listRecipes": 802, "none": 2}, series(t, r, "ocipe_request_duration_seconds"))
	require.Equal(t, map[string]float64{"too_many_requests": 1, "too_many_attempts": 0, "too_many_registrations": 0}, series(t, r, "ocipe_throttled_total"))
	require.Equal(t, map[string]float64{"": 1}, series(t, r, "ocipe_requests_in_flight"))
	require.Equal(t, map[string]float64{"": 3}, series(t, r, "ocipe_hashing_queue"))
}

func TestTheTimeOfABackupExistsOnlyIfThereWasOne(t *testing.T) {
	t.Parallel()
	const name = "ocipe_backup_last_success_timestamp_seconds"
	require.Empty(t, series(t, metrics.NewRequests(nil), name))
	metrics.RecordBackup(time.Unix(1_800_000_000, 0))
	require.Equal(t, map[string]float64{"": 1.8e9}, series(t, metrics.NewRequests(nil), name))
}

func TestMeasuringAllocatesNothing(t *testing.T) {
	for _, r := range []*metrics.Requests{metrics.NewRequests([]string{"listRecipes"}), nil} {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			r.Begin()
			r.End("listRecipes", 200, "", time.Millisecond)
		}))
	}
}

func BenchmarkRequests(b *testing.B) {
	for name, r := range map[string]*metrics.Requests{"On": metrics.NewRequests([]string{"listRecipes"}), "Off": nil} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Begin()
				r.End("listRecipes", 200, "", time.Millisecond)
			}
		})
	}
}
