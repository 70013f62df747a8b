package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/ocipe/ocipe/internal/apitest"
)

func TestRequestLog(t *testing.T) {
	t.Parallel()
	open := func(t *testing.T) (*slog.Logger, func() string, func()) {
		t.Helper()
		file, err := os.Create(filepath.Join(t.TempDir(), "log"))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, file.Close()) })
		a := &app{settings: &settings{LogLevel: slog.LevelInfo}, std: streams{logs: file}, log: newLogger(file, slog.LevelInfo)}
		log, flush := a.requestLog()
		return log, func() string {
			text, err := os.ReadFile(file.Name())
			require.NoError(t, err)
			return string(text)
		}, flush
	}

	t.Run("WritesLinesTogether", func(t *testing.T) {
		t.Parallel()
		log, text, flush := open(t)
		log.InfoContext(t.Context(), "first")
		log.DebugContext(t.Context(), "hidden")
		log.InfoContext(t.Context(), "second")
		flush()
		require.Regexp(t, `^\{.*"first".*\}\n\{.*"second".*\}\n$`, text())
	})

	t.Run("WritesBeforeLong", func(t *testing.T) {
		t.Parallel()
		log, text, flush := open(t)
		defer flush()
		log.InfoContext(t.Context(), "line")
		require.Eventually(t, func() bool { return text() != "" }, apitest.Soon, apitest.Often)
	})
}
