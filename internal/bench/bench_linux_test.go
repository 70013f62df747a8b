package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMeasuresEveryOperation runs the whole with tiny numbers. That it ends without an error says that server and floor
// answered every request the same, with the status that it should have.
func TestMeasuresEveryOperation(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "results")
	var out bytes.Buffer

	err := run(t.Context(), config{users: 10, recipes: 50, large: 60, connections: 2, rounds: 1, seconds: 0.05, starts: 1, out: folder}, &out, io.Discard)

	require.NoError(t, err)
	var r report
	raw, err := os.ReadFile(filepath.Join(folder, "results.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &r))
	require.Len(t, r.Operations, 13)
	for _, o := range r.Operations {
		require.Contains(t, out.String(), o.Title)
		for side, runs := range o.Runs {
			if o.Note != "" && side == server {
				continue // not there yet
			}
			require.Len(t, runs, 1, o.Name)
			require.Positive(t, runs[0].Requests, o.Name)
			require.Positive(t, runs[0].Own, o.Name)
			require.GreaterOrEqual(t, o.Statements[side], int64(1), o.Name)
			require.GreaterOrEqual(t, o.RoundTrips[side], int64(1), o.Name)
		}
	}
	require.Positive(t, r.Footprint.Idle)
	require.Greater(t, r.Footprint.Loaded, r.Footprint.Idle)
	chart, err := os.ReadFile(filepath.Join(folder, "results.svg"))
	require.NoError(t, err)
	require.Equal(t, 1, bytes.Count(chart, []byte("</svg>")))
	require.FileExists(t, filepath.Join(folder, "results.md"))
}
