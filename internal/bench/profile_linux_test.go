package main

import (
	"bytes"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProfilesTheServerUnderTheLoadOfOneOperation(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	c := config{
		users: 2, recipes: 5, large: 10, connections: 2, rounds: 2, seconds: 0.5, starts: 1,
		profile: true, only: "get one recipe", out: t.TempDir(),
	}

	require.NoError(t, run(t.Context(), c, &out, io.Discard))

	require.Contains(t, out.String(), "Type: cpu")
	require.Contains(t, out.String(), "Type: alloc_objects")
	require.Contains(t, out.String(), "GetRecipe", "the load was on when the profiles were taken")
	for _, name := range []string{"cpu.pprof", "allocs.pprof"} {
		file := filepath.Join(c.out, name)
		require.FileExists(t, file)
		require.Contains(t, out.String(), file)
	}
}

func TestProfileSaysWhichOperationsThereAre(t *testing.T) {
	t.Parallel()
	c := config{users: 1, recipes: 5, large: 1, connections: 1, rounds: 1, seconds: 0.1, starts: 1, profile: true, only: "get,list"}

	err := run(t.Context(), c, io.Discard, io.Discard)

	require.ErrorContains(t, err, "needs one operation: give -only one of get, list, unchanged, search")
}
