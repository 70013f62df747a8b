package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
	"github.com/ocipe/ocipe/internal/metrics"
	"github.com/ocipe/ocipe/internal/pgtest"
)

// metricsOf returns the metrics of a server, in Prometheus's text format.
func metricsOf(t *testing.T, s *server) string {
	t.Helper()
	found := regexp.MustCompile(`"metrics":("[^"]+")`).FindStringSubmatch(s.logs.String())
	require.NotNil(t, found)
	var url string
	require.NoError(t, json.Unmarshal([]byte(found[1]), &url))
	res, err := http.Get(url)
	require.NoError(t, err)
	defer res.Body.Close() //nolint:errcheck // the body was read to its end
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, res.StatusCode)
	return string(text)
}

func TestMetrics(t *testing.T) {
	t.Parallel()
	s := inProcess(t, "DATA_DIR="+pgtest.DataDir(t), "METRICS_ADDR=127.0.0.1:0")
	c := apitest.ClientOf(t, s.url)
	c.Register(t, "measured")
	c.Login(t, "measured")
	c.Refresh(t)
	for range 3 {
		c.Call(t, http.MethodGet, "/api/recipes/", nil).Is(t, http.StatusOK)
	}
	c.Do(t, http.MethodGet, "/nope", "").Is(t, http.StatusNotFound)

	var text string
	for _, line := range []string{
		`ocipe_requests_total{operation="listRecipes",status="200"} 3`,
		`ocipe_requests_total{operation="registerUser",status="201"} 1`,
		`ocipe_requests_total{operation="none",status="404"} 1`,
		`ocipe_request_duration_seconds_count{operation="listRecipes"} 3`,
		`ocipe_requests_in_flight 0`,
		`ocipe_database_connections_max 24`,
		`ocipe_hashing_queue 0`,
		`ocipe_throttled_total{code="too_many_requests"} 0`,
	} { // a request is counted after its response
		pgtest.Eventually(t, func() bool {
			text = metricsOf(t, s)
			return strings.Contains(text, line+"\n")
		}, line)
	}
	for _, name := range []string{"ocipe_refreshes_total{outcome=\"rotated\"}", "ocipe_build_info{", "go_goroutines", "process_cpu_seconds_total"} {
		require.Contains(t, text, name)
	}
	require.NotContains(t, text, "measured", "nothing about single users")
	require.NotContains(t, strings.ToLower(c.Do(t, http.MethodGet, "/metrics", "").Is(t, http.StatusNotFound).Text), "ocipe_", "only on its own listener")
}

// TestDashboardAndAlertsUseMetricsThatExist compares the names in deploy/ with the metrics of a server.
func TestDashboardAndAlertsUseMetricsThatExist(t *testing.T) {
	t.Parallel()
	s := inProcess(t, "DATA_DIR="+pgtest.DataDir(t), "METRICS_ADDR=127.0.0.1:0")
	apitest.ClientOf(t, s.url).Do(t, http.MethodGet, "/api/monitoring/healthz/", "").Is(t, http.StatusOK)
	metrics.RecordBackup(time.Now())
	pgtest.Eventually(t, func() bool { return strings.Contains(metricsOf(t, s), "ocipe_requests_total{") }, "the request is counted")
	text := metricsOf(t, s)

	for _, file := range []string{"grafana/ocipe.json", "prometheus/alerts.yml", "prometheus/alerts_test.yml"} {
		content, err := os.ReadFile("../../deploy/" + file)
		require.NoError(t, err)
		names := regexp.MustCompile(`\b(ocipe|go|process)_[a-z_]+`).FindAllString(string(content), -1)
		require.Greater(t, len(names), 10)
		for _, name := range names {
			require.Regexp(t, `(?m)^`+name+`[ {]`, text, file)
		}
	}
	var dashboard any
	content, err := os.ReadFile("../../deploy/grafana/ocipe.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(content, &dashboard))
	for _, line := range regexp.MustCompile(`(?m)^# TYPE (ocipe_\w+)`).FindAllStringSubmatch(text, -1) {
		require.Contains(t, string(content), line[1], "the dashboard shows every metric")
	}
}
