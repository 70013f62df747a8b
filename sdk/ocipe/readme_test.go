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

// TestTheReadmesProgramRuns compiles the pieces of Go in the README as one program, and expects what the README shows.
func TestTheReadmesProgramRuns(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("README.md")
	require.NoError(t, err)
	pieces := map[string]string{}
	for _, block := range regexp.MustCompile("(?s)```(go|text)\n(.*?)```").FindAllStringSubmatch(string(readme), -1) {
		pieces[block[1]] += block[2]
	}
	require.NotEmpty(t, pieces["text"])

	program := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(program, []byte(pieces["go"]), 0o600))
	run := exec.CommandContext(t.Context(), "go", "run", program)
	run.Env = append(os.Environ(), "OCIPE_URL="+apitest.Start(t).URL)
	said, err := run.CombinedOutput()
	require.NoError(t, err, "%s", said)
	require.Equal(t, pieces["text"], string(said))
	require.Equal(t, 5, strings.Count(string(readme), "```go\n"))
}
