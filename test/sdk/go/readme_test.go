package ocipe_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

// TestTheREADMESaysAllThatIsNeeded follows the README of the SDK in an empty folder next to a clone.
func TestTheREADMESaysAllThatIsNeeded(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(root, "sdk/ocipe/README.md"))
	require.NoError(t, err)
	_, start, found := strings.Cut(string(text), "## Start")
	require.True(t, found)
	blocks := regexp.MustCompile("(?s)```\\w*\n(.*?)```").FindAllStringSubmatch(start, 3)
	program, commands, printed := blocks[0][1], blocks[1][1], blocks[2][1]

	parent := t.TempDir()
	folder := filepath.Join(parent, "cook")
	require.NoError(t, os.Symlink(root, filepath.Join(parent, "ocipe")))
	require.NoError(t, os.Mkdir(folder, 0o700))
	program = strings.ReplaceAll(program, "http://localhost:8080", apitest.Start(t).URL)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "main.go"), []byte(program), 0o600))

	var messages strings.Builder
	shell := exec.CommandContext(t.Context(), "sh", "-ec", commands)
	shell.Dir, shell.Stderr = folder, &messages
	output, err := shell.Output()
	require.NoError(t, err, messages.String())
	require.Equal(t, printed, string(output))
}
