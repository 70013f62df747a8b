package faults

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPrometheusAcceptsTheAlertRules checks the rules, and which samples raise each alert. A test of internal/cli checks that the metrics
// exist.
func TestPrometheusAcceptsTheAlertRules(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"check", "rules", "alerts.yml"}, {"test", "rules", "alerts_test.yml"}} {
		promtool := exec.Command("promtool", args...)
		promtool.Dir = "../../deploy/prometheus"
		output, err := promtool.CombinedOutput()
		require.NoError(t, err, "%s (scripts/ensure-promtool.sh installs promtool)", output)
	}
}
