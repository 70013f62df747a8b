package api_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheSecurityPageNamesTestsThatExist reads docs/security.md, which names a test for each requirement.
func TestTheSecurityPageNamesTestsThatExist(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/security.md")
	require.NoError(t, err)
	var tests strings.Builder
	require.NoError(t, filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || entry.Name() == ".git"):
			return fs.SkipDir
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			tests.Write(text)
			return err
		case strings.HasSuffix(path, ".test.mjs"):
			tests.WriteString("func " + entry.Name() + "(\n")
		}
		return nil
	}))
	names := regexp.MustCompile("`(Test[A-Z]\\w+|[\\w-]+\\.test\\.mjs)`").FindAllStringSubmatch(string(page), -1)
	require.Greater(t, len(names), 100)
	for _, name := range names {
		if !strings.Contains(tests.String(), "func "+name[1]+"(") {
			t.Errorf("docs/security.md names %s, which doesn't exist", name[1])
		}
	}
}
