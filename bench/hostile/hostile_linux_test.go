package main

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// maxMemory is the maximum memory of the server under every attack, in KiB.
const maxMemory = 200 << 10

// TestAServerUnderAttackKeepsItsMemoryAndServesOthers runs every attack for an instant. It doesn't measure times, but each read of the
// other user must succeed, which is impossible if attackers hold all connections.
func TestAServerUnderAttackKeepsItsMemoryAndServesOthers(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "ocipe")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "github.com/ocipe/ocipe").CombinedOutput()
	require.NoError(t, err, string(out))
	var progress bytes.Buffer

	results, err := run(t.Context(), config{server: binary, connections: 300, users: 50, accounts: 3, duration: 3 * time.Second}, &progress)

	require.NoError(t, err, progress.String())
	require.Len(t, results, len(attacks))
	for _, r := range results {
		require.Less(t, r.peakPSS, maxMemory, r.name)
		for status := range r.readStatuses {
			require.Contains(t, []int{0, 200}, status, "%s: the other user's reads", r.name) // 0: the attack ended first
		}
	}
}
