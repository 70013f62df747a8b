package main

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestTheTableIsMadeOfDictionaryAndDatabase(t *testing.T) {
	t.Parallel()
	want, err := compile(os.DirFS(".."))
	require.NoError(t, err)
	again, err := compile(os.DirFS(".."))
	require.NoError(t, err)
	require.Equal(t, want, again)

	got, err := os.ReadFile("../table.txt")
	require.NoError(t, err)
	require.Equal(t, string(want), string(got), "run make generate")
}
